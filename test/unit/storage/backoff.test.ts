import { describe, expect, it } from 'vitest'
import { pauseMs, waitMs } from '../../../src/storage/backoff.ts'

describe('pauseMs', () => {
  const pace = { backoffMs: 500, maxBackoffMs: 30_000 }
  const pauses = (chance: number): number[] =>
    [1, 2, 3, 4, 5, 6, 7, 8].map((failures) => pauseMs({ failures, pace, chance }))

  it('doubles up to the longest, and chance takes up to half off', () => {
    expect(pauses(0)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
    expect(pauses(1)).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000])
    expect(pauses(0.5)[0]).toBe(375)
  })

  it('is at least what the service asks for, and never more than the longest', () => {
    expect(pauseMs({ failures: 1, pace, chance: 0, askedMs: 7000 })).toBe(7000)
    expect(pauseMs({ failures: 1, pace, chance: 0, askedMs: 1 })).toBe(500)
    expect(pauseMs({ failures: 1, pace, chance: 0, askedMs: 3_600_000 })).toBe(30_000)
  })

  it('stays finite however often it failed', () => {
    expect(pauseMs({ failures: 5000, pace, chance: 0 })).toBe(30_000)
  })
})

describe('waitMs', () => {
  it('ends with the reason of its signal', async () => {
    const stop = new AbortController()
    const reason = new Error('stopped')
    const waiting = waitMs(3_600_000, stop.signal)
    stop.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    await expect(waitMs(3_600_000, stop.signal)).rejects.toBe(reason)
  })
})
