/**
 * Cuts a room into chunks that end together: by their work, what is decoded again included, rather than their length.
 * The later a chunk begins, the more it may have to decode first. Pure.
 */
import { firstWhere } from '../model/search.ts'
import type { Stepwise } from '../model/stepwise.ts'
import { type ChunkTime, chunkTime, makespan, withLeads } from './chunk-time.ts'
import { type ChunkRules, isFleet } from './budget.ts'
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
  soundWork: number
  /** Chunks of a fleet are no longer where that takes no longer. */
  longestSeconds: number
}): Stepwise<readonly number[]> {
  const { costs, startFrame, rules, soundWork, longestSeconds } = options
  const { fps, endFrame } = costs
  const places = [...costs.places(startFrame + 1, endFrame - 1), endFrame]
  const { fleetAtOnce } = rules
  const isOfFleet = isFleet(rules)
  const room = {
    costs: isOfFleet ? withLeads(costs) : costs,
    ...{ startFrame, places, leastFrames: Math.ceil(LEAST_SECONDS * LEAST_SHARE * fps) },
  }
  const seconds = (endFrame - startFrame) / fps
  // One machine makes the sound beside the chunks.
  const timeFor = (cuts: readonly number[]) =>
    timeOf(cuts, room, { rules, soundWork: isOfFleet ? soundWork : 0 })
  const needed = isOfFleet ? seconds / longestSeconds : 1
  // Twice as many chunks as are needed leave no place idle for long where they do not all run at once.
  const most = Math.floor(
    Math.min(isOfFleet ? Math.max(fleetAtOnce, 2 * needed) : fleetAtOnce, seconds / LEAST_SECONDS),
  )
  const found: Cutting[] = [{ cuts: [endFrame], ...timeFor([endFrame]) }]
  for (const count of countsUpTo(most, isOfFleet ? fleetAtOnce : Infinity)) {
    const cuts = cutInto(count, room)
    yield
    if (cuts && redecoded(cuts, { ...room, costs }, isOfFleet) <= rules.mostRedecode)
      found.push({ cuts, ...timeFor(cuts) })
  }
  const fastest = Math.min(...found.map(({ wall }) => wall))
  const good = found.filter(({ wall }) => wall <= fastest * NEARLY)
  const least = Math.min(...good.map(({ cpu }) => cpu))
  // A machine that is lost takes its chunk with it, and other jobs wait for chunks: none is longer than need be.
  const cheap = good.filter(({ cpu }) => cpu <= least * (isOfFleet ? NEARLY : 1))
  return (cheap.find(({ cuts }) => cuts.length >= needed) ?? cheap.at(-1))?.cuts ?? [endFrame]
}

/**
 * What the cuts cost together, as a share of the work of the chunks that they end; for a fleet, of all work without cuts
 * where that is more: its machines would wait for a single chunk.
 */
function redecoded(cuts: readonly number[], room: Room, isOfFleet: boolean): number {
  const { costs, startFrame } = room
  const works = cuts.map((end, i) => workOf(room, cuts[i - 1] ?? startFrame, end))
  const sum = (of: readonly number[]) => of.reduce((total, one) => total + one, 0)
  const uncut = workOf(room, startFrame, costs.endFrame)
  const ended = sum(works.slice(0, -1))
  return (sum(works) - uncut) / (isOfFleet ? Math.max(ended, uncut) : ended)
}

/** @param of.soundWork of what is made in one of the places first */
function timeOf(
  cuts: readonly number[],
  { costs, startFrame }: Room,
  { rules, soundWork }: { rules: ChunkRules; soundWork: number },
): ChunkTime {
  const times = cuts.map((end, i) =>
    chunkTime(costs.chunk(cuts[i - 1] ?? startFrame, end), i + 1, { of: cuts.length, rules }),
  )
  return {
    cpu: times.reduce((sum, { cpu }) => sum + cpu, 0),
    wall: makespan([soundWork, ...times.map(({ wall }) => wall)], rules.fleetAtOnce),
  }
}

/**
 * From 2: every number of a few, then fewer and fewer of them; and those that fill rounds of so many places, with the
 * sound and without.
 */
function countsUpTo(most: number, places: number): readonly number[] {
  const counts = new Set<number>()
  for (let count = 2; count < most; count += Math.ceil(count / 8)) counts.add(count)
  for (let count = places; count <= most; count += places) counts.add(count - 1).add(count)
  counts.add(most)
  return [...counts].filter((count) => count >= 2 && count <= most).toSorted((a, b) => a - b)
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
