import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openJobTime } from '../../../src/job/job-time.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const HOUR_MS = 3_600_000

describe('a job', () => {
  it('ends when the time of conf/ is over, whatever its plan says', () => {
    const time = openJobTime(60, new AbortController().signal)
    time.allow(10 * HOUR_MS)
    vi.advanceTimersByTime(HOUR_MS - 1)
    expect(time.signal.aborted).toBe(false)
    vi.advanceTimersByTime(1)
    expect(time.signal.reason).toBe(time.over())
    expect(time.over()).toMatchObject({ code: 'jobTooLong', exitCode: 1, retryable: true })
    expect(time.over()?.message).toContain('limits.jobMinutes in conf/ allows')
  })

  it('ends by its plan where conf/ says nothing, counted from the last that was said', () => {
    const time = openJobTime(0, new AbortController().signal)
    vi.advanceTimersByTime(100 * HOUR_MS)
    time.allow(HOUR_MS)
    vi.advanceTimersByTime(HOUR_MS / 2)
    time.allow(HOUR_MS)
    vi.advanceTimersByTime(HOUR_MS - 1)
    expect(time.over()).toBeUndefined()
    vi.advanceTimersByTime(1)
    expect(time.over()?.message).toContain('set limits.jobMinutes')
  })

  it('goes on where its time has no end, or it was over before', () => {
    const time = openJobTime(0, new AbortController().signal)
    time.allow(1)
    time.allow(Infinity)
    vi.advanceTimersByTime(HOUR_MS)
    time.allow(1)
    time.done()
    vi.advanceTimersByTime(HOUR_MS)
    expect(time.signal.aborted).toBe(false)
  })

  it('is stopped by whoever stops it', () => {
    const stop = new AbortController()
    const time = openJobTime(1, stop.signal)
    stop.abort(new Error('stopped'))
    expect(time.signal.reason).toBe(stop.signal.reason)
    expect(openJobTime(1, stop.signal).signal.aborted).toBe(true)
    expect(time.over()).toBeUndefined()
  })
})
