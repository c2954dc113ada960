/** The background colour as a video stream. */
import type { Rgb } from '../model/job.ts'
import { type CanvasMatrix, colour } from './colour.ts'
import { type Filter, type Stream, filter, source } from './node.ts'

/**
 * A single-colour frame, made once and repeated `frames` times, with timestamps that count frames from `startFrame`.
 * The colour is converted here rather than in a drawing filter, which uses BT.601 or the link's own matrix depending on
 * the ffmpeg version.
 */
export function backdrop(options: {
  width: number
  height: number
  background: Rgb
  matrix: CanvasMatrix
  fps: number
  frames: number
  startFrame: number
}): Stream {
  const { width, height, background, matrix, fps, frames, startFrame } = options
  return source('video', [
    filter('color', { color: colour(background), size: `${width}x${height}`, rate: fps }),
    filter('trim', { end_frame: 1 }),
    filter('format', { pix_fmts: 'rgb24' }),
    filter('scale', { out_color_matrix: matrix, out_range: 'limited' }),
    filter('format', { pix_fmts: 'yuv420p' }),
    filter('loop', { loop: frames - 1, size: 1 }),
    ...countedFrom(startFrame, fps),
  ])
}

/** Sets each frame's timestamp to its number, in units of 1/fps. */
export function countedFrom(frame: number, fps: number): Filter[] {
  return [filter('settb', { expr: `1/${fps}` }), filter('setpts', { expr: frame === 0 ? 'N' : `N+${frame}` })]
}
