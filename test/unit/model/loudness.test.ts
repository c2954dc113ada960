import { describe, expect, it } from 'vitest'
import { UNCHANGED, changeTo } from '../../../src/model/loudness.ts'

describe('the change that brings a mix to a loudness', () => {
  it.each([
    ['raises a quiet mix', -26.04, -8, { gainDb: 10, isLimited: true }],
    ['raises it without a limit where peaks allow it', -20, -9, { gainDb: 4, isLimited: false }],
    ['lowers a loud one', -9.5, -0.2, { gainDb: -6.5, isLimited: false }],
    ['limits peaks that are too high already', -16, -0.4, { gainDb: 0, isLimited: true }],
    ['raises noise no further than 24 dB', -58, -50, { gainDb: 24, isLimited: false }],
    ['takes an unknown peak for full scale', -18, null, { gainDb: 2, isLimited: true }],
  ])('%s', (_, integratedLufs, truePeakDb, change) => {
    expect(changeTo(-16, { integratedLufs, truePeakDb })).toEqual(change)
  })

  it('is none where it is right already, or nothing can be measured', () => {
    expect(changeTo(-16, { integratedLufs: -16.1, truePeakDb: -3 })).toBe(UNCHANGED)
    expect(changeTo(-16, { integratedLufs: null, truePeakDb: null })).toBe(UNCHANGED)
  })
})
