/**
 * Handles files whose audio and video have unrelated clocks: their packets are interleaved in the file, but hours apart
 * by their timestamps. Packets that are adjacent in the file were recorded at the same time.
 */
import { median } from '../model/quantile.ts'

/** Up to this distance, one track may simply have begun long after the other ended. */
const APART_MS = 60_000
/** A longer gap between the tracks is never taken as real. */
const WILD_MS = 6 * 3_600_000
/** A file that alternates between the tracks less often does not show what was recorded at the same time. */
const FEWEST_CHANGES = 6
/** If a track has longer pieces, a piece of each track covers the same time. */
const LONGEST_PACKETS_MS = 400
/** The share of alternations that must agree, and the tolerance. */
const MOST = 0.75
const AGREE_MS = 2000

/** Packets of a track in the order of the file. */
export interface Placed {
  /** NaN for a packet without a timestamp. */
  readonly timesMs: ArrayLike<number>
  /** Byte position of each packet in the file. */
  readonly positions: readonly number[]
}

/**
 * How long after the end of one track the other begins, if that is suspiciously long.
 * @returns ms, negative if the first track is the later one; undefined if they overlap or are close
 */
export function apartMs(first: ArrayLike<number>, second: ArrayLike<number>): number | undefined {
  const [one, other] = [extent(first), extent(second)]
  const [afterMs, beforeMs] = [other.fromMs - one.toMs, one.fromMs - other.toMs]
  if (!Number.isFinite(afterMs)) return undefined
  if (afterMs > APART_MS) return afterMs
  return beforeMs > APART_MS ? -beforeMs : undefined
}

/** What the packet order of the file says about two tracks that are apart. */
export type Verdict =
  /** They follow one another in the file too. */
  | 'true'
  /** The order does not show when they were recorded. */
  | 'unknown'
  /** How late the second track is, in ms. */
  | number

export function judgeApart(first: Placed, second: Placed): Verdict {
  const pieces = piecesOf(first, second)
  if (pieces.length > FEWEST_CHANGES) return lateness(pieces) ?? 'unknown'
  const ms = apartMs(first.timesMs, second.timesMs) ?? 0
  const [one, other] = [extent(first.positions), extent(second.positions)]
  const isInOrder = ms > 0 ? other.fromMs > one.toMs : one.fromMs > other.toMs
  return isInOrder && Math.abs(ms) < WILD_MS ? 'true' : 'unknown'
}

/** Consecutive packets of one track, with none of the other track between them. */
interface Piece {
  readonly isSecond: boolean
  readonly firstMs: number
  lastMs: number
}

function piecesOf(first: Placed, second: Placed): readonly Piece[] {
  const packets = [first, second]
    .flatMap(({ timesMs, positions }, track) =>
      Array.from(timesMs, (ms, i) => ({ ms, position: positions[i] ?? NaN, isSecond: track === 1 })),
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

/** How late the second track is; undefined if the pieces do not agree. */
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

function extent(values: ArrayLike<number>): { fromMs: number; toMs: number } {
  let [fromMs, toMs] = [Infinity, -Infinity]
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN
    if (!Number.isFinite(value)) continue
    if (value < fromMs) fromMs = value
    if (value > toMs) toMs = value
  }
  return { fromMs, toMs }
}
