/** Rows of text in columns. Pure. */
import { padEndTo, padStartTo, textWidth } from './width.ts'

/**
 * Rows with their cells one below the other, a line each.
 * @param figures columns that are set to the right, counted from 0
 */
export function tableLines(rows: readonly (readonly string[])[], figures: readonly number[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, at) =>
    Math.max(...rows.map((row) => textWidth(row[at] ?? ''))),
  )
  return rows.map((row) =>
    row
      .map((cell, at) => (figures.includes(at) ? padStartTo : padEndTo)(cell, widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
