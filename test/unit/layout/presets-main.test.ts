/** The presets with one main picture, as the vendor's layout pictures show them, written out: left top width height. */
import { describe, expect, it } from 'vitest'
import { coversMain, presetTemplate } from '../../../src/layout/presets.ts'
import type { Preset } from '../../../src/model/job.ts'

const FULL = '0 0 1 1'

function written(preset: Preset, n: number): readonly string[] {
  return presetTemplate(preset, n).map(({ left, top, width, height }) =>
    [left, top, width, height].map((fraction) => fraction.toFraction()).join(' '),
  )
}

describe('single', () => {
  it('has one region however many there are', () => {
    for (const n of [2, 3, 17, 64]) expect(written('single', n)).toEqual([FULL])
  })
})

describe('vertical', () => {
  const five = ['0 0 4/5 1', '4/5 0 1/5 1/4', '4/5 1/4 1/5 1/4', '4/5 1/2 1/5 1/4', '4/5 3/4 1/5 1/4']
  const seven = [
    '0 0 7/8 1',
    '7/8 0 1/8 1/6',
    '7/8 1/6 1/8 1/6',
    '7/8 1/3 1/8 1/6',
    '7/8 1/2 1/8 1/6',
    '7/8 2/3 1/8 1/6',
    '7/8 5/6 1/8 1/6',
  ]
  const nine = [
    '0 0 9/10 1',
    '9/10 0 1/10 1/8',
    '9/10 1/8 1/10 1/8',
    '9/10 1/4 1/10 1/8',
    '9/10 3/8 1/10 1/8',
    '9/10 1/2 1/10 1/8',
    '9/10 5/8 1/10 1/8',
    '9/10 3/4 1/10 1/8',
    '9/10 7/8 1/10 1/8',
  ]

  it.each([
    [2, five.slice(0, 2)],
    [3, five.slice(0, 3)],
    [4, five.slice(0, 4)],
    [5, five],
    [6, seven.slice(0, 6)],
    [7, seven],
    [8, nine.slice(0, 8)],
    [9, nine],
  ])('%i streams', (n, expected) => {
    expect(written('vertical', n)).toEqual(expected)
  })

  it('goes on with one column up to 12 small ones', () => {
    expect(written('vertical', 10)[0]).toBe('0 0 12/13 1')
    expect(written('vertical', 10).at(-1)).toBe('12/13 4/5 1/13 1/10')
    expect(written('vertical', 13)[0]).toBe('0 0 14/15 1')
    expect(written('vertical', 13).at(-1)).toBe('14/15 11/12 1/15 1/12')
  })

  it('then takes two columns, the inner one filled first', () => {
    const fourteen = written('vertical', 14)
    expect(fourteen[0]).toBe('0 0 4/5 1')
    expect(fourteen[1]).toBe('4/5 0 1/10 1/8')
    expect(fourteen[8]).toBe('4/5 7/8 1/10 1/8')
    expect(fourteen[9]).toBe('9/10 0 1/10 1/8')
    expect(fourteen[13]).toBe('9/10 1/2 1/10 1/8')
    expect(written('vertical', 17).at(-1)).toBe('9/10 7/8 1/10 1/8')
    expect(written('vertical', 18)[0]).toBe('0 0 11/13 1')
  })
})

describe('vertical 2', () => {
  const strip = [
    '0 5/6 1/6 1/6',
    '1/6 5/6 1/6 1/6',
    '1/3 5/6 1/6 1/6',
    '1/2 5/6 1/6 1/6',
    '2/3 5/6 1/6 1/6',
    '5/6 5/6 1/6 1/6',
  ]
  const upper = [
    '0 2/3 1/6 1/6',
    '1/6 2/3 1/6 1/6',
    '1/3 2/3 1/6 1/6',
    '1/2 2/3 1/6 1/6',
    '2/3 2/3 1/6 1/6',
    '5/6 2/3 1/6 1/6',
  ]

  it.each([2, 3, 4, 5, 6, 7])('%i streams: the others over the main one', (n) => {
    expect(written('vertical2', n)).toEqual([FULL, ...strip.slice(0, n - 1)])
    expect(coversMain('vertical2', n)).toBe(true)
  })

  it.each([8, 9, 10, 11, 12, 13])('%i streams: the others in two rows below the main one', (n) => {
    expect(written('vertical2', n)).toEqual(['1/5 0 3/5 2/3', ...upper, ...strip.slice(0, n - 7)])
    expect(coversMain('vertical2', n)).toBe(false)
  })

  it('goes on with two rows of smaller cells', () => {
    const fourteen = written('vertical2', 14)
    expect(fourteen[0]).toBe('5/28 0 9/14 5/7')
    expect(fourteen[1]).toBe('0 5/7 1/7 1/7')
    expect(fourteen[7]).toBe('6/7 5/7 1/7 1/7')
    expect(fourteen[8]).toBe('0 6/7 1/7 1/7')
    expect(fourteen[13]).toBe('5/7 6/7 1/7 1/7')
    expect(written('vertical2', 17)[0]).toBe('13/80 0 27/40 3/4')
  })

  it('covers nothing with one stream, nor does any other preset', () => {
    expect(coversMain('vertical2', 1)).toBe(false)
    expect(coversMain('tile', 5)).toBe(false)
  })
})
