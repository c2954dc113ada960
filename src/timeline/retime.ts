/**
 * Decides which timestamps of a track are trustworthy, and replaces the others.
 *
 * A recorder's clock may jump and stay there: such jumps are followed. But packets whose timestamps are far from their
 * neighbours', while the track continues after them as before, have wrong timestamps: one that wrapped around, or a
 * duration that no sample has. Such packets are spread evenly between their neighbours.
 */
import { median } from '../model/quantile.ts'

/** No packet is further than this from its neighbours because of jitter or frame reordering. */
const FAR_MS = 2000
/** Number of packets that count as neighbours: no codec reorders more frames. */
export const NEIGHBOURS = 16
/** Maximum number of consecutive wrong packets: those of a fragment or of a cluster. */
const LONGEST_RUN = 1000
/** At a track's start and end, where only one side is known, a jump larger than this cannot be a pause. */
const WILD_MS = 6 * 3_600_000
/** Share of the packets after a run that must be where the track was before it. */
const MOST = 0.75
/** Packets may become this many times sparser than before. */
const SPARSE = 2

/** Consecutive packets, by index in file order, and their new times, in ms of file time. */
export type Retimed = Spread | Shifted

interface Spread {
  readonly first: number
  readonly count: number
  /** Time of the first packet, and the interval to each next one. */
  readonly atMs: number
  readonly stepMs: number
}

/** Packets that keep their distances. */
interface Shifted {
  readonly first: number
  readonly count: number
  readonly byMs: number
}

/** The result of checking a track's timestamps. */
export interface Judged {
  /** Packets with untrustworthy timestamps, in order; none in an audio track. */
  readonly stray: readonly Spread[]
  /** Packets at which the clock is set back for good: another recording begins there. */
  readonly restarts: readonly number[]
}

/**
 * Finds the packets with untrustworthy timestamps.
 * @param timesMs file times in file order; NaN for a packet without one, infinite for an unknown one
 */
export function judge(timesMs: ArrayLike<number>): Judged {
  const runs: Spread[] = []
  const restarts: number[] = []
  const believed = openNeighbours()
  const count = timesMs.length
  const at = (i: number) => timesMs[i] ?? NaN
  for (let i = 0; i < count; i++) {
    const ms = at(i)
    if (Number.isNaN(ms)) continue
    if (!isFar(ms, believed.lastMs(), believed.lastMs())) {
      believed.add(ms)
      continue
    }
    const [fromMs, toMs] = believed.range()
    const before = { fromMs, toMs, stepMs: believed.stepMs() }
    if (!isFar(ms, fromMs, toMs)) {
      believed.add(ms)
      continue
    }
    const back = findReturn(at, i, count, before)
    if (back !== undefined) {
      if (ms > toMs && isReordered(at, i, back, count)) {
        believed.add(ms)
        continue
      }
      runs.push(between(i, back, toMs, at(back)))
      i = back - 1
      continue
    }
    const isWild = !(Math.abs(ms - toMs) < WILD_MS)
    if (count - i <= NEIGHBOURS && believed.count() > NEIGHBOURS && (isWild || ms < fromMs)) {
      runs.push({ first: i, count: count - i, atMs: toMs + before.stepMs, stepMs: before.stepMs })
      break
    }
    if (believed.count() <= NEIGHBOURS && count - i > NEIGHBOURS && (isWild || ms < fromMs)) {
      const stepMs = usualStep(at, i, Math.min(count, i + NEIGHBOURS))
      runs.length = 0
      runs.push({ first: 0, count: i, atMs: ms - i * stepMs, stepMs })
    } else if (ms < fromMs) restarts.push(i)
    believed.add(ms)
  }
  return { stray: runs, restarts }
}

/** The corrected times, in file order: the same array if nothing is corrected. */
export function retimed(timesMs: Float64Array, runs: readonly Retimed[]): Float64Array {
  if (runs.length === 0) return timesMs
  const times = timesMs.slice()
  for (const run of runs) {
    for (let k = 0; k < run.count; k++) {
      const i = run.first + k
      times[i] = 'byMs' in run ? (times[i] ?? NaN) + run.byMs : run.atMs + k * run.stepMs
    }
  }
  return times
}

/** The packets before a run: their range of times, and their usual interval. */
interface Before {
  readonly fromMs: number
  readonly toMs: number
  readonly stepMs: number
}

function isFar(ms: number, fromMs: number, toMs: number): boolean {
  return ms > toMs + FAR_MS || ms < fromMs - FAR_MS
}

/** Finds the packet at which the track continues as before the run, later by about the run's length. */
function findReturn(
  at: (i: number) => number,
  from: number,
  count: number,
  { fromMs, toMs, stepMs }: Before,
): number | undefined {
  const within = (ms: number, lowMs: number, highMs: number) => ms >= lowMs - FAR_MS && ms <= highMs + FAR_MS
  for (let i = from + 1; i < Math.min(count, from + LONGEST_RUN + 1); i++) {
    // If the run itself leads back to where the track was, the clock was set back and this is not a run.
    if (!within(at(i), fromMs, toMs + SPARSE * (i - from) * stepMs)) continue
    let goesOn = false
    let [earliest, latest] = [Infinity, -Infinity]
    for (let k = Math.max(from, i - NEIGHBOURS); k < i; k++) {
      goesOn ||= Math.abs(at(i) - at(k)) <= FAR_MS
      if (at(k) < earliest) earliest = at(k)
      if (at(k) > latest) latest = at(k)
    }
    // The track must return from where the run went: one that jumps on in the same direction has two pauses.
    const comesBack = at(from) > toMs ? at(i) < latest : at(i) > earliest
    if (goesOn || !comesBack) continue
    const end = Math.min(count, i + NEIGHBOURS)
    let near = 0
    for (let k = i; k < end; k++) if (within(at(k), at(i), at(i) + SPARSE * (k - i) * stepMs)) near++
    // So few packets at the end may themselves be the wrong ones.
    const isEnough = end - i === NEIGHBOURS || end - i >= i - from
    if (isEnough && near >= MOST * (end - i)) return i
  }
  return undefined
}

/** Whether a jump is frame reordering: then packets soon after it have later times again. */
function isReordered(at: (i: number) => number, i: number, back: number, count: number): boolean {
  if (back - i >= NEIGHBOURS || !Number.isFinite(at(i))) return false
  for (let k = back + 1; k < Math.min(count, back + NEIGHBOURS); k++) if (at(k) >= at(i)) return true
  return false
}

function between(first: number, back: number, fromMs: number, toMs: number): Spread {
  const count = back - first
  const stepMs = Math.max(0, toMs - fromMs) / (count + 1)
  return { first, count, atMs: fromMs + stepMs, stepMs }
}

export function usualStep(at: (i: number) => number, from: number, to: number): number {
  const steps: number[] = []
  for (let i = from + 1; i < to; i++) steps.push(Math.abs(at(i) - at(i - 1)))
  return median(steps.filter((ms) => ms <= FAR_MS))
}

/** The last trustworthy timestamps. */
function openNeighbours() {
  const ring = new Float64Array(NEIGHBOURS)
  let count = 0
  const list = () => [...ring.subarray(0, Math.min(count, NEIGHBOURS))]
  const lastMs = () => (count === 0 ? NaN : (ring[(count - 1) % NEIGHBOURS] ?? NaN))
  return {
    count: () => count,
    lastMs,
    add(ms: number) {
      ring[count % NEIGHBOURS] = ms
      count++
    },
    range: (): [number, number] => [Math.min(...list()), Math.max(...list())],
    stepMs: () => {
      const sorted = list().sort((a, b) => a - b)
      return usualStep((i) => sorted[i] ?? NaN, 0, sorted.length)
    },
  }
}
