/** Rows of equal cells that have the shape of the canvas. */
import Fraction from 'fraction.js'
import type { Region } from './region.ts'

/** Where a row shorter than the grid is wide stands. */
type RowAlign = 'left' | 'centre'

/**
 * Rows of cells, each 1/columns of the canvas wide and high, the whole block centred from top to bottom.
 * @param lengths cells in each row, at most `columns`; no more rows than columns, or they would leave the canvas
 * @returns the cells row by row
 */
export function cellRows({
  lengths,
  columns,
  align,
}: {
  readonly lengths: readonly number[]
  readonly columns: number
  readonly align: RowAlign
}): readonly Region[] {
  const side = new Fraction(1, columns)
  // Centring moves by half a cell, so places are counted in half cells.
  const halves = 2 * columns
  const top = columns - lengths.length
  return lengths.flatMap((length, row) => {
    const left = align === 'centre' ? columns - length : 0
    return Array.from({ length }, (_, column) => ({
      left: new Fraction(left + 2 * column, halves),
      top: new Fraction(top + 2 * row, halves),
      width: side,
      height: side,
    }))
  })
}

/**
 * The squarest grid that holds n cells. Cells have the shape of the canvas, so as many columns as rows, or one
 * more, makes them as large as they can be.
 * @param n at least 1
 */
export function squarestGrid(n: number, align: RowAlign): readonly Region[] {
  const columns = Math.ceil(Math.sqrt(n))
  const lengths = Array.from({ length: Math.ceil(n / columns) }, (_, row) =>
    Math.min(columns, n - row * columns),
  )
  return cellRows({ lengths, columns, align })
}
