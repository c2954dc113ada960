/** Meanings of the settings, taken from the comments of `conf/default.json`, their only source. */
import { visit } from 'jsonc-parser'
import { labelOf } from './fields.ts'
import type { Meaning, Meanings } from './meanings.ts'

/** Meanings by path. @param text of `conf/default.json`: each setting has a comment above it */
export function confMeanings(text: string): Meanings {
  const meanings: Record<string, Meaning> = {
    $schema: { is: 'The JSON Schema of this file, for editors: a path or URL. The worker does not read it.' },
  }
  let comment: string[] = []
  visit(text, {
    onComment: (offset, length) => comment.push(text.slice(offset, offset + length).replace(/^\/\/ ?/, '')),
    onObjectProperty: (name, _offset, _length, _line, _column, pathOf) => {
      if (comment.length > 0) meanings[labelOf([...pathOf(), name])] = { is: comment.join(' ') }
      comment = []
    },
    onObjectBegin: () => {
      comment = []
    },
  })
  return meanings
}
