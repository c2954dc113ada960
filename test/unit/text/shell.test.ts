import { expect, it } from 'vitest'
import { quoted } from '../../../src/text/shell.ts'

it.each([
  ['plain', "'plain'"],
  ['', "''"],
  ['two words', "'two words'"],
  ['$HOME `id` \\', "'$HOME `id` \\'"],
  ["it's", "'it'\\''s'"],
])('%j is quoted as %s', (text, word) => {
  expect(quoted(text)).toBe(word)
})
