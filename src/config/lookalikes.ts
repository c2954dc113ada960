/** What an input method types where JSON wants plain punctuation. */
import type { Problem } from './findings.ts'
import type { Position } from '../model/findings.ts'

/** What input methods type in place of JSON's punctuation. Spaces that are none in JSON pass in silence. */
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
 * Strings, comments and whatever needs no look, each as a whole; single characters else. A string or comment that is
 * never closed goes on to the end of its line or of the text: looking for its end again from each quote in it would
 * take time with the square of its length.
 */
const PIECES =
  /[^"“”＂/，：｛｝［］【】\u00a0\u3000]+|"(?:[^"\\\n]|\\[^\n])*\\?("|(?=\n|$))|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|“[^“”"\n]*[”"]|[\s\S]/gu
/** The same in a string that is never closed. */
const PIECES_UNCLOSED = /[^“”＂，：｛｝［］【】\u00a0\u3000]+|“[^“”"\n]*[”"]|[\s\S]/gu

/** Characters that look like punctuation, replaced one for one outside strings and comments. */
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
