import { describe, expect, it } from 'vitest'
import { gapsBetween, joined, lengthOf, partsWithin } from '../../../src/timeline/ranges.ts'

const range = (startMs: number, endMs: number) => ({ startMs, endMs })

describe('joined', () => {
  it('makes one of what overlaps or touches, in order of time', () => {
    const ranges = [range(30, 40), range(0, 10), range(10, 20), range(5, 8)]
    expect(joined(ranges)).toEqual([range(0, 20), range(30, 40)])
  })

  it('makes one of what lies no further apart than it may', () => {
    const ranges = [range(0, 10), range(15, 20), range(26, 30)]
    expect(joined(ranges, 5)).toEqual([range(0, 20), range(26, 30)])
  })

  it('leaves what it was given as it was', () => {
    const ranges = [range(5, 10), range(0, 7)]
    joined(ranges)
    expect(ranges).toEqual([range(5, 10), range(0, 7)])
  })
})

it('cuts ranges at the bounds and leaves out those beyond them', () => {
  const ranges = [range(-20, -5), range(-5, 3), range(8, 12), range(10, 30)]
  expect(partsWithin(range(0, 10), ranges)).toEqual([range(0, 3), range(8, 10)])
})

it('tells the gaps between ranges', () => {
  expect(gapsBetween([range(30, 40), range(0, 10), range(5, 12)])).toEqual([range(12, 30)])
  expect(gapsBetween([range(0, 10)])).toEqual([])
})

it('adds up lengths', () => {
  expect(lengthOf([range(0, 10), range(30, 31.5)])).toBe(11.5)
  expect(lengthOf([])).toBe(0)
})
