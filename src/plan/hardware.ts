/** Options and filters for hardware encoders. */
import { type Filter, filter } from '../graph/node.ts'
import type { Hardware, Speed } from '../model/encoding.ts'
import type { Job } from '../model/job.ts'

/** Selects encoder, preset and pixel format; the bit rate options are common to all encoders. */
export function hardwareArgs(hardware: Hardware, profile: Job['video']['profile'], speed: Speed): string[] {
  // All of them support two B-frames; baseline has none.
  const ofB = ['-bf', profile === 'baseline' ? '0' : '2']
  switch (hardware) {
    case 'nvenc': {
      const preset = { fast: 'p2', balanced: 'p4', quality: 'p6' }[speed]
      return [
        ...['-c:v', 'h264_nvenc', '-preset', preset, '-tune', 'hq', '-rc', 'vbr'],
        ...['-profile:v', profile, '-pix_fmt', 'yuv420p', ...ofB],
      ]
    }
    case 'qsv': {
      const preset = { fast: 'veryfast', balanced: 'medium', quality: 'slower' }[speed]
      return ['-c:v', 'h264_qsv', '-preset', preset, '-profile:v', profile, '-pix_fmt', 'nv12', ...ofB]
    }
    case 'vaapi': {
      // 1 is best, 7 is fastest; a driver with fewer levels takes the nearest.
      const level = { fast: '7', balanced: '4', quality: '1' }[speed]
      return [
        // Without a path ffmpeg selects a device itself.
        ...['-init_hw_device', 'vaapi=gpu', '-filter_hw_device', 'gpu'],
        ...['-c:v', 'h264_vaapi', '-rc_mode', 'VBR', '-compression_level', level],
        ...['-profile:v', profile === 'baseline' ? 'constrained_baseline' : profile, ...ofB],
      ]
    }
    case 'videotoolbox':
      // It has no presets.
      return ['-c:v', 'h264_videotoolbox', '-profile:v', profile, '-pix_fmt', 'yuv420p', ...ofB]
  }
}

/** Filters that upload the finished video to the encoder. */
export function hardwareFilters(hardware: Hardware): readonly Filter[] {
  return hardware === 'vaapi' ? [filter('format', { pix_fmts: 'nv12' }), filter('hwupload')] : []
}
