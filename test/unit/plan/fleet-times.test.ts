import { describe, expect, it } from 'vitest'
import { runToEnd } from '../../../src/model/stepwise.ts'
import { chunkRules } from '../../../src/plan/budget.ts'
import { estimate } from '../../../src/plan/estimate.ts'
import { fleetTimes } from '../../../src/plan/fleet-times.ts'
import { planRender } from '../../../src/plan/render.ts'
import { soundWork } from '../../../src/plan/sound-work.ts'
import {
  makeCanvas,
  makeJob,
  makeRecording,
  makeSettings,
  makeTimeline,
  makeVideo,
  makeWatermarkFiles,
} from '../../harness/builders.ts'
import { LIMITS } from './rooms.ts'

const BUDGET = { cores: 2, memoryMb: 4000 }
const MACHINES = [1, 4, 16]

/** Nine people in 1080p. */
function timesOf({ minutes = 60, keyframes }: { minutes?: number; keyframes: (person: number) => number[] }) {
  const job = makeJob({ canvas: makeCanvas({ width: 1920, height: 1080, fps: 15 }) })
  const lengthMs = minutes * 60_000
  const recordings = Array.from({ length: 9 }, (_, i) => {
    const keyframesMs = [0, ...keyframes(i).map((second) => second * 1000)]
    const video = makeVideo({ lengthMs, everyMs: 1000 / 15, codec: 'vp8', keyframesMs })
    return makeRecording({ streamId: `p${i}_1`, lengthMs, video })
  })
  const timeline = makeTimeline(recordings, { job })
  const { canvas } = job
  const rulesOf = (machines: number) =>
    chunkRules({ budget: BUDGET, canvas, limits: { ...LIMITS, fleetCores: machines * 2 }, encoder: 'x264' })
  const settings = makeSettings({ chunks: rulesOf(1) })
  const plan = runToEnd(planRender({ job, timeline, settings, watermarks: makeWatermarkFiles() }))
  const alone = estimate({ plan, timeline, canvas, speed: 'balanced', cores: 2, fetchedBytes: 0 })
  const fleets = MACHINES.map((machines) => ({ machines, rules: rulesOf(machines) }))
  const times = runToEnd(
    fleetTimes({ shots: timeline.shots, canvas, fleets, alone, soundWork: soundWork(timeline, lengthMs) }),
  )
  return { times, alone }
}

const each = (seconds: number) => () =>
  Array.from({ length: 3600 / seconds - 1 }, (_, i) => (i + 1) * seconds)

describe('how long a job takes on several machines', () => {
  it('is the estimate on one, and falls almost with their number where keyframes are dense', () => {
    const { times, alone } = timesOf({ keyframes: each(60) })
    expect(times.map(({ machines }) => machines)).toEqual(MACHINES)
    const [one, four, sixteen] = times.map(({ seconds: [, most] }) => most)
    expect(times[0]?.seconds).toEqual(alone.seconds)
    expect(alone.seconds[1] / (four ?? 0)).toBeGreaterThan(3.5)
    expect((one ?? 0) / (sixteen ?? 0)).toBeGreaterThanOrEqual(10)
    for (const { redecoded } of times) expect(redecoded).toBeLessThan(0.05)
  })

  it('falls at the price of more work where they are sparse', () => {
    const { times } = timesOf({ keyframes: (person) => [1000 + person * 100, 2400 + person * 100] })
    const [one, four, sixteen] = times.map(({ seconds: [, most] }) => most)
    expect((one ?? 0) / (four ?? 0)).toBeGreaterThan(2.5)
    expect((one ?? 0) / (sixteen ?? 0)).toBeGreaterThan(5)
    const work = times.map(({ redecoded }) => redecoded)
    expect(work[0]).toBeLessThan(0.15)
    expect(work[1]).toBeLessThan(0.25)
    expect(work[2]).toBeGreaterThan(0.25)
  })

  it('is never less than the sound takes, which one process makes', () => {
    const { times, alone } = timesOf({ keyframes: each(10) })
    expect(times.at(-1)?.seconds[0]).toBeGreaterThanOrEqual(alone.soundSeconds)
  })

  it('does not rise where there is nowhere to cut', () => {
    const { times } = timesOf({ minutes: 1, keyframes: () => [] })
    const most = times.map(({ seconds }) => seconds[1])
    expect(most).toEqual(most.toSorted((a, b) => b - a))
  })
})
