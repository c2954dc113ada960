/** Width of text on a terminal: a Chinese character takes two cells. Pure. */
import { eastAsianWidth } from 'get-east-asian-width'
import { harmless } from './harmless.ts'

/** Combining marks and invisible characters. */
const NO_CELL = /[\p{Mn}\p{Me}\p{Cf}]/u

const cellsOf = (character: string): number =>
  NO_CELL.test(character) ? 0 : eastAsianWidth(character.codePointAt(0) ?? 0)

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
