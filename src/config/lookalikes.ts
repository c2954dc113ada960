/** Replaces punctuation from input methods by the characters that JSON requires. */
import type { Problem } from './findings.ts'
import type { Position } from '../model/findings.ts'

/** What input methods type in place of JSON's punctuation. Non-JSON spaces are replaced without a problem. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  '，': ',',
  '：': ':',
  '｛': '{',
  '｝': '}',
  '［': '[',
  '］': ']',
  '【': '[',
  '】': ']',
  '“': '"',
  '”': '"',
  '＂': '"',
  '\u00a0': ' ',
  '\u3000': ' ',
}

/**
 * Matches strings, comments and runs without lookalikes as a whole, anything else as single characters. An unclosed
 * string or comment extends to the end of its line or of the text: searching for its end again from each quote in it
 * would take quadratic time.
 */
const PIECES =
  /[^"“”＂/，：｛｝［］【】\u00a0\u3000]+|"(?:[^"\\\n]|\\[^\n])*\\?("|(?=\n|$))|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|“[^“”"\n]*[”"]|[\s\S]/gu
/** The same within an unclosed string. */
const PIECES_UNCLOSED = /[^“”＂，：｛｝［］【】\u00a0\u3000]+|“[^“”"\n]*[”"]|[\s\S]/gu

/** Replaces lookalikes of punctuation one for one outside strings and comments. */
export function replaceLookalikes(input: { text: string; positionOf: (offset: number) => Position }): {
  text: string
  problems: Problem[]
} {
  const problems: Problem[] = []
  const done: string[] = []
  const take = (piece: string, index: number) => {
    const isCurlyString = piece.startsWith('“') && piece.length > 1
    const plain: string = isCurlyString
      ? `"${piece.slice(1, -1).replaceAll('\\', '/')}"`
      : (LOOKALIKES[piece] ?? piece)
    if (plain !== piece && plain !== ' ') {
      const use = isCurlyString ? '"' : plain
      problems.push({
        code: 'fullWidth',
        params: { found: piece[0] ?? '', use },
        path: [],
        position: input.positionOf(index),
      })
    }
    done.push(plain)
  }
  for (const { 0: piece, 1: quote, index } of input.text.matchAll(PIECES)) {
    if (!piece.startsWith('"') || quote === '"') take(piece, index)
    else for (const { 0: part, index: at } of piece.matchAll(PIECES_UNCLOSED)) take(part, index + at)
  }
  return { text: done.join(''), problems }
}
