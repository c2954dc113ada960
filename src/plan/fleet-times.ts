/** Estimates how long a job takes on several machines that render its chunks together. Pure. */
import type { Canvas } from '../model/job.ts'
import type { Stepwise } from '../model/stepwise.ts'
import type { Shot } from '../model/timeline.ts'
import { chunkTime } from './chunk-time.ts'
import type { ChunkRules } from './budget.ts'
import { cutChunks } from './chunks.ts'
import { cutCosts, totalWork } from './cut-costs.ts'
import type { Estimate } from './estimate.ts'

export interface FleetTime {
  readonly machines: number
  readonly chunks: number
  /** What is decoded again because of the cuts, as a share of the work without cuts. */
  readonly redecoded: number
  /** From a room with little motion to one with motion everywhere, without fetching and uploading. */
  readonly seconds: readonly [least: number, most: number]
}

/**
 * @param options.fleets numbers of machines, ascending from 1, each with how the video is then cut
 * @param options.alone the estimate for one machine
 */
export function* fleetTimes(options: {
  shots: readonly Shot[]
  canvas: Canvas
  fleets: readonly { readonly machines: number; readonly rules: ChunkRules }[]
  alone: Estimate
}): Stepwise<readonly FleetTime[]> {
  const { shots, canvas, fleets, alone } = options
  const costs = cutCosts({ shots, canvas })
  const uncut = totalWork(costs.chunk(shots[0]?.startFrame ?? 0, costs.endFrame))
  const times: FleetTime[] = []
  let wallAlone = 0
  for (const { machines, rules } of fleets) {
    const chunks = yield* cutChunks({ shots, costs, rules })
    const of = chunks.length
    const wall = makespan(
      chunks.map(({ work }, i) => chunkTime(work, i + 1, { of, rules }).wall),
      rules.fleetAtOnce,
    )
    wallAlone ||= wall
    const work = chunks.reduce((sum, chunk) => sum + totalWork(chunk.work), 0)
    const share = wallAlone > 0 ? wall / wallAlone : 1
    times.push({
      machines,
      chunks: of,
      redecoded: uncut > 0 ? work / uncut - 1 : 0,
      seconds: [secondsOf(alone, 0, share), secondsOf(alone, 1, share)],
    })
  }
  return times
}

/** The sound is one task, made beside the chunks, and the finished file is put together on one machine. */
function secondsOf({ seconds, soundSeconds, fixedSeconds }: Estimate, i: 0 | 1, share: number): number {
  const rendered = Math.max(soundSeconds, (seconds[i] - fixedSeconds) * share)
  return Math.min(seconds[i], Number((fixedSeconds + rendered).toPrecision(2)))
}

/** Each chunk begins, in order, as soon as one of so many places is free. */
function makespan(walls: readonly number[], places: number): number {
  const free = Array.from({ length: Math.min(places, walls.length) }, () => 0)
  for (const wall of walls) {
    const first = free.indexOf(Math.min(...free))
    free[first] = (free[first] ?? 0) + wall
  }
  return Math.max(0, ...free)
}
