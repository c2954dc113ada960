/**
 * Cuts a room into chunks that end together: by their work, what is decoded again included, rather than their length.
 * The later a chunk begins, the more it may have to decode first. Pure.
 */
import { firstWhere } from '../model/search.ts'
import type { Stepwise } from '../model/stepwise.ts'
import { type ChunkTime, chunkTime } from './chunk-time.ts'
import type { ChunkRules } from './budget.ts'
import { type CutCosts, totalWork } from './cut-costs.ts'

/** Chunks made only to keep cores busy are at least this long on average, and none is shorter than this share of it. */
const LEAST_SECONDS = 20
const LEAST_SHARE = 0.7
/** How much longer the longest chunk may take where less is decoded again. */
const SLACK = 1.03
/** Among plans that take this much longer than the fastest, the one with the least CPU time is chosen. */
const NEARLY = 1.03
/** The work of the longest chunk is found to this share of all work. */
const EXACT = 1 / 500

interface Room {
  readonly costs: CutCosts
  readonly startFrame: number
  /** Frames at which a chunk may end, ascending; the last is the room's end. */
  readonly places: readonly number[]
  readonly leastFrames: number
}

/** One way to cut a room: the ends of its chunks, and what rendering them takes. */
interface Cutting extends ChunkTime {
  readonly cuts: readonly number[]
}

/** @returns the frames at which chunks end, ascending; the last is the room's end */
export function* evenCuts(options: {
  costs: CutCosts
  startFrame: number
  rules: ChunkRules
}): Stepwise<readonly number[]> {
  const { costs, startFrame, rules } = options
  const { fps, endFrame } = costs
  const places = [...costs.places(startFrame + 1, endFrame - 1), endFrame]
  const room = { costs, startFrame, places, leastFrames: Math.ceil(LEAST_SECONDS * LEAST_SHARE * fps) }
  const most = Math.min(rules.fleetAtOnce, Math.floor((endFrame - startFrame) / (LEAST_SECONDS * fps)))
  const whole: Cutting = { cuts: [endFrame], ...timeOf([endFrame], room, rules) }
  const found = [whole]
  for (const count of countsUpTo(most)) {
    const cuts = cutInto(count, room)
    yield
    if (cuts && redecoded(cuts, room) <= rules.mostRedecode)
      found.push({ cuts, ...timeOf(cuts, room, rules) })
  }
  const fastest = Math.min(...found.map(({ wall }) => wall))
  const good = found.filter(({ wall }) => wall <= fastest * NEARLY)
  return good.reduce((least, one) => (one.cpu < least.cpu ? one : least)).cuts
}

/** What the cuts cost together, as a share of the work of the chunks that they end. */
function redecoded(cuts: readonly number[], room: Room): number {
  const { costs, startFrame } = room
  const works = cuts.map((end, i) => workOf(room, cuts[i - 1] ?? startFrame, end))
  const sum = (of: readonly number[]) => of.reduce((total, one) => total + one, 0)
  return (sum(works) - workOf(room, startFrame, costs.endFrame)) / sum(works.slice(0, -1))
}

/** All chunks run at once. */
function timeOf(cuts: readonly number[], { costs, startFrame }: Room, rules: ChunkRules): ChunkTime {
  const times = cuts.map((end, i) =>
    chunkTime(costs.chunk(cuts[i - 1] ?? startFrame, end), i + 1, { of: cuts.length, rules }),
  )
  return {
    cpu: times.reduce((sum, { cpu }) => sum + cpu, 0),
    wall: Math.max(...times.map(({ wall }) => wall)),
  }
}

/** From 2: every number of a few, then fewer and fewer of them. */
function countsUpTo(most: number): readonly number[] {
  const counts: number[] = []
  for (let count = 2; count < most; count += Math.ceil(count / 8)) counts.push(count)
  return most < 2 ? [] : [...counts, most]
}

/** @returns the ends of so many chunks, of which the longest takes as little as possible; undefined if there is no place for them */
function cutInto(count: number, room: Room): readonly number[] | undefined {
  const { startFrame, places } = room
  const work = workOf(room, startFrame, places.at(-1) ?? startFrame)
  let [low, high] = [work / count, 2 * work]
  if (!reaches(room, count, high)) return undefined
  while (high - low > work * EXACT) {
    const middle = (low + high) / 2
    if (reaches(room, count, middle)) high = middle
    else low = middle
  }
  return cheapest(room, count, high)
}

function workOf({ costs }: Room, start: number, end: number): number {
  return totalWork(costs.chunk(start, end))
}

/** The last place where the chunk from `start` may end so that it takes at most `bound`; `left` more follow it. */
function lastEnd(room: Room, { start, left, bound }: { start: number; left: number; bound: number }): number {
  const { places, leastFrames } = room
  const latest = left === 0 ? Infinity : (places.at(-1) ?? 0) - left * leastFrames
  const behind = firstWhere(places, (frame) => frame > latest || workOf(room, start, frame) > bound)
  const end = places[behind - 1] ?? start
  return end - start < leastFrames ? start : end
}

/** Whether so many chunks of at most that work cover the room. */
function reaches(room: Room, count: number, bound: number): boolean {
  let start = room.startFrame
  for (let left = count - 1; left >= 0; left--) {
    const end = lastEnd(room, { start, left, bound })
    if (end === start) return false
    start = end
  }
  return start === room.places.at(-1)
}

/** Of the cuts into chunks of little more than `bound`, those where least is decoded again, chosen one by one. */
function cheapest(room: Room, count: number, bound: number): readonly number[] {
  const { places, startFrame } = room
  const endFrame = places.at(-1) ?? startFrame
  const loose = bound * SLACK
  // The first places from which the chunks that follow still fit.
  const firsts = [endFrame]
  for (let i = count - 1; i > 0; i--) {
    const until = firsts[0] as number
    firsts.unshift(places[firstWhere(places, (frame) => workOf(room, frame, until) <= loose)] ?? until)
  }
  const cuts: number[] = []
  for (let i = 0; i < count - 1; i++) {
    const start = cuts.at(-1) ?? startFrame
    const left = count - 1 - i
    const last = lastEnd(room, { start, left, bound: loose })
    const first = Math.max(firsts[i] ?? 0, start + room.leastFrames)
    const within = places.filter((frame) => frame >= first && frame <= last)
    const wished = lastEnd(room, { start, left, bound })
    const twice = (frame: number) => workOf(room, start, frame) + workOf(room, frame, endFrame)
    const off = (frame: number) => Math.abs(frame - wished)
    cuts.push(
      within.reduce(
        (best, one) => ((twice(one) - twice(best) || off(one) - off(best)) < 0 ? one : best),
        last,
      ),
    )
  }
  return [...cuts, endFrame]
}
