import { describe, expect, it } from 'vitest'
import { cutTo, cutToLine, padEndTo, padStartTo, textWidth } from '../../../src/text/width.ts'

it.each([
  ['', 0],
  ['abc', 3],
  ['任务', 4],
  ['任务：a', 7],
  ['（1）', 5],
  ['한글', 4],
  ['カタカナ', 8],
  ['ｶﾀｶﾅ', 4],
  ['é', 1],
  ['e\u0301', 1],
  ['𠮷', 2],
  ['\u200b', 0],
  ['¥…', 2],
  ['⌚✅', 4],
])('%j takes %d cells', (text, cells) => {
  expect(textWidth(text)).toBe(cells)
})

describe('columns', () => {
  it('line up with blanks before or behind', () => {
    expect(padEndTo('状态', 6)).toBe('状态  ')
    expect(padStartTo('状态', 6)).toBe('  状态')
    expect(padEndTo('too wide', 3)).toBe('too wide')
  })

  it.each([
    ['任务一二三', 10, '任务一二三'],
    ['任务一二三', 9, '任务一...'],
    // Half a character is none.
    ['任务一二三', 8, '任务...'],
    ['abcdef', 5, 'ab...'],
    ['abcdef', 2, '..'],
    ['abcdef', 0, ''],
    ['abcdef', -1, ''],
  ])('%j in %d cells is %j', (text, cells, cut) => {
    expect(cutTo(text, cells)).toBe(cut)
  })
})

it.each([
  ['Ann\n\x1b[31mB', 20, 'Ann\\u000a\\u001b[31mB'],
  ['Ann\tBo Chan', 12, 'Ann\\u0009...'],
])('%j on a line of %d cells is %j', (text, cells, line) => {
  expect(cutToLine(text, cells)).toBe(line)
})
