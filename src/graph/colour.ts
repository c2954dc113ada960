/** Colours between recordings, canvas and drawing filters. */
import type { Rgb } from '../model/job.ts'
import type { PictureColour } from '../model/room.ts'
import { type Filter, filter } from './node.ts'

/** The matrix the canvas is kept in; its range is always limited. */
export type CanvasMatrix = 'bt601' | 'bt709'

/** A colour as ffmpeg's options take it. */
export function colour({ r, g, b }: Rgb): string {
  return '0x' + [r, g, b].map((part) => part.toString(16).padStart(2, '0')).join('')
}

/**
 * Options of `scale` that bring a picture to the canvas's colours. Both matrices are named, also where nothing is to
 * be converted: from ffmpeg 7 on `scale` converts from what the decoder says to what the next filter wants, and VP8's
 * decoder says BT.601 whatever the file says. Equal matrices cost nothing.
 */
export function toCanvasColours(from: PictureColour, matrix: CanvasMatrix): Record<string, string> {
  return {
    in_range: from.range,
    out_range: 'limited',
    in_color_matrix: from.matrix,
    out_color_matrix: matrix,
  }
}

/** Tags of the canvas: the matrix it is kept in, and the primaries and curve that browsers' cameras have. */
export function canvasTags(matrix: CanvasMatrix): { space: string; primaries: string; transfer: string } {
  return { space: matrix === 'bt601' ? 'smpte170m' : 'bt709', primaries: 'bt709', transfer: 'bt709' }
}

/** Light of 203 cd/m2 is white, as ITU-R BT.2408 has it: a face is as bright as beside it in an ordinary picture. */
const WHITE = 203

/**
 * Filters that bring a picture of high dynamic range to the canvas's colours, highlights rolled off. They come
 * behind scaling: they count in floating point, and small pictures have fewer pixels.
 */
export function toneMapping(
  { hdr, range }: PictureColour,
  matrix: CanvasMatrix,
  withAlpha = false,
): readonly Filter[] {
  if (!hdr) return []
  return [
    filter('format', { pix_fmts: withAlpha ? 'yuva420p10le' : 'yuv420p10le' }),
    filter('zscale', {
      // What goes out is named too: else it is what the file says, which may be nothing that zscale knows a way to.
      ...{ matrixin: '2020_ncl', primariesin: '2020', primaries: '2020', rangein: range },
      ...{ transferin: hdr === 'hlg' ? 'arib-std-b67' : 'smpte2084', transfer: 'linear', npl: WHITE },
    }),
    filter('format', { pix_fmts: withAlpha ? 'gbrapf32le' : 'gbrpf32le' }),
    filter('tonemap', { tonemap: 'mobius', param: 0.7, desat: 0 }),
    filter('zscale', {
      primaries: '709',
      transfer: '709',
      matrix: matrix === 'bt601' ? '170m' : '709',
      range: 'limited',
    }),
  ]
}
