import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countUpTo, lastUpTo } from '../../../src/model/search.ts'

const numbers = fc.array(fc.integer({ min: -50, max: 50 })).map((list) => list.toSorted((a, b) => a - b))
const limits = fc.oneof(fc.integer({ min: -60, max: 60 }), fc.constantFrom(-Infinity, Infinity, 0.5))

describe('looking up in sorted numbers', () => {
  it('counts those that are not above a limit', () => {
    fc.assert(
      fc.property(numbers, limits, (sorted, limit) => {
        expect(countUpTo(sorted, limit)).toBe(sorted.filter((one) => one <= limit).length)
        expect(countUpTo(Float64Array.from(sorted), limit)).toBe(countUpTo(sorted, limit))
      }),
    )
  })

  it('finds the last that is not above a limit, or the first of all', () => {
    fc.assert(
      fc.property(numbers, limits, (sorted, limit) => {
        const at = sorted.findLastIndex((one) => one <= limit)
        expect(lastUpTo(sorted, limit)).toBe(Math.max(0, at))
      }),
    )
    expect(lastUpTo([], 5)).toBe(0)
    expect(lastUpTo([3, 3, 3], 3)).toBe(2)
  })
})
