/** What an input method types where JSON wants plain punctuation. */
import type { Problem } from './findings.ts'
import type { Position } from './vocabulary.ts'

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

/** Characters that look like punctuation, replaced one for one outside strings and comments. */
export function replaceLookalikes(input: { text: string; positionOf: (offset: number) => Position }): {
  text: string
  problems: Problem[]
} {
  const problems: Problem[] = []
  const pieces = input.text.matchAll(
    /"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|“[^“”"\n]*[”"]|[\s\S]/gu,
  )
  let text = ''
  for (const { 0: piece, index } of pieces) {
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
    text += plain
  }
  return { text, problems }
}
