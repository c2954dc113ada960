/** Timestamps against the length of the sound -> the places where they step away for good: holes and overlaps. */
import { median, quantile } from './quantile.ts'

/** What whole-ms stamps and their neighbours' rounding can add up to is no step. */
const SMALLEST_MS = 2
/** As many packets tell where the sound was before a step. */
const BEFORE = 15
/** So much sound after a step tells whether it lasts; looked at in so many places. */
const AFTER_MS = 2000
const AFTER = 24
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
 * @returns their numbers, ascending; the first is 0
 */
export function findStarts({ soundMs, aheadMs }: Stamps, drift: number): number[] {
  const level = (i: number) => (aheadMs[i] ?? 0) - drift * (soundMs[i] ?? 0)
  const starts = [0]
  let start = 0
  for (let i = 1; i < aheadMs.length; i++) {
    const here = level(i)
    if (Math.abs(here - level(i - 1)) <= SMALLEST_MS) continue
    const from = Math.max(start, i - BEFORE)
    const before = median(Array.from({ length: i - from }, (_, k) => level(from + k)))
    const step = here - before
    if (Math.abs(step) <= SMALLEST_MS || !lasts({ level, soundMs, i, before, step })) continue
    starts.push(i)
    start = i
  }
  return starts
}

/** Whether what follows stays on the step's side. A late packet that is followed by one in time is jitter. */
function lasts(options: {
  level: (i: number) => number
  soundMs: Float64Array
  i: number
  before: number
  step: number
}): boolean {
  const { level, soundMs, i, before, step } = options
  const sign = Math.sign(step)
  let end = i
  const untilMs = (soundMs[i] ?? 0) + AFTER_MS
  // Packets are alike enough for a guess of where the time is up.
  const lengthMs = Math.max(1, ((soundMs[i] ?? 0) - (soundMs[0] ?? 0)) / i)
  const stride = Math.max(1, Math.floor(AFTER_MS / lengthMs / AFTER))
  const after: number[] = []
  for (; end < soundMs.length && (soundMs[end] ?? 0) < untilMs && after.length < 2 * AFTER; end += stride) {
    after.push((level(end) - before) * sign)
  }
  for (let k = 1; k < FEW && i + k < soundMs.length; k++) after.push((level(i + k) - before) * sign)
  if (i + FEW > soundMs.length) return Math.abs(step) >= SURE_MS
  const next = Math.min(...[0, 1, 2].map((k) => (level(i + k) - before) * sign))
  const half = Math.abs(step) / 2
  return next > half && quantile(after.sort(), 0.1) > half
}
