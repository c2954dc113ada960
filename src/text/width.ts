/** Width of text on a terminal: a Chinese character takes two cells. Pure. */
import { harmless } from './harmless.ts'

/** East Asian Wide and Fullwidth (UAX #11) and emoji, one code point each. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u
/** Combining marks and invisible characters. */
const NO_CELL = /[\p{Mn}\p{Me}\p{Cf}]/u

const cellsOf = (character: string): number => (NO_CELL.test(character) ? 0 : WIDE.test(character) ? 2 : 1)

/** Terminal cells that `text` takes. `text` has no line breaks or escape sequences. */
export function textWidth(text: string): number {
  let cells = 0
  for (const character of text) cells += cellsOf(character)
  return cells
}

/** Pads `text` with trailing spaces to `cells`. */
export const padEndTo = (text: string, cells: number): string =>
  text + ' '.repeat(Math.max(0, cells - textWidth(text)))

/** Pads `text` with leading spaces to `cells`. */
export const padStartTo = (text: string, cells: number): string =>
  ' '.repeat(Math.max(0, cells - textWidth(text))) + text

const DOTS = '...'

/** Truncates `text` to `cells`, ending in `...`: the width of `…` depends on the font. */
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

/** Untrusted text on one line of at most `cells`. */
export const cutToLine = (text: string, cells: number): string => cutTo(harmless(text), cells)
