/** Whose turn it is, how fast one may ask, and what becomes of a job whose process has ended. */
import { describe, expect, it } from 'vitest'
import { type RunEnd, afterRun } from '../../../src/serve/after-run.ts'
import { fairQueue } from '../../../src/serve/fair.ts'
import { rateLimit } from '../../../src/serve/limits.ts'
import type { ServedJob } from '../../../src/serve/served-job.ts'
import type { JobRecord } from '../../../src/status/read.ts'

describe('the order of waiting jobs', () => {
  const weights: Readonly<Record<string, number>> = { a: 1, b: 1, c: 3 }
  const open = () => fairQueue((owner) => weights[owner] ?? 1)
  const fill = (queue: ReturnType<typeof open>, owner: string, count: number, from = 0) => {
    for (let n = from; n < from + count; n += 1) queue.add({ owner, jobId: `${owner}${n}` })
  }
  const taken = (queue: ReturnType<typeof open>, count: number) =>
    Array.from({ length: count }, () => queue.next()?.jobId)

  it('is that of arrival for one AppId', () => {
    const queue = open()
    fill(queue, 'a', 4)
    expect(taken(queue, 5)).toEqual(['a0', 'a1', 'a2', 'a3', undefined])
  })

  it('does not let one AppId with many jobs go before others', () => {
    const queue = open()
    fill(queue, 'a', 100)
    expect(taken(queue, 10)).toEqual(Array.from({ length: 10 }, (_, n) => `a${n}`))
    fill(queue, 'b', 3)
    expect(taken(queue, 6).filter((id) => id?.startsWith('b'))).toEqual(['b0', 'b1', 'b2'])
  })

  it('gives turns in proportion to weights', () => {
    const queue = open()
    fill(queue, 'a', 100)
    fill(queue, 'c', 100)
    const of = taken(queue, 40).map((id) => id?.slice(0, 1))
    expect(of.filter((owner) => owner === 'c')).toHaveLength(30)
  })

  it('does not save up turns for an AppId that asked for nothing', () => {
    const queue = open()
    fill(queue, 'a', 100)
    taken(queue, 50)
    fill(queue, 'b', 50)
    const of = taken(queue, 20).map((id) => id?.slice(0, 1))
    expect(of.filter((owner) => owner === 'a')).toHaveLength(10)
  })

  it('knows a job once, lets it go, and takes one that goes on first', () => {
    const queue = open()
    fill(queue, 'a', 2)
    fill(queue, 'a', 2)
    expect(queue.size()).toBe(2)
    queue.add({ owner: 'a', jobId: 'first' }, true)
    expect(queue.remove({ owner: 'a', jobId: 'a0' })).toBe(true)
    expect(queue.remove({ owner: 'a', jobId: 'a0' })).toBe(false)
    expect(taken(queue, 3)).toEqual(['first', 'a1', undefined])
  })
})

describe('the rate of requests', () => {
  it('allows twice as many at once as on average', () => {
    let nowMs = 0
    const { take } = rateLimit(2, () => nowMs)
    const many = () => Array.from({ length: 10 }, () => take('a')).filter(Boolean).length
    expect(many()).toBe(4)
    nowMs = 1000
    expect(many()).toBe(2)
    nowMs = 1_000_000
    expect(many()).toBe(4)
    // A clock that is set back gives nothing away.
    nowMs = 0
    expect(many()).toBe(0)
  })
})

describe('a job whose process has ended', () => {
  const job: ServedJob = {
    version: 1,
    jobId: 'job-1',
    appId: 'a',
    roomId: 'r',
    mode: 1,
    channelType: 0,
    requestId: '0',
    state: 'running',
    sections: {},
    updates: [],
    isForced: false,
    crashes: 0,
    acquiredAtMs: 1,
  }
  const recordOf = (status: JobRecord['status'], code?: string): JobRecord => ({
    jobId: 'job-1',
    status,
    at: '2026-11-22T10:05:03.000Z',
    log: '/x',
    ...(code !== undefined && { error: { code, message: code } }),
  })
  const after = (
    end: RunEnd,
    record: JobRecord | undefined,
    more: { asked?: 'stop' | 'restart'; isDraining?: boolean; crashes?: number } = {},
  ) => {
    const { asked, isDraining = false, crashes = 0 } = more
    const {
      state,
      crashes: count,
      asked: left,
    } = afterRun({ ...job, crashes, ...(asked && { asked }) }, { end, record, isDraining, nowMs: 5 })
    expect(left).toBeUndefined()
    return count > 0 ? `${state} ${count}` : state
  }

  it.each([
    ['done', { exitCode: 0 }, recordOf('done'), {}, 'done'],
    ['unchanged', { exitCode: 0 }, recordOf('unchanged'), {}, 'unchanged'],
    ['failed', { exitCode: 4 }, recordOf('failed', 'configInvalid'), {}, 'failed'],
    ['stopped by a signal', { exitCode: 143 }, recordOf('stopped'), {}, 'stopped'],
    ['stopped as asked', { exitCode: 143 }, recordOf('stopped'), { asked: 'stop' }, 'stopped'],
    ['done before it could be stopped', { exitCode: 0 }, recordOf('done'), { asked: 'stop' }, 'done'],
    [
      'killed as it would not stop',
      { exitCode: 137, signal: 'SIGKILL' },
      undefined,
      { asked: 'stop' },
      'stopped',
    ],
    ['to be restarted', { exitCode: 143 }, recordOf('stopped'), { asked: 'restart' }, 'queued'],
    ['interrupted', { exitCode: 143 }, recordOf('stopped'), { isDraining: true }, 'queued'],
    [
      'failed while the service ends',
      { exitCode: 1 },
      recordOf('failed', 'x'),
      { isDraining: true },
      'failed',
    ],
    ['held by another process', { exitCode: 2 }, recordOf('failed', 'jobRunning'), {}, 'queued'],
    ['without an index', { exitCode: 3 }, recordOf('failed', 'indexMissing'), {}, 'acquired'],
    ['killed', { exitCode: 137, signal: 'SIGKILL' }, undefined, {}, 'queued 1'],
    ['killed again', { exitCode: 137, signal: 'SIGKILL' }, undefined, { crashes: 1 }, 'queued 2'],
    [
      'killed for the third time',
      { exitCode: 137, signal: 'SIGKILL' },
      undefined,
      { crashes: 2 },
      'failed 2',
    ],
    ['without a result', { exitCode: 1 }, undefined, { crashes: 2 }, 'failed 2'],
  ] as const)('%s', (_, end, record, more, state) => {
    expect(after(end, record, more)).toBe(state)
  })
})
