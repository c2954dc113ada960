/** Rows of equal cells with the aspect ratio of the canvas. */
import Fraction from 'fraction.js'
import type { Region } from './region.ts'

/** Alignment of a row that is shorter than the grid. */
type RowAlign = 'left' | 'centre'

/**
 * Lays out rows of cells, each 1/columns of the canvas wide and high; the block is centred vertically.
 * @param lengths cells per row, at most `columns`; at most `columns` rows, or they would leave the canvas
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
  // Centring shifts by half a cell, so positions are counted in half cells.
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
 * The squarest grid for n cells. Cells have the aspect ratio of the canvas, so they are largest with as many columns as
 * rows, or one more.
 * @param n at least 1
 */
export function squarestGrid(n: number, align: RowAlign): readonly Region[] {
  const columns = Math.ceil(Math.sqrt(n))
  const lengths = Array.from({ length: Math.ceil(n / columns) }, (_, row) =>
    Math.min(columns, n - row * columns),
  )
  return cellRows({ lengths, columns, align })
}
