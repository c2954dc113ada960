/** The two presets with one main picture and a strip of small ones, read off the vendor's layout pictures. */
import Fraction from 'fraction.js'
import type { Region } from './region.ts'

const ZERO = new Fraction(0)
const ONE = new Fraction(1)

/** The most small pictures that one column of the vertical preset takes. */
const COLUMN_MAX = 12

/** The most streams with which vertical 2 lays the small pictures over the main one. */
const OVERLAY_MAX = 7

/**
 * Preset 2, vertical: the main picture at the left in full height, the others stacked at the right.
 *
 * The pictures show strips of 4, 6 and 8 places, 1/5, 1/8 and 1/10 of the canvas wide: an even number of places,
 * their width 4/5 of their height, cut to a whole part of the canvas. 10 and more are not pictured and keep to
 * that: one column up to 12 places (1/13, 1/15 wide), where pictures get too small to know a face; then two
 * columns, that beside the main picture filled first.
 * @param n number of streams, at least 1
 * @returns n regions in seat order
 */
export function verticalTemplate(n: number): readonly Region[] {
  const others = n - 1
  if (others === 0) return [{ left: ZERO, top: ZERO, width: ONE, height: ONE }]
  const columns = others <= COLUMN_MAX ? 1 : 2
  const rows = Math.max(4, 2 * Math.ceil(others / columns / 2))
  const parts = Math.ceil((rows * 5) / 4)
  const mainWidth = new Fraction(parts - columns, parts)
  const small = Array.from({ length: others }, (_, i) => ({
    left: mainWidth.add(Math.floor(i / rows), parts),
    top: new Fraction(i % rows, rows),
    width: new Fraction(1, parts),
    height: new Fraction(1, rows),
  }))
  return [{ left: ZERO, top: ZERO, width: mainWidth, height: ONE }, ...small]
}

/**
 * Preset 5, vertical 2: the others along the bottom. Up to 7 streams they lie over a main picture that fills the
 * canvas; with more, the main picture moves up and they fill two rows below it.
 *
 * The pictures end at two rows of six. 14 and more are not pictured: two rows still, of as many cells as are
 * needed, and the main picture takes the height that is left, in the shape it has in the pictures
 * (3/5 x 2/3, that is 9/10 as wide as high, in parts of the canvas).
 * @param n number of streams, at least 1
 * @returns n regions in seat order
 */
export function vertical2Template(n: number): readonly Region[] {
  const others = n - 1
  const perRow = Math.max(6, Math.ceil(others / 2))
  const rows = n <= OVERLAY_MAX ? 1 : 2
  const side = new Fraction(1, perRow)
  const small = Array.from({ length: others }, (_, i) => ({
    left: new Fraction(i % perRow, perRow),
    top: new Fraction(perRow - rows + Math.floor(i / perRow), perRow),
    width: side,
    height: side,
  }))
  if (n <= OVERLAY_MAX) return [{ left: ZERO, top: ZERO, width: ONE, height: ONE }, ...small]
  const height = new Fraction(perRow - 2, perRow)
  const width = height.mul(9, 10)
  return [{ left: ONE.sub(width).div(2), top: ZERO, width, height }, ...small]
}

/** Whether vertical 2 with n streams lays the small pictures over the main one. */
export function isVertical2Overlay(n: number): boolean {
  return n > 1 && n <= OVERLAY_MAX
}
