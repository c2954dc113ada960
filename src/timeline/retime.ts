/**
 * Which timestamps of a track are believed, and what those packets get whose own are not.
 *
 * A recorder's clock may jump and stay there: it is followed. But packets that lie far from their neighbours, while
 * the track goes on behind them as before, tell nothing of when they were recorded: a timestamp that wrapped round, a
 * duration that no sample has. They are spread over the time between their neighbours.
 */
import { median } from './quantile.ts'

/** Further from its neighbours than this, no packet is by jitter or by the order in which pictures are coded. */
const FAR_MS = 2000
/** Neighbours are so many packets: no coder holds back more pictures. */
const NEIGHBOURS = 16
/** As many packets with wrong timestamps are looked past: those of a fragment or of a cluster. */
const LONGEST_RUN = 1000
/** At a track's beginning and end, where one side alone is known, only what no pause explains is not believed. */
const WILD_MS = 6 * 3_600_000
/** The share of packets behind a run that must be where the track was before it. */
const MOST = 0.75
/** Packets may come so many times as sparsely as before. */
const SPARSE = 2

/** Packets that follow one another, by their number in file order, and the times they get. In ms of file time. */
export interface Retimed {
  readonly first: number
  readonly count: number
  /** Time of the first, and from each to the next. */
  readonly atMs: number
  readonly stepMs: number
}

/**
 * Finds the packets whose timestamps are not believed.
 * @param timesMs file times in file order; NaN where a packet has none, infinite where it cannot be told
 * @returns them in order; nothing in a sound track
 */
export function findStray(timesMs: ArrayLike<number>): readonly Retimed[] {
  const runs: Retimed[] = []
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
    }
    believed.add(ms)
  }
  return runs
}

/** The times that are believed, in file order. */
export function retimed(timesMs: readonly number[], runs: readonly Retimed[]): number[] {
  const times = [...timesMs]
  for (const { first, count, atMs, stepMs } of runs) {
    for (let k = 0; k < count; k++) times[first + k] = atMs + k * stepMs
  }
  return times
}

/** Of the packets before a run: the times between which they lie, and the usual distance of two. */
interface Before {
  readonly fromMs: number
  readonly toMs: number
  readonly stepMs: number
}

function isFar(ms: number, fromMs: number, toMs: number): boolean {
  return ms > toMs + FAR_MS || ms < fromMs - FAR_MS
}

/** The packet from which the track goes on as before, about as much later as the run is long. */
function findReturn(
  at: (i: number) => number,
  from: number,
  count: number,
  { fromMs, toMs, stepMs }: Before,
): number | undefined {
  const within = (ms: number, lowMs: number, highMs: number) => ms >= lowMs - FAR_MS && ms <= highMs + FAR_MS
  for (let i = from + 1; i < Math.min(count, from + LONGEST_RUN + 1); i++) {
    // A run that goes on into where the track was is none: the clock was set back.
    if (!within(at(i), fromMs, toMs + SPARSE * (i - from) * stepMs)) continue
    if (Math.abs(at(i) - at(i - 1)) <= FAR_MS) continue
    const end = Math.min(count, i + NEIGHBOURS)
    let near = 0
    for (let k = i; k < end; k++) if (within(at(k), at(i), at(i) + SPARSE * (k - i) * stepMs)) near++
    // So few at the end may be the ones that are wrong.
    const isEnough = end - i === NEIGHBOURS || end - i >= i - from
    if (isEnough && near >= MOST * (end - i)) return i
  }
  return undefined
}

/** Pictures are coded in another order than they are shown: then what follows soon is later again. */
function isReordered(at: (i: number) => number, i: number, back: number, count: number): boolean {
  if (back - i >= NEIGHBOURS || !Number.isFinite(at(i))) return false
  for (let k = back + 1; k < Math.min(count, back + NEIGHBOURS); k++) if (at(k) >= at(i)) return true
  return false
}

function between(first: number, back: number, fromMs: number, toMs: number): Retimed {
  const count = back - first
  const stepMs = Math.max(0, toMs - fromMs) / (count + 1)
  return { first, count, atMs: fromMs + stepMs, stepMs }
}

function usualStep(at: (i: number) => number, from: number, to: number): number {
  const steps: number[] = []
  for (let i = from + 1; i < to; i++) steps.push(Math.abs(at(i) - at(i - 1)))
  return median(steps.filter((ms) => ms <= FAR_MS))
}

/** The last packets that were believed. */
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
