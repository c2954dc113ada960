/** Finds lasting steps of timestamps against the duration of the audio: holes and overlaps. */
import { median, quantile } from '../model/quantile.ts'

/** Whole-ms timestamps and rounding add up to this much without a step. */
const SMALLEST_MS = 2
/** Audio before and after a step by which it is judged: more than twice as long as a network stalls. */
const AROUND_MS = 4000
/** Samples taken of each: before the step, and, to leave less to chance, after it. */
const PLACES = 24
const PLACES_AFTER = 64
/** A lasting step leaves at most this share of the following audio behind. */
const LEFT_BEHIND = 0.05
/** With fewer packets than this left, only a large step counts. */
const FEW = 3
const SURE_MS = 40

/** Data of each packet, by its index. */
export interface Stamps {
  /** Duration of all audio before it, in ms. */
  readonly soundMs: Float64Array
  /** Its timestamp minus that duration, in ms: constant in a flawless recording. */
  readonly aheadMs: Float64Array
  readonly lengthsMs: Float64Array
}

/** Accumulates the duration of the audio. */
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
 * Finds the packets at which a new stretch of audio begins.
 * @param drift how much the timestamps gain on the audio, as a share of its duration
 * @returns their indexes, ascending; the first is 0
 */
export function findStarts(stamps: Stamps, drift: number): number[] {
  const { soundMs, aheadMs } = stamps
  const count = aheadMs.length
  const level = (i: number) => (aheadMs[i] ?? 0) - drift * (soundMs[i] ?? 0)
  const starts = [0]
  let start = 0
  let before = { ms: level(0), until: 1 }
  for (let i = 1; i < count; i++) {
    if (Math.abs(level(i) - level(i - 1)) <= SMALLEST_MS) continue
    // Packets are similar enough to estimate the count for a duration.
    const packetMs = Math.max(1, (soundMs[i] ?? 0) / i)
    if (i >= before.until) {
      const from = Math.max(start, i - Math.ceil(AROUND_MS / packetMs))
      const places = spread(from, i, PLACES)
      before = { ms: median(places.map(level)), until: i + Math.ceil((i - from) / PLACES) }
    }
    const step = level(i) - before.ms
    // An early packet so soon after a stretch began is on time: the beginning was late.
    if (Math.abs(step) <= SMALLEST_MS || (step < 0 && i - start < FEW)) continue
    const share = (k: number) => (level(k) - before.ms) / step
    if (!lasts({ step, share, at: i, count, packetMs })) continue
    starts.push(i)
    start = i
    before = { ms: level(i), until: i + 1 }
  }
  return starts
}

/** Whether the following packets stay on the step's side: a late packet followed by one on time is jitter. */
function lasts(options: {
  step: number
  /** Position of a packet between the levels before the step (0) and after it (1). */
  share: (k: number) => number
  at: number
  count: number
  packetMs: number
}): boolean {
  const { step, share, at, count, packetMs } = options
  if (count - at < FEW) return Math.abs(step) >= SURE_MS
  for (let k = at; k < at + FEW; k++) if (share(k) <= 0.5) return false
  const after = spread(at, Math.min(count, at + Math.ceil(AROUND_MS / packetMs)), PLACES_AFTER)
  return quantile(after.map(share), LEFT_BEHIND) > 0.5
}

/** Indexes from `from` up to but excluding `to`, evenly spaced if there are many. */
function spread(from: number, to: number, places: number): number[] {
  const stride = Math.max(1, Math.ceil((to - from) / places))
  const list: number[] = []
  for (let i = from; i < to; i += stride) list.push(i)
  return list
}
