/**
 * Which timestamps of a track are believed, and what those packets get whose own are not.
 *
 * A recorder's clock may jump and stay there: it is followed. But packets that lie far from their neighbours, while
 * the track goes on behind them as before, tell nothing of when they were recorded: a timestamp that wrapped round, a
 * duration that no sample has. They are spread over the time between their neighbours.
 */
import { median } from '../model/quantile.ts'

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
/** A block's time in a WebM has 16 bits, in ms: in a cluster that goes on for longer it begins anew after so many. */
export const WRAP_MS = 65_536
/** ffmpeg guesses the times of blocks that its cluster puts before 0, and misses by so much. */
const WRAP_OFF_MS = 250

/** Packets that follow one another, by their number in file order, and the times they get. In ms of file time. */
export type Retimed = Spread | Shifted

interface Spread {
  readonly first: number
  readonly count: number
  /** Time of the first, and from each to the next. */
  readonly atMs: number
  readonly stepMs: number
}

/** They keep their distances. */
interface Shifted {
  readonly first: number
  readonly count: number
  readonly byMs: number
}

/** What a track's timestamps tell of themselves. */
export interface Judged {
  /** Packets whose timestamps are not believed, in order; none in a sound track. */
  readonly stray: readonly Spread[]
  /** Packets at which the clock is set back for good: there another recording begins. */
  readonly restarts: readonly number[]
}

/**
 * Finds the packets whose timestamps are not believed.
 * @param timesMs file times in file order; NaN where a packet has none, infinite where it cannot be told
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

/** The times that are believed, in file order. */
export function retimed(timesMs: readonly number[], runs: readonly Retimed[]): number[] {
  const times = [...timesMs]
  for (const run of runs) {
    for (let k = 0; k < run.count; k++) {
      const i = run.first + k
      times[i] = 'byMs' in run ? (times[i] ?? NaN) + run.byMs : run.atMs + k * run.stepMs
    }
  }
  return times
}

/**
 * Puts the recordings that one file holds behind one another.
 * @param tracks each as `judge` has found it
 * @returns for each track the packets that get other times, in order
 */
export function rejoin(
  tracks: readonly (Judged & { readonly timesMs: readonly number[] })[],
): readonly (readonly Retimed[])[] {
  const parts = tracks.map(({ timesMs, stray, restarts }) => {
    const believed = retimed(timesMs, stray)
    const starts = [0, ...restarts]
    return starts.map((first, n) => ({ first, end: starts[n + 1] ?? timesMs.length, believed }))
  })
  const count = Math.max(0, ...parts.map((list) => list.length))
  // Sound and picture begin anew together; where only one of them does, it follows upon itself.
  const together = parts.every((list) => list.length === count)
  const groups = together ? [parts] : parts.map((list) => [list])
  const shifts = groups.flatMap((group) => {
    let endMs = -Infinity
    const byMs: number[] = []
    for (let n = 0; n < count; n++) {
      const times = group
        .flatMap((list) => list[n] ?? [])
        .map(({ first, end, believed }) => extent(believed, first, end))
      const shift = n === 0 ? 0 : endMs - Math.min(...times.map(({ fromMs }) => fromMs))
      const beforeMs = byMs.at(-1) ?? 0
      const isWrap = Math.abs(shift - beforeMs - WRAP_MS) <= WRAP_OFF_MS
      byMs.push(isWrap ? beforeMs + WRAP_MS : Number.isFinite(shift) ? shift : 0)
      endMs = Math.max(endMs, ...times.map(({ toMs }) => toMs + (byMs.at(-1) ?? 0)))
    }
    return group.map(() => byMs)
  })
  return tracks.map(({ stray }, t) =>
    (parts[t] ?? []).flatMap(({ first, end }, n) => {
      const byMs = shifts[t]?.[n] ?? 0
      const inside = stray.filter((run) => run.first >= first && run.first < end)
      return byMs === 0 ? inside : shifted({ first, end, byMs, inside })
    }),
  )
}

/**
 * A part of a track moved as a whole, the packets in it that get other times already included.
 * @param part.inside the latter, in order
 */
export function shifted(part: {
  first: number
  end: number
  byMs: number
  inside: readonly Retimed[]
}): Retimed[] {
  const { end, byMs, inside } = part
  const runs: Retimed[] = []
  let at = part.first
  for (const run of inside) {
    if (run.first > at) runs.push({ first: at, count: run.first - at, byMs })
    runs.push('byMs' in run ? { ...run, byMs: run.byMs + byMs } : { ...run, atMs: run.atMs + byMs })
    at = run.first + run.count
  }
  if (end > at) runs.push({ first: at, count: end - at, byMs })
  return runs
}

/** From a part's earliest packet to the end of its last. */
function extent(timesMs: readonly number[], first: number, end: number): { fromMs: number; toMs: number } {
  let [fromMs, toMs] = [Infinity, -Infinity]
  for (let i = first; i < end; i++) {
    const ms = timesMs[i] ?? NaN
    if (ms < fromMs) fromMs = ms
    if (ms > toMs) toMs = ms
  }
  return { fromMs, toMs: toMs + usualStep((i) => timesMs[i] ?? NaN, Math.max(first, end - NEIGHBOURS), end) }
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
    let goesOn = false
    let [earliest, latest] = [Infinity, -Infinity]
    for (let k = Math.max(from, i - NEIGHBOURS); k < i; k++) {
      goesOn ||= Math.abs(at(i) - at(k)) <= FAR_MS
      if (at(k) < earliest) earliest = at(k)
      if (at(k) > latest) latest = at(k)
    }
    // A track comes back from where the run led it: one that jumps on in the same direction has two pauses.
    const comesBack = at(from) > toMs ? at(i) < latest : at(i) > earliest
    if (goesOn || !comesBack) continue
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

function between(first: number, back: number, fromMs: number, toMs: number): Spread {
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
