import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tableLines } from '../../../src/text/table.ts'
import { textWidth } from '../../../src/text/width.ts'
import { wrapTo } from '../../../src/text/wrap.ts'

describe('wrapping', () => {
  it('breaks between words, and a word that is too long stays whole', () => {
    expect(wrapTo('one two  three', 7)).toEqual(['one two', 'three'])
    expect(wrapTo('a overlongword b', 5)).toEqual(['a', 'overlongword', 'b'])
    expect(wrapTo('', 5)).toEqual([])
  })

  it('breaks between Chinese characters, never before a full stop or a comma', () => {
    expect(wrapTo('显示时间轴、时间段和命令；不编码', 10)).toEqual([
      '显示时间',
      '轴、时间段',
      '和命令；不',
      '编码',
    ])
    expect(wrapTo('优先于 conf/ 中的', 9)).toEqual(['优先于', 'conf/ 中', '的'])
  })

  it('loses nothing but blanks', () => {
    const piece = fc.constantFrom('a', 'bc', ' ', '时', '，', '（', '1', '-')
    fc.assert(
      fc.property(fc.array(piece), fc.integer({ min: 4, max: 40 }), (pieces, cells) => {
        const text = pieces.join('')
        const bare = (line: string) => line.replaceAll(/\s/g, '')
        expect(wrapTo(text, cells).map(bare).join('')).toBe(bare(text))
      }),
    )
  })
})

describe('a table', () => {
  it('has its cells one below the other, figures to the right', () => {
    expect(tableLines([['名', '12'], ['abcd', '3'], ['x']], [1])).toEqual(['名    12', 'abcd   3', 'x'])
    expect(tableLines([], [])).toEqual([])
  })

  it('every column begins at the same cell', () => {
    const lines = tableLines(
      [
        ['名称', 'x', 'end'],
        ['abc', '时间', 'end'],
      ],
      [],
    )
    expect(new Set(lines.map((line) => textWidth(line.slice(0, line.indexOf('end')))))).toHaveProperty(
      'size',
      1,
    )
  })
})
