/** Colour conversions between recordings, canvas and drawing filters. */
import type { Rgb } from '../model/job.ts'
import type { PictureColour } from '../model/room.ts'
import { type Filter, filter } from './node.ts'

/** The colour matrix of the canvas; its range is always limited. */
export type CanvasMatrix = 'bt601' | 'bt709'

/** A colour in the syntax of ffmpeg's options. */
export function colour({ r, g, b }: Rgb): string {
  return '0x' + [r, g, b].map((part) => part.toString(16).padStart(2, '0')).join('')
}

/**
 * Options of `scale` that convert a frame to the canvas's colours. Both matrices are given even where they are equal:
 * since ffmpeg 7 `scale` converts from what the decoder reports to what the next filter expects, and the VP8 decoder
 * reports BT.601 whatever the file says. Equal matrices cost nothing.
 */
export function toCanvasColours(from: PictureColour, matrix: CanvasMatrix): Record<string, string> {
  return {
    in_range: from.range,
    out_range: 'limited',
    in_color_matrix: from.matrix,
    out_color_matrix: matrix,
  }
}

/** Colour tags of the canvas: its matrix, and the primaries and transfer function of browser cameras. */
export function canvasTags(matrix: CanvasMatrix): { space: string; primaries: string; transfer: string } {
  return { space: matrix === 'bt601' ? 'smpte170m' : 'bt709', primaries: 'bt709', transfer: 'bt709' }
}

/** Luminance of white in cd/m2, from ITU-R BT.2408: a face is then as bright as in an SDR picture next to it. */
const WHITE = 203

/**
 * Filters that convert an HDR frame to the canvas's colours and roll off highlights. They follow scaling: they work in
 * floating point, and smaller frames have fewer pixels.
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
      // The output is given too: by default it is what the file says, which zscale may have no conversion for.
      matrixin: '2020_ncl',
      primariesin: '2020',
      primaries: '2020',
      rangein: range,
      transferin: hdr === 'hlg' ? 'arib-std-b67' : 'smpte2084',
      transfer: 'linear',
      npl: WHITE,
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
