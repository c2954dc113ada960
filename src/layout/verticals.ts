/** The two presets with a main picture and a strip of small ones, taken from the vendor's layout pictures. */
import Fraction from 'fraction.js'
import type { Region } from './region.ts'

const ZERO = new Fraction(0)
const ONE = new Fraction(1)

/** Maximum number of small pictures in one column of the vertical preset. */
const COLUMN_MAX = 12

/** Maximum number of streams with which vertical 2 draws the small pictures over the main one. */
const OVERLAY_MAX = 7

/**
 * Preset 2, vertical: the main picture at the left in full height, the others stacked at the right.
 *
 * The pictures show strips of 4, 6 and 8 regions, 1/5, 1/8 and 1/10 of the canvas wide: an even number of regions, 4/5
 * as wide as high, rounded to a unit fraction of the canvas. Without pictures for 10 streams and more, this continues as
 * one column of up to 12 regions (1/13, 1/15 wide). Smaller faces would be unrecognizable, so then there are two
 * columns, filled from the one next to the main picture.
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
 * Preset 5, vertical 2: the others along the bottom. Up to 7 streams, they overlay a main picture that fills the
 * canvas; with more, they fill two rows below the main picture.
 *
 * The pictures end at two rows of six. For 14 and more, the two rows get as many cells as needed, and the main picture
 * takes the remaining height in the shape it has in the pictures (3/5 x 2/3 of the canvas: 9/10 as wide as high, in
 * fractions).
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

/** Whether vertical 2 with n streams draws the small pictures over the main one. */
export function isVertical2Overlay(n: number): boolean {
  return n > 1 && n <= OVERLAY_MAX
}
