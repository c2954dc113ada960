/** The line of a file that a finding refers to, with carets under the position. */
import { textWidth } from '../text/width.ts'
import { withoutMark } from './load.ts'
import { maskSecrets } from './mask.ts'
import type { Position } from '../model/findings.ts'

/** Maximum columns of a line that are shown; a file without line breaks is one long line. */
const WIDTH = 96
/** How many of these are before the position. */
const BEFORE = 60

interface Excerpt {
  readonly line: number
  readonly text: string
  /** Spaces and carets, to be printed under `text`. */
  readonly carets: string
}

/** A file from which excerpts can be taken: secrets are masked. */
export interface Shown {
  readonly lines: readonly string[]
}

/**
 * Makes a text safe to show.
 * @param hidden positions of values that must not be shown
 */
export function showable(text: string, hidden: readonly Position[]): Shown {
  const even = withoutMark(text).replaceAll('\r\n', ' \n').replaceAll('\r', '\n')
  const starts = [0, ...[...even.matchAll(/\n/g)].map(({ index }) => index + 1)]
  const offsets = hidden.map(({ line, column }) => (starts[line - 1] ?? 0) + column - 1)
  // A terminal would interpret control and invisible characters.
  const lines = maskSecrets(even, offsets)
    .split('\n')
    .map((line) => line.replaceAll(/[\p{Cc}\p{Cf}]/gu, (one) => ' '.repeat(one.length)).trimEnd())
  return { lines }
}

/** The excerpt at a position; undefined if the file has no such line. */
export function excerptAt(shown: Shown, { line, column }: Position): Excerpt | undefined {
  const whole = shown.lines[line - 1]
  if (whole === undefined) return undefined
  const start = column - 1
  const end = start + lengthAt(whole, start)
  const from = start > BEFORE + 3 ? start - BEFORE : whole.length - whole.trimStart().length
  const cutFrom = Math.min(from, start)
  const cutTo = Math.min(whole.length, Math.max(cutFrom + WIDTH, start + 1))
  const head = cutFrom > whole.length - whole.trimStart().length ? '…' : ''
  const tail = cutTo < whole.length ? '…' : ''
  const before = head + whole.slice(cutFrom, start)
  const under = whole.slice(start, Math.min(end, cutTo))
  return {
    line,
    text: head + whole.slice(cutFrom, cutTo) + tail,
    carets:
      ' '.repeat(textWidth(before.padEnd(start - cutFrom + head.length))) +
      '^'.repeat(Math.max(1, textWidth(under))),
  }
}

/** Length of the token at an offset: a quoted text, a bracket, or a word. */
function lengthAt(line: string, start: number): number {
  const [token = ''] = /^(?:"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s"{}[\],:]+)/.exec(line.slice(start)) ?? []
  return token.length
}
