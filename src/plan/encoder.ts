/** The job's picture settings -> the encoder's options. */
import { type CanvasMatrix, canvasTags } from '../graph/colour.ts'
import type { Job } from '../model/job.ts'
import type { EncodeSettings } from './render.ts'

/** Options of the encoder of one piece of the picture; every piece of a job gets the same. */
export function encoderArgs(options: { job: Job; settings: EncodeSettings; matrix: CanvasMatrix }): string[] {
  const { job, settings, matrix } = options
  const { bitrateKbps, profile } = job.video
  // x264 plans a limited rate with what its other threads happen to have done by then.
  const peakKbps = settings.peakRatio && Math.round(bitrateKbps * Math.max(1, settings.peakRatio))
  const tags = canvasTags(matrix)
  return [
    ...['-c:v', 'libx264', '-preset', settings.preset, '-profile:v', profile, '-pix_fmt', 'yuv420p'],
    ...['-threads', String(settings.threads)],
    ...['-b:v', `${bitrateKbps}k`],
    ...(peakKbps > 0 ? ['-maxrate', `${peakKbps}k`, '-bufsize', `${2 * peakKbps}k`] : []),
    // x264's own tolerance lets a short file miss the asked average by 10 %; this one by 2 to 3 %.
    ...['-x264-params', 'ratetol=0.1'],
    ...['-g', String(Math.max(1, Math.round(job.canvas.fps * settings.keyframeSeconds)))],
    ...['-color_range', 'tv', '-colorspace', tags.space],
    ...['-color_primaries', tags.primaries, '-color_trc', tags.transfer],
  ]
}
