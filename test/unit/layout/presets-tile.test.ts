/** The tile presets, as the vendor's layout pictures show them, written out: left top width height. */
import { describe, expect, it } from 'vitest'
import { presetTemplate } from '../../../src/layout/presets.ts'
import type { Preset } from '../../../src/model/job.ts'

const FULL = '0 0 1 1'
const HALVES = ['0 0 1/2 1/2', '1/2 0 1/2 1/2', '0 1/2 1/2 1/2', '1/2 1/2 1/2 1/2']
const THIRDS = [
  '0 0 1/3 1/3',
  '1/3 0 1/3 1/3',
  '2/3 0 1/3 1/3',
  '0 1/3 1/3 1/3',
  '1/3 1/3 1/3 1/3',
  '2/3 1/3 1/3 1/3',
  '0 2/3 1/3 1/3',
  '1/3 2/3 1/3 1/3',
  '2/3 2/3 1/3 1/3',
]
const FOUR_BY_THREE = [
  '0 1/8 1/4 1/4',
  '1/4 1/8 1/4 1/4',
  '1/2 1/8 1/4 1/4',
  '3/4 1/8 1/4 1/4',
  '0 3/8 1/4 1/4',
  '1/4 3/8 1/4 1/4',
  '1/2 3/8 1/4 1/4',
  '3/4 3/8 1/4 1/4',
  '0 5/8 1/4 1/4',
  '1/4 5/8 1/4 1/4',
  '1/2 5/8 1/4 1/4',
  '3/4 5/8 1/4 1/4',
]
const QUARTERS = [
  '0 0 1/4 1/4',
  '1/4 0 1/4 1/4',
  '1/2 0 1/4 1/4',
  '3/4 0 1/4 1/4',
  '0 1/4 1/4 1/4',
  '1/4 1/4 1/4 1/4',
  '1/2 1/4 1/4 1/4',
  '3/4 1/4 1/4 1/4',
  '0 1/2 1/4 1/4',
  '1/4 1/2 1/4 1/4',
  '1/2 1/2 1/4 1/4',
  '3/4 1/2 1/4 1/4',
  '0 3/4 1/4 1/4',
  '1/4 3/4 1/4 1/4',
  '1/2 3/4 1/4 1/4',
  '3/4 3/4 1/4 1/4',
]
const SEVENTEEN = [
  '1/10 0 1/5 1/5',
  '3/10 0 1/5 1/5',
  '1/2 0 1/5 1/5',
  '7/10 0 1/5 1/5',
  '1/10 1/5 1/5 1/5',
  '3/10 1/5 1/5 1/5',
  '1/2 1/5 1/5 1/5',
  '7/10 1/5 1/5 1/5',
  '1/10 2/5 1/5 1/5',
  '3/10 2/5 1/5 1/5',
  '1/2 2/5 1/5 1/5',
  '7/10 2/5 1/5 1/5',
  '1/10 3/5 1/5 1/5',
  '3/10 3/5 1/5 1/5',
  '1/2 3/5 1/5 1/5',
  '7/10 3/5 1/5 1/5',
  '2/5 4/5 1/5 1/5',
]

function written(preset: Preset, n: number): readonly string[] {
  return presetTemplate(preset, n).map(({ left, top, width, height }) =>
    [left, top, width, height].map((fraction) => fraction.toFraction()).join(' '),
  )
}

describe('every preset', () => {
  it.each(['tile', 'vertical', 'single', 'tile2', 'vertical2'] as const)(
    '%s: one fills the canvas',
    (preset) => {
      expect(written(preset, 1)).toEqual([FULL])
      expect(written(preset, 0)).toEqual([])
    },
  )
})

describe('tile', () => {
  const six = [
    '0 0 2/3 2/3',
    '2/3 0 1/3 1/3',
    '2/3 1/3 1/3 1/3',
    '0 2/3 1/3 1/3',
    '1/3 2/3 1/3 1/3',
    '2/3 2/3 1/3 1/3',
  ]
  const eight = [
    '0 0 3/4 3/4',
    '3/4 0 1/4 1/4',
    '3/4 1/4 1/4 1/4',
    '3/4 1/2 1/4 1/4',
    '0 3/4 1/4 1/4',
    '1/4 3/4 1/4 1/4',
    '1/2 3/4 1/4 1/4',
    '3/4 3/4 1/4 1/4',
  ]

  it.each([
    [2, ['0 1/4 1/2 1/2', '1/2 1/4 1/2 1/2']],
    [3, ['0 1/6 2/3 2/3', '2/3 1/6 1/3 1/3', '2/3 1/2 1/3 1/3']],
    [4, HALVES],
    [5, six.slice(0, 5)],
    [6, six],
    [7, eight.slice(0, 7)],
    [8, eight],
    [9, THIRDS],
    [10, FOUR_BY_THREE.slice(0, 10)],
    [11, FOUR_BY_THREE.slice(0, 11)],
    [12, FOUR_BY_THREE],
    [13, QUARTERS.slice(0, 13)],
    [14, QUARTERS.slice(0, 14)],
    [15, QUARTERS.slice(0, 15)],
    [16, QUARTERS],
    [17, SEVENTEEN],
  ])('%i streams', (n, expected) => {
    expect(written('tile', n)).toEqual(expected)
  })

  it('goes on with the squarest grid, its last row centred', () => {
    expect(written('tile', 18)).toEqual([
      ...['0 1/10 1/5 1/5', '1/5 1/10 1/5 1/5', '2/5 1/10 1/5 1/5', '3/5 1/10 1/5 1/5', '4/5 1/10 1/5 1/5'],
      ...['0 3/10 1/5 1/5', '1/5 3/10 1/5 1/5', '2/5 3/10 1/5 1/5', '3/5 3/10 1/5 1/5', '4/5 3/10 1/5 1/5'],
      ...['0 1/2 1/5 1/5', '1/5 1/2 1/5 1/5', '2/5 1/2 1/5 1/5', '3/5 1/2 1/5 1/5', '4/5 1/2 1/5 1/5'],
      ...['1/5 7/10 1/5 1/5', '2/5 7/10 1/5 1/5', '3/5 7/10 1/5 1/5'],
    ])
    expect(written('tile', 24).slice(20)).toEqual([
      '1/10 4/5 1/5 1/5',
      '3/10 4/5 1/5 1/5',
      '1/2 4/5 1/5 1/5',
      '7/10 4/5 1/5 1/5',
    ])
    expect(written('tile', 25).at(-1)).toBe('4/5 4/5 1/5 1/5')
    expect(written('tile', 26)[0]).toBe('0 1/12 1/6 1/6')
    expect(written('tile', 64)).toHaveLength(64)
  })
})

describe('tile 2', () => {
  const five = ['0 1/6 1/3 1/3', '1/3 1/6 1/3 1/3', '2/3 1/6 1/3 1/3', '1/6 1/2 1/3 1/3', '1/2 1/2 1/3 1/3']
  const six = [...five.slice(0, 3), '0 1/2 1/3 1/3', '1/3 1/2 1/3 1/3', '2/3 1/2 1/3 1/3']

  it.each([
    [2, ['0 1/4 1/2 1/2', '1/2 1/4 1/2 1/2']],
    [3, ['0 0 1/2 1/2', '1/2 0 1/2 1/2', '1/4 1/2 1/2 1/2']],
    [4, HALVES],
    [5, five],
    [6, six],
    [7, THIRDS.slice(0, 7)],
    [8, THIRDS.slice(0, 8)],
    [9, THIRDS],
    [10, FOUR_BY_THREE.slice(0, 10)],
    [12, FOUR_BY_THREE],
    [13, QUARTERS.slice(0, 13)],
    [16, QUARTERS],
    [17, SEVENTEEN],
  ])('%i streams', (n, expected) => {
    expect(written('tile2', n)).toEqual(expected)
  })

  it('is tile from 10 on', () => {
    for (let n = 10; n <= 64; n++) expect(written('tile2', n)).toEqual(written('tile', n))
  })
})
