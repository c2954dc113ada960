/** Estimates how long a job takes on several machines that render its chunks together. Pure. */
import type { Canvas } from '../model/job.ts'
import type { Stepwise } from '../model/stepwise.ts'
import type { Shot } from '../model/timeline.ts'
import { chunkTime, makespan, withLeads } from './chunk-time.ts'
import { type ChunkRules, isFleet } from './budget.ts'
import { type Chunk, cutChunks } from './chunks.ts'
import { type CutCosts, cutCosts, totalWork } from './cut-costs.ts'
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
  soundWork: number
}): Stepwise<readonly FleetTime[]> {
  const { shots, canvas, fleets, alone, soundWork } = options
  const costs = cutCosts({ shots, canvas })
  const uncut = totalWork(costs.chunk(shots[0]?.startFrame ?? 0, costs.endFrame))
  const times: FleetTime[] = []
  let wallAlone = 0
  for (const { machines, rules } of fleets) {
    const chunks = yield* cutChunks({ shots, costs, rules, soundWork })
    const of = chunks.length
    const wall = renderTime({ chunks, costs, rules, soundWork })
    wallAlone ||= wall
    const work = chunks.reduce((sum, one) => sum + totalWork(costs.chunk(...rangeOf(one))), 0)
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

/** How long chunks and sound take, in decoded pixels of one core. */
export function renderTime(options: {
  chunks: readonly Chunk[]
  costs: CutCosts
  rules: ChunkRules
  soundWork: number
}): number {
  const { chunks, costs, rules, soundWork } = options
  const priced = withLeads(costs)
  const walls = chunks.map(({ shots }, i) => {
    const work = priced.chunk(...rangeOf({ shots }))
    return chunkTime(work, i + 1, { of: chunks.length, rules }).wall
  })
  // One machine makes the sound beside the chunks, on the same cores.
  if (!isFleet(rules)) return makespan(walls, rules.fleetAtOnce) + soundWork / rules.cores
  return makespan([soundWork, ...walls], rules.fleetAtOnce)
}

function rangeOf({ shots }: Pick<Chunk, 'shots'>): [startFrame: number, endFrame: number] {
  return [shots[0]?.startFrame ?? 0, shots.at(-1)?.endFrame ?? 0]
}
