import { describe, expect, it } from 'vitest'
import { makespan, modelFleet } from '../../../scripts/bench/fleet-model.mjs'
import { fleetText } from '../../../scripts/bench/fleet-report.mjs'

/** Chunks of equal work, as many as there are cores; what is decoded again grows with them. */
const planned = (work: number) => ({
  planMs: 100,
  people: [{ kbps: 968, durationMs: 3_600_000 }],
  chunks({ machines, cores }: { machines: number; cores: number }) {
    const count = machines * cores
    const each = work / count + 100
    return {
      walls: Array<number>(count).fill(each),
      cpus: Array<number>(count).fill(each),
      places: count,
      redecoded: (100 * count) / work,
    }
  },
})

const task = (command: string, wallMs: number) => ({ command, startedAt: 0, wallMs })
const cpuMs = { node: 1000, ffmpeg: 39_000 }
const fleet = (tasksMs: number, wallMs: number) => ({
  ...{ wallMs, tasksMs, cpuMs: { ...cpuMs, node: 1200, redis: 100, s3: 10 } },
  tasks: [task('video 1/2', 10_000), task('video 2/2', 10_000), task('audio', 1000)],
})
const once = (median: number) => ({ median, least: median, most: median, count: 3 })
const parts = { node: 500, open: 50, notes: 50, probe: 200, mux: 100, check: 400 }
const figures = {
  ...{ minutes: 2, fleetCores: 2, bytes: 50e6, isSame: true },
  alone: [{ wallMs: 12_000, cpuMs, parts }],
  one: [fleet(21_000, 22_000)],
  two: [fleet(11_000, 12_000)],
  queue: {
    share: { one: once(0.0075), two: once(0.021) },
    ...{ postMs: once(120), commandMs: once(1500), coldPostMs: 900 },
  },
}
const model = modelFleet({
  figures,
  measured: planned(19_800),
  hours: { minute: planned(600_000), sparse: planned(600_000) },
})

describe('the model of a fleet', () => {
  it('has tasks begin in order, as soon as a place is free', () => {
    expect(makespan([5, 4, 3, 2], [0, 0])).toBe(7)
    expect(makespan([1, 1], [3, 0])).toBe(3)
  })

  it('takes the time of a unit of work from the chunks that were measured, and agrees with them', () => {
    expect(model.nsPerUnit?.median).toBeCloseTo(1e6)
    expect(model.checks).toEqual([
      { workers: 1, modelMs: 21_000, measuredMs: 21_000 },
      { workers: 2, modelMs: 11_000, measuredMs: 11_000 },
    ])
  })

  it('shrinks tasks, and nothing else', () => {
    const [one, , , , sixteen] = model.hours['minute'] ?? []
    const { tasks, ...rest } = one?.whole[0]?.parts ?? { tasks: 0 }
    const { tasks: few, ...others } = sixteen?.whole[0]?.parts ?? { tasks: 0 }
    expect(few).toBeLessThan(tasks / 5)
    // One machine fetches once, and has what it made.
    expect(others).toEqual({ ...rest, fetchAgain: 3600, collect: 14_860.8 })
    expect(rest).toMatchObject({ probe: 6000, mux: 3000, check: 12_000, fetch: 3600 })
  })
})

describe('the section on a fleet', () => {
  const report = {
    ...{ date: '2026-01-02T03:04:05.000Z', versions: { worker: 'abc1234' } },
    ...{ othersShare: once(0), fleet: { ...figures, model } },
  }
  const text = fleetText(report).join('\n')

  it('is missing where nothing was measured', () => {
    expect(fleetText(undefined)).toEqual([])
  })

  it('tells what was measured from the model, and what was not reached', () => {
    expect(text).toContain('| 1 worker | 1 | 22.0 | ×1.0 | 39.0 | 1.2 | 0.1 |')
    expect(text).toContain('| 2 workers | 1 | 12.0 | ×1.8 | 39.0 | 1.2 | 0.1 |')
    expect(text).toContain('| CPU of the queue, 1 worker | ≤ 2.0 % | 0.75 % | met |')
    expect(text).toContain('| CPU of the queue, 2 workers | ≤ 2.0 % | 2.10 % | NOT met |')
    expect(text).toContain('**Not measured.**')
  })
})
