/** How much room text takes on a terminal: a Chinese character stands on two cells. Pure. */
import { harmless } from './harmless.ts'

/** East Asian Wide and Fullwidth (UAX #11), with emoji; one code point each. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u
/** Marks that stand on the character before them, and characters that show nothing. */
const NO_CELL = /[\p{Mn}\p{Me}\p{Cf}]/u

const cellsOf = (character: string): number => (NO_CELL.test(character) ? 0 : WIDE.test(character) ? 2 : 1)

/** Cells of a terminal that `text` takes; without line breaks and escape sequences. */
export function textWidth(text: string): number {
  let cells = 0
  for (const character of text) cells += cellsOf(character)
  return cells
}

/** `text` with blanks behind it until it is `cells` wide. */
export const padEndTo = (text: string, cells: number): string =>
  text + ' '.repeat(Math.max(0, cells - textWidth(text)))

/** `text` with blanks before it until it is `cells` wide. */
export const padStartTo = (text: string, cells: number): string =>
  ' '.repeat(Math.max(0, cells - textWidth(text))) + text

const DOTS = '...'

/** The beginning of `text` that fits into `cells`, dots for what is cut off: `…` is as wide as the font likes. */
export function cutTo(text: string, cells: number): string {
  if (textWidth(text) <= cells) return text
  let [kept, used] = ['', 0]
  for (const character of text) {
    used += cellsOf(character)
    if (used > cells - DOTS.length) break
    kept += character
  }
  return kept + DOTS.slice(0, Math.max(0, cells))
}

/** What others have written, on one line of at most `cells`. */
export const cutToLine = (text: string, cells: number): string => cutTo(harmless(text), cells)
