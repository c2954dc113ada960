/** What is shown of a fleet, from what is found in Redis. */
import { describe, expect, it } from 'vitest'
import { type FleetFacts, type TaskOnQueue, fleetState } from '../../../src/fleet/state.ts'

const AT_MS = Date.parse('2026-11-22T10:00:00.000Z')
const task = (of: Partial<TaskOnQueue>): TaskOnQueue => ({
  ...{ jobId: 'job-1', appId: 'a', name: 'video 1/2', kind: 'video', state: 'waiting', addedMs: AT_MS },
  ...{ startedMs: undefined, by: undefined, outMs: undefined },
  ...of,
})
const machine = { host: 'm1', pid: 7, tasks: 2, sinceMs: AT_MS }
const facts: FleetFacts = {
  machines: [
    { ...machine, id: '1', queue: 'jobs-1', tasks: 4 },
    { ...machine, id: '2', queue: 'tasks-1', ffmpeg: '7.1.5', sinceMs: AT_MS + 5 },
  ],
  jobs: [{ jobId: 'job-1', appId: 'a', host: 'm0', sinceMs: AT_MS, tasks: 3, done: 1 }],
  tasks: [
    task({ state: 'running', by: 'm1:7', startedMs: AT_MS + 1000, outMs: 2500 }),
    task({ name: 'audio', kind: 'audio', addedMs: AT_MS + 2000 }),
    task({ appId: 'b', addedMs: AT_MS - 1000 }),
    task({ appId: 'b', state: 'running', by: 'm1:7' }),
    task({ appId: 'b', jobId: 'job-9', state: 'failed' }),
  ],
  totals: { ended: [], stalled: 0, outMs: 0, fetchedBytes: 0 },
}

describe('the state of a fleet', () => {
  it('has a machine once, whatever the number of queues that it takes tasks from, with what it does', () => {
    expect(fleetState(facts, undefined).machines).toEqual([
      {
        ...{ host: 'm1', pid: 7, ffmpeg: '7.1.5', since: '2026-11-22T10:00:00.000Z', places: 6, busy: 2 },
        doing: [
          { jobId: 'job-1', task: 'video 1/2', since: '2026-11-22T10:00:01.000Z', seconds: 2.5 },
          { jobId: 'job-1', task: 'video 1/2', since: '2026-11-22T10:00:00.000Z', seconds: null },
        ],
      },
    ])
  })

  it('counts tasks by kind, and by job of one AppId', () => {
    const { tasks, jobs, oldestWaiting } = fleetState(facts, undefined)
    expect(tasks).toEqual([
      { kind: 'audio', waiting: 1, running: 0, failed: 0 },
      { kind: 'video', waiting: 1, running: 2, failed: 1 },
    ])
    expect(oldestWaiting).toBe('2026-11-22T09:59:59.000Z')
    const nobody = { host: null, since: null, tasks: null, done: null }
    expect(jobs).toEqual([
      {
        ...{ jobId: 'job-1', appId: 'a', host: 'm0', since: '2026-11-22T10:00:00.000Z', tasks: 3, done: 1 },
        ...{ waiting: 1, running: 1, failed: 0 },
      },
      { jobId: 'job-1', appId: 'b', ...nobody, waiting: 1, running: 1, failed: 0 },
      { jobId: 'job-9', appId: 'b', ...nobody, waiting: 0, running: 0, failed: 1 },
    ])
  })

  it('shows an AppId nothing of the jobs of others', () => {
    const seen = fleetState(facts, 'a')
    expect(seen.jobs.map(({ appId }) => appId)).toEqual(['a'])
    expect(seen.tasks).toEqual([
      { kind: 'audio', waiting: 1, running: 0, failed: 0 },
      { kind: 'video', waiting: 0, running: 1, failed: 0 },
    ])
    expect(seen.oldestWaiting).toBe('2026-11-22T10:00:02.000Z')
    expect(seen.machines.map(({ busy, doing }) => [busy, doing.length])).toEqual([[2, 1]])
  })

  it('of nothing is empty', () => {
    const { totals } = facts
    expect(fleetState({ machines: [], jobs: [], tasks: [], totals }, undefined)).toEqual({
      ...{ version: 1, machines: [], tasks: [], oldestWaiting: null, jobs: [] },
    })
  })
})
