/** Colours between recordings, canvas and drawing filters. */
import type { Rgb } from '../model/job.ts'
import type { PictureColour } from '../model/room.ts'

/** The matrix the canvas is kept in; its range is always limited. */
export type CanvasMatrix = 'bt601' | 'bt709'

/** A colour as ffmpeg's options take it. */
export function colour({ r, g, b }: Rgb): string {
  return '0x' + [r, g, b].map((part) => part.toString(16).padStart(2, '0')).join('')
}

/**
 * Options of `scale` that bring a picture to the canvas's colours. The matrix is named only where it differs:
 * converting it makes swscale go by way of RGB, which costs as much as scaling.
 */
export function toCanvasColours(from: PictureColour, matrix: CanvasMatrix): Record<string, string> {
  return {
    in_range: from.range,
    out_range: 'limited',
    ...(from.matrix !== matrix && { in_color_matrix: from.matrix, out_color_matrix: matrix }),
  }
}

/** Tags of the canvas: the matrix it is kept in, and the primaries and curve that browsers' cameras have. */
export function canvasTags(matrix: CanvasMatrix): { space: string; primaries: string; transfer: string } {
  return { space: matrix === 'bt601' ? 'smpte170m' : 'bt709', primaries: 'bt709', transfer: 'bt709' }
}
