import { describe, expect, it } from 'vitest'
import { UNCHANGED, changeTo, raisedBy } from '../../../src/model/loudness.ts'

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

describe('a limited mix that came out too quiet', () => {
  const change = { gainDb: 8.8, isLimited: true }
  it.each([
    ['is raised by what is missing', -19.2, { gainDb: 12, isLimited: true }],
    ['is left alone where little is missing', -16.4, undefined],
    ['is raised by 24 dB in all at most', -40, { gainDb: 24, isLimited: true }],
    ['is left alone where it is silent', null, undefined],
  ])('%s', (_, integratedLufs, raised) => {
    expect(raisedBy(change, -16, { integratedLufs, truePeakDb: -1.5 })).toEqual(raised)
  })

  it('is left alone where it has been raised by the most already', () => {
    const most = { gainDb: 24, isLimited: true }
    expect(raisedBy(most, -16, { integratedLufs: -30, truePeakDb: -1.5 })).toBeUndefined()
  })
})
