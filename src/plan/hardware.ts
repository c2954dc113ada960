/** What the encoders of graphics hardware want of a command and of its graph. */
import { type Filter, filter } from '../graph/node.ts'
import type { Hardware, Speed } from '../model/encoding.ts'
import type { Job } from '../model/job.ts'

/** Which encoder, how fast, and in what pixels; the bit rate is asked of all alike. */
export function hardwareArgs(hardware: Hardware, profile: Job['video']['profile'], speed: Speed): string[] {
  // Two B-frames are what all of them can do; baseline has none.
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
      // 1 is the best, 7 the fastest; a driver that has fewer levels takes its nearest.
      const level = { fast: '7', balanced: '4', quality: '1' }[speed]
      return [
        // Without a path ffmpeg looks for a device itself.
        ...['-init_hw_device', 'vaapi=gpu', '-filter_hw_device', 'gpu'],
        ...['-c:v', 'h264_vaapi', '-rc_mode', 'VBR', '-compression_level', level],
        ...['-profile:v', profile === 'baseline' ? 'constrained_baseline' : profile, ...ofB],
      ]
    }
    case 'videotoolbox':
      // It has no speeds.
      return ['-c:v', 'h264_videotoolbox', '-profile:v', profile, '-pix_fmt', 'yuv420p', ...ofB]
  }
}

/** Filters that bring the finished picture to where the encoder reads it. */
export function hardwareFilters(hardware: Hardware): readonly Filter[] {
  return hardware === 'vaapi' ? [filter('format', { pix_fmts: 'nv12' }), filter('hwupload')] : []
}
