import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frameAt, msOfFrame, seconds } from '../../../src/model/time.ts'
import { zoneOffsetMs, zoneTimes } from '../../../src/model/zone.ts'

describe('the frame grid', () => {
  it.each([
    [0, 30, 0],
    [16, 30, 0],
    [17, 30, 1],
    [-17, 30, -1],
    [1000, 15, 15],
  ])('%d ms at %d frames/s are frame %d', (ms, fps, frame) => {
    expect(frameAt(ms, fps)).toBe(frame)
  })

  it('a frame is where its own moment is, for days', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000_000 }), fc.integer({ min: 1, max: 60 }), (frame, fps) => {
        expect(frameAt(msOfFrame(frame, fps), fps)).toBe(frame)
      }),
    )
  })
})

describe('seconds as ffmpeg reads them', () => {
  it.each([
    [0, '0'],
    [-0.0001, '0'],
    [100_000, '100'],
    [1500, '1.5'],
    [-500, '-0.5'],
    [1000 / 3, '0.333333'],
    [1_700_028_800_250, '1700028800.25'],
    [0.001, '0.000001'],
  ])('%d ms', (ms, text) => {
    expect(seconds(ms)).toBe(text)
  })

  it('are plain decimals, right to the microsecond', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e12, max: 1e12, noNaN: true }), (ms) => {
        expect(seconds(ms)).toMatch(/^-?\d+(\.\d{1,6})?$/)
        expect(Math.abs(Number(seconds(ms)) * 1000 - ms)).toBeLessThan(0.001)
      }),
    )
  })
})

describe('time zones', () => {
  const SUMMER = Date.UTC(2026, 6, 1, 12)
  const WINTER = Date.UTC(2026, 0, 1, 12)

  it.each([
    ['Asia/Shanghai', SUMMER, 8],
    ['Asia/Shanghai', WINTER + 0.25, 8],
    ['UTC', WINTER, 0],
    ['Europe/Berlin', SUMMER, 2],
    ['Europe/Berlin', WINTER, 1],
    ['America/St_Johns', WINTER, -3.5],
    ['Asia/Kathmandu', Date.UTC(2025, 11, 31, 23, 59, 59, 999), 5.75],
  ])('%s at %d: %d hours', (zone, atMs, hours) => {
    expect(zoneOffsetMs(zone, atMs)).toBe(hours * 3_600_000)
  })

  it.each([
    ['begins', 'Europe/Berlin', Date.UTC(2026, 2, 29, 1), 1, 2],
    ['ends', 'Europe/Berlin', Date.UTC(2026, 9, 25, 1), 2, 1],
    ['ends by half an hour', 'Australia/Lord_Howe', Date.UTC(2026, 3, 4, 15), 11, 10.5],
  ])('summer time %s in %s', (_, zone, atMs, before, behind) => {
    const day = 86_400_000
    const [fromMs, offsetMs] = [atMs - 12_345_678.5, before * 3_600_000]
    const changed = { fromMs: atMs, offsetMs: behind * 3_600_000 }
    expect(zoneTimes(zone, fromMs, atMs + day)).toEqual([{ fromMs, offsetMs }, changed])
    expect(zoneTimes(zone, fromMs, atMs)).toEqual([{ fromMs, offsetMs }, changed])
    expect(zoneTimes(zone, fromMs, atMs - 1)).toEqual([{ fromMs, offsetMs }])
    expect(zoneTimes(zone, atMs, atMs + day)).toEqual([changed])
  })
})
