/** Formats text in columns. Pure. */
import { padEndTo, padStartTo, textWidth } from './width.ts'

/**
 * Aligns the cells of all rows, one line per row.
 * @param figures indexes of right-aligned columns, from 0
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
