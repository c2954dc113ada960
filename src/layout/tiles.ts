/** The two tile presets, taken from the vendor's layout pictures (RecordLaylout). */
import Fraction from 'fraction.js'
import { cellRows, squarestGrid } from './grid.ts'
import { parseRegion, type Region } from './region.ts'

/**
 * Preset 4, tile 2: all streams have the same size.
 * @param n number of streams, at least 1
 * @returns n regions in seat order
 */
export function tile2Template(n: number): readonly Region[] {
  // The pictures centre a short last row for up to 6 streams and left-align it for 7 to 16.
  if (n <= 6) return squarestGrid(n, 'centre')
  if (n <= 16) return squarestGrid(n, 'left')
  // The picture for 17 shows four full rows of four with one stream below, not 5 x 4.
  if (n === 17) return cellRows({ lengths: [4, 4, 4, 4, 1], columns: 5, align: 'centre' })
  // There are no pictures for 18 and more: use the squarest grid with a centred last row, as for 17.
  return squarestGrid(n, 'centre')
}

/**
 * Preset 1, tile: a large picture with the others around its corner for 3 and 5 to 8 streams, otherwise equal cells.
 * @param n number of streams, at least 1
 * @returns n regions in seat order
 */
export function tileTemplate(n: number): readonly Region[] {
  if (n === 3) return THREE
  if (n === 5 || n === 6) return cornerTemplate(n, 3)
  if (n === 7 || n === 8) return cornerTemplate(n, 4)
  return tile2Template(n)
}

/** A large picture, vertically centred at the left, with two small ones stacked to its right. */
const THREE = [
  { left: '0', top: '1/6', width: '2/3', height: '2/3' },
  { left: '2/3', top: '1/6', width: '1/3', height: '1/3' },
  { left: '2/3', top: '1/2', width: '1/3', height: '1/3' },
].map(parseRegion)

/**
 * A large picture at the top left, small ones down the right side, then along the bottom from the left.
 * @param n at most 2 * parts, the number of regions
 * @param parts small pictures are 1/parts of the canvas wide and high
 */
function cornerTemplate(n: number, parts: number): readonly Region[] {
  const side = new Fraction(1, parts)
  const large = new Fraction(parts - 1, parts)
  const main = { left: new Fraction(0), top: new Fraction(0), width: large, height: large }
  const right = Array.from({ length: parts - 1 }, (_, row) => ({
    left: large,
    top: new Fraction(row, parts),
    width: side,
    height: side,
  }))
  const bottom = Array.from({ length: parts }, (_, column) => ({
    left: new Fraction(column, parts),
    top: large,
    width: side,
    height: side,
  }))
  return [main, ...right, ...bottom].slice(0, n)
}
