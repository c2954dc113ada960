/**
 * Sound and picture of one file on clocks that have nothing to do with each other: their packets lie side by side in
 * the file, and are hours apart by their timestamps. What lies side by side was recorded at the same time.
 */
import { median } from '../model/quantile.ts'

/** Nearer than this, one may have begun long after the other had ended. */
const APART_MS = 60_000
/** Recordings in which one begins later than this after the other has ended are longer than what is taken for true. */
const WILD_MS = 6 * 3_600_000
/** A file that changes less often from one track to the other does not say what was recorded at the same time. */
const FEWEST_CHANGES = 6
/** Where more of a track lies in one piece, a piece of each covers the same stretch. */
const LONGEST_PACKETS_MS = 400
/** How many of the changes must agree, and how well. */
const MOST = 0.75
const AGREE_MS = 2000

/** Packets of a track in the order of the file. */
export interface Placed {
  /** NaN where a packet has none. */
  readonly timesMs: readonly number[]
  /** Where in the file each of them lies. */
  readonly positions: readonly number[]
}

/**
 * By how much a track begins after the other has ended, where that is so long that the file has to be asked.
 * @returns ms, negative where the first is the later one; undefined where they are near one another, or overlap
 */
export function apartMs(first: readonly number[], second: readonly number[]): number | undefined {
  const [one, other] = [extent(first), extent(second)]
  const [afterMs, beforeMs] = [other.fromMs - one.toMs, one.fromMs - other.toMs]
  if (!Number.isFinite(afterMs)) return undefined
  if (afterMs > APART_MS) return afterMs
  return beforeMs > APART_MS ? -beforeMs : undefined
}

/** What the order of the file says of two tracks that are apart. */
export type Verdict =
  /** They lie behind one another in the file too. */
  | 'true'
  /** It says nothing of when they were recorded. */
  | 'unknown'
  /** What the second is late, in ms. */
  | number

export function judgeApart(first: Placed, second: Placed): Verdict {
  const pieces = piecesOf(first, second)
  if (pieces.length > FEWEST_CHANGES) return lateness(pieces) ?? 'unknown'
  const ms = apartMs(first.timesMs, second.timesMs) ?? 0
  const [one, other] = [extent(first.positions), extent(second.positions)]
  const isInOrder = ms > 0 ? other.fromMs > one.toMs : one.fromMs > other.toMs
  return isInOrder && Math.abs(ms) < WILD_MS ? 'true' : 'unknown'
}

/** Packets of one track that lie in the file with none of the other between them. */
interface Piece {
  readonly isSecond: boolean
  readonly firstMs: number
  lastMs: number
}

function piecesOf(first: Placed, second: Placed): readonly Piece[] {
  const packets = [first, second]
    .flatMap(({ timesMs, positions }, track) =>
      timesMs.map((ms, i) => ({ ms, position: positions[i] ?? NaN, isSecond: track === 1 })),
    )
    .filter(({ ms, position }) => Number.isFinite(ms) && Number.isFinite(position))
    .sort((a, b) => a.position - b.position)
  const pieces: Piece[] = []
  for (const { ms, isSecond } of packets) {
    const last = pieces.at(-1)
    if (last?.isSecond === isSecond) last.lastMs = ms
    else pieces.push({ isSecond, firstMs: ms, lastMs: ms })
  }
  return pieces
}

/** What the second is late; undefined where the pieces do not agree. */
function lateness(pieces: readonly Piece[]): number | undefined {
  const pairs = pieces.slice(1).flatMap((to, i) => {
    const from = pieces[i]
    return from ? [{ from, to, sign: to.isSecond ? 1 : -1 }] : []
  })
  const [toSecond, toFirst] = [1, -1].map((wanted) =>
    median(
      pairs.flatMap(({ from, to, sign }) => (sign === wanted ? [sign * (to.firstMs - from.lastMs)] : [])),
    ),
  )
  const [high = NaN, low = NaN] = [toSecond, toFirst]
  const isFine = Math.abs(high - low) <= LONGEST_PACKETS_MS
  const starts = pairs.flatMap(({ from, to, sign }, i) =>
    i % 2 === 0 ? [sign * (to.firstMs - from.firstMs)] : [],
  )
  const lateMs = isFine ? (high + low) / 2 : median(starts)
  const agree = starts.filter((ms) => Math.abs(ms - lateMs) <= AGREE_MS)
  return agree.length >= MOST * starts.length ? lateMs : undefined
}

function extent(values: readonly number[]): { fromMs: number; toMs: number } {
  let [fromMs, toMs] = [Infinity, -Infinity]
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    if (value < fromMs) fromMs = value
    if (value > toMs) toMs = value
  }
  return { fromMs, toMs }
}
