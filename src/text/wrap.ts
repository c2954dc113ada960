/** Wraps text. Pure. */
import { textWidth } from './width.ts'

/** A word with the spaces before it, or one Chinese character with any punctuation that must not begin a line. */
const PIECE =
  /(?<!\s)\s*(?:[\u2e80-\u9fff][\u3001-\u3003\u300d\u300f\uff01-\uff1f\u201d]*|[^\s\u2e80-\u9fff]+)/gu

/** Wraps `text` to lines of at most `cells`, between words or Chinese characters; longer words stay whole. */
export function wrapTo(text: string, cells: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const piece of text.match(PIECE) ?? []) {
    if (line !== '' && textWidth(line + piece) > cells) {
      lines.push(line)
      line = ''
    }
    line += line === '' ? piece.trimStart() : piece
  }
  return line === '' ? lines : [...lines, line]
}
