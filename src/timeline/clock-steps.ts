/** Timestamps against the length of the sound -> the places where they step away for good: holes and overlaps. */
import { median, quantile } from './quantile.ts'

/** What whole-ms stamps and their neighbours' rounding can add up to is no step. */
const SMALLEST_MS = 2
/** So much sound before and after tells whether a step lasts: more than twice as long as a network stalls. */
const AROUND_MS = 4000
/** It is looked at in so many places. */
const PLACES = 24
/** A step that lasts leaves no more than this share of the sound after it behind. */
const LEFT_BEHIND = 0.1
/** With fewer packets than this left, only a long step is believed. */
const FEW = 3
const SURE_MS = 40

/** What is known of each packet, by its number. */
export interface Stamps {
  /** Length of all the sound before it, in ms. */
  readonly soundMs: Float64Array
  /** Its timestamp less that length, in ms: constant in a recording without a fault. */
  readonly aheadMs: Float64Array
  readonly lengthsMs: Float64Array
}

/** Adds up the sound. */
export function stampsOf(packets: { timesMs: Float64Array; lengthsMs: Float64Array }): Stamps {
  const { timesMs, lengthsMs } = packets
  const soundMs = new Float64Array(timesMs.length)
  const aheadMs = new Float64Array(timesMs.length)
  let sum = 0
  for (let i = 0; i < timesMs.length; i++) {
    soundMs[i] = sum
    aheadMs[i] = (timesMs[i] ?? 0) - sum
    sum += lengthsMs[i] ?? 0
  }
  return { soundMs, aheadMs, lengthsMs }
}

/**
 * Finds the packets at which a new stretch of sound begins.
 * @param drift what the timestamps gain on the sound, as a share of its length
 * @param beforeMs so much sound before a step says where it started from: little while the drift is not known
 * @returns their numbers, ascending; the first is 0
 */
export function findStarts(stamps: Stamps, drift: number, beforeMs = AROUND_MS): number[] {
  const { soundMs, aheadMs } = stamps
  const count = aheadMs.length
  const level = (i: number) => (aheadMs[i] ?? 0) - drift * (soundMs[i] ?? 0)
  const starts = [0]
  let start = 0
  for (let i = 1; i < count; i++) {
    if (Math.abs(level(i) - level(i - 1)) <= SMALLEST_MS) continue
    // Packets are alike enough to guess how many last so long.
    const packetMs = Math.max(1, (soundMs[i] ?? 0) / i)
    const from = Math.max(start, i - Math.ceil(beforeMs / packetMs))
    const before = median(spread(from, i).map(level))
    const step = level(i) - before
    if (Math.abs(step) <= SMALLEST_MS) continue
    const after = spread(i, Math.min(count, i + Math.ceil(AROUND_MS / packetMs)))
    if (!lasts(step, after, (k) => level(k) - before, count - i)) continue
    starts.push(i)
    start = i
  }
  return starts
}

/** Whether what follows stays on the step's side: a late packet that is followed by one in time is jitter. */
function lasts(step: number, after: readonly number[], off: (i: number) => number, left: number): boolean {
  if (left < FEW) return Math.abs(step) >= SURE_MS
  const [first = 0] = after
  const share = (i: number) => off(i) / step
  const next = Array.from({ length: FEW }, (_, k) => share(first + k))
  return Math.min(...next) > 0.5 && quantile(after.map(share), LEFT_BEHIND) > 0.5
}

/** Numbers from `from` to before `to`, evenly spread where there are many. */
function spread(from: number, to: number): number[] {
  const stride = Math.max(1, Math.ceil((to - from) / PLACES))
  const list: number[] = []
  for (let i = from; i < to; i += stride) list.push(i)
  return list
}
