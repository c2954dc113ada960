import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { meterPace } from '../../../src/progress/pace.ts'

const EVERY_MS = 250

/** Looks four times a second at something that has done `doneAt(ms)` of `total`. */
function follow(options: { doneAt: (ms: number) => number; total: number; untilMs: number; given?: number }) {
  const { doneAt, total, untilMs, given = 0 } = options
  const meter = meterPace(0)
  return Array.from({ length: untilMs / EVERY_MS }, (_, i) => {
    const atMs = (i + 1) * EVERY_MS
    return { atMs, ...meter.look(atMs, { done: doneAt(atMs), total, given }) }
  })
}

describe('pace', () => {
  it('of what goes evenly is right as soon as it is told', () => {
    const seen = follow({ doneAt: (ms) => ms * 3, total: 300_000, untilMs: 90_000 })
    const told = seen.filter(({ leftMs }) => leftMs !== undefined)
    expect(told[0]?.atMs).toBe(2000)
    for (const { atMs, speed, leftMs = NaN } of told) {
      expect(speed).toBeCloseTo(3, 6)
      expect(Math.abs(leftMs - (100_000 - atMs))).toBeLessThan(1)
    }
  })

  it('says nothing before it knows', () => {
    const meter = meterPace(0)
    expect(meter.look(500, { done: 0, total: 10, given: 0 })).toEqual({ speed: undefined, leftMs: undefined })
    expect(meter.look(900, { done: 5, total: 10, given: 0 })).toEqual({ speed: undefined, leftMs: undefined })
    expect(meter.look(5000, { done: 5, total: 0, given: 0 }).leftMs).toBeUndefined()
  })

  it('time in which nothing has begun yet does not count', () => {
    const seen = follow({ doneAt: (ms) => Math.max(0, ms - 5000), total: 60_000, untilMs: 20_000 })
    for (const { atMs, speed } of seen) {
      if (atMs > 6250) expect(speed).toBeCloseTo(1, 1)
    }
  })

  it('what was there before says nothing of the speed', () => {
    const seen = follow({ doneAt: (ms) => 50_000 + ms, total: 100_000, untilMs: 10_000, given: 50_000 })
    expect(seen.at(-1)?.speed).toBeCloseTo(1, 6)
    expect(seen.at(-1)?.leftMs).toBeCloseTo(40_000, -1)
  })

  it('the time left does not jump when the speed does, and comes right within half a minute', () => {
    const doneAt = (ms: number) => (ms < 30_000 ? ms : 30_000 + (ms - 30_000) / 4)
    const seen = follow({ doneAt, total: 120_000, untilMs: 120_000 }).filter(
      ({ leftMs }) => leftMs !== undefined,
    )
    for (const [i, { leftMs = NaN }] of seen.entries()) {
      const before = seen[i - 1]?.leftMs
      if (before !== undefined) expect(Math.abs(leftMs - (before - EVERY_MS))).toBeLessThan(15_000)
    }
    const { leftMs = NaN } = seen.at(-1) ?? {}
    expect(Math.abs(leftMs / ((120_000 - doneAt(120_000)) * 4) - 1)).toBeLessThan(0.1)
  })

  it('what stands still gets slower and never ends sooner', () => {
    const seen = follow({ doneAt: (ms) => Math.min(ms, 20_000), total: 60_000, untilMs: 60_000 })
    const still = seen.filter(({ atMs }) => atMs > 25_000)
    for (const [i, { speed = NaN, leftMs = NaN }] of still.entries()) {
      const before = still[i - 1]
      if (before) expect(speed).toBeLessThan(before.speed ?? NaN)
      if (before) expect(leftMs).toBeGreaterThan(before.leftMs ?? NaN)
    }
  })

  it('what begins anew is measured anew', () => {
    const meter = meterPace(0)
    for (let ms = 250; ms <= 10_000; ms += 250) meter.look(ms, { done: ms * 10, total: 200_000, given: 0 })
    expect(meter.look(10_250, { done: 0, total: 200_000, given: 0 })).toEqual({
      speed: undefined,
      leftMs: undefined,
    })
    for (let ms = 10_500; ms <= 20_000; ms += 250)
      meter.look(ms, { done: ms - 10_250, total: 200_000, given: 0 })
    expect(meter.look(20_250, { done: 10_000, total: 200_000, given: 0 }).speed).toBeCloseTo(1, 1)
  })

  it('is never negative and always a number', () => {
    const steps = fc.array(fc.record({ ms: fc.nat(5000), done: fc.nat(100), given: fc.nat(20) }))
    fc.assert(
      fc.property(steps, (all) => {
        const meter = meterPace(0)
        let atMs = 0
        for (const { ms, done, given } of all) {
          const { speed = 0, leftMs = 0 } = meter.look((atMs += ms), { done, total: 100, given })
          expect(speed).toBeGreaterThanOrEqual(0)
          expect(leftMs).toBeGreaterThanOrEqual(0)
          expect(Number.isFinite(leftMs)).toBe(true)
        }
      }),
    )
  })
})
