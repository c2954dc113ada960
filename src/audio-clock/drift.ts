/** Finds the drift of the sampling clock from stretches of audio, if it is certain. */
import type { Stamps } from './steps.ts'
import { median, midMean, quantile } from '../model/quantile.ts'

/** Timestamps are judged by the midmean of this much audio, so that single late packets do not matter. */
const BIN_MS = 1000
/** A stretch with fewer bins says too little. */
const LEAST_BINS = 4
/** Share of a normal distribution within one standard deviation. */
const ONE_SIGMA = 0.68
/** A smaller total change over the longest stretch does not matter. */
const LEAST_RISE_MS = 3
/** Lower limit of a bin's uncertainty: most recordings have whole-ms timestamps. */
const LEAST_SPREAD_MS = 0.15
/** No clock is off by more than this share. */
const LARGEST = 0.03
/** Factor on the standard error: errors of neighbouring bins are correlated. */
const TOGETHER = 3
/** A drift is accepted if it is this many times its standard error, that is, right to within 5 %. */
const CERTAIN = 30

/** Midmean of the timestamps of some audio against its duration, both in ms. */
interface Bin {
  readonly soundMs: number
  readonly ms: number
}

/**
 * Splits each stretch of audio into bins of about `binMs` and takes the midmean of its packets' `values`. A remainder
 * shorter than half a bin is dropped: too few packets for a mean.
 */
export function binned(options: {
  stamps: Stamps
  starts: readonly number[]
  values: Float64Array
  binMs: number
}): Bin[][] {
  const { stamps, starts, values, binMs } = options
  const { soundMs } = stamps
  return starts.map((start, n) => {
    const end = starts[n + 1] ?? values.length
    const bins: Bin[] = []
    for (let from = start; from < end;) {
      let to = from + 1
      while (to < end && (soundMs[to] ?? 0) < (soundMs[from] ?? 0) + binMs) to++
      const [first, last] = [soundMs[from] ?? 0, soundMs[to - 1] ?? 0]
      if (last - first >= binMs / 2) {
        bins.push({ soundMs: (first + last) / 2, ms: midMean(values.subarray(from, to)) })
      }
      from = to
    }
    return bins
  })
}

/**
 * A first estimate that ignores holes: most seconds have none.
 * @returns as `findDrift`, but never certain
 */
export function guessDrift(stamps: Stamps): number {
  const bins = binned({ stamps, starts: [0], values: stamps.aheadMs, binMs: BIN_MS }).flat()
  const slopes = bins.slice(1).map(({ soundMs, ms }, i) => {
    const before = bins[i]
    return before && soundMs > before.soundMs ? (ms - before.ms) / (soundMs - before.soundMs) : 0
  })
  const guess = median(slopes)
  // A larger slope is not drift but silence that was not sent.
  return Math.abs(guess) <= LARGEST ? guess : 0
}

/**
 * The common slope of all stretches, whose levels may differ.
 * @returns how much the timestamps gain on the audio, as a share of its duration; 0 if nothing is certain
 */
export function findDrift(stamps: Stamps, starts: readonly number[]): number {
  const stretches = binned({ stamps, starts, values: stamps.aheadMs, binMs: BIN_MS }).filter(
    (bins) => bins.length >= LEAST_BINS,
  )
  const slope = weightedMedian(
    stretches.flatMap((bins) => {
      const half = bins.length >> 1
      return bins.slice(half).map((bin, i) => {
        const other = bins[i] ?? bin
        const apart = bin.soundMs - other.soundMs
        return { value: apart > 0 ? (bin.ms - other.ms) / apart : 0, weight: apart }
      })
    }),
  )
  const off = stretches.flatMap((bins) => rests(bins, slope).map(Math.abs))
  // Degrees of freedom: each stretch's level and the common slope were fitted to the same bins.
  const free = Math.max(1, off.length - stretches.length - 1)
  const spread = Math.max(LEAST_SPREAD_MS, quantile(off, ONE_SIGMA) * Math.sqrt(off.length / free))
  const drift = slope + straighten(stretches, slope, 3 * spread)
  const spans = stretches.map((bins) => ({
    count: bins.length,
    ms: (bins.at(-1)?.soundMs ?? 0) - (bins[0]?.soundMs ?? 0),
  }))
  // Standard error of the slope of a line through evenly spaced points.
  const error =
    (TOGETHER * spread * Math.sqrt(12)) /
    Math.sqrt(spans.reduce((sum, { count, ms }) => sum + count * ms * ms, 0))
  const rise = Math.abs(drift) * spans.reduce((most, { ms }) => Math.max(most, ms), 0)
  return rise >= LEAST_RISE_MS && Math.abs(drift) >= CERTAIN * error ? drift : 0
}

/** Mean deviation of timestamps from the median of their stretch after removing a drift, in ms. */
export function misfit(stamps: Stamps, starts: readonly number[], drift: number): number {
  const { soundMs, aheadMs } = stamps
  const flat = aheadMs.map((ms, i) => ms - drift * (soundMs[i] ?? 0))
  let sum = 0
  starts.forEach((start, n) => {
    const stretch = flat.subarray(start, starts[n + 1] ?? flat.length)
    const middle = median(stretch)
    for (const ms of stretch) sum += Math.abs(ms - middle)
  })
  return sum / Math.max(1, flat.length)
}

/** Deviation of each bin of a stretch from a line with that slope, in ms. */
function rests(bins: readonly Bin[], slope: number): number[] {
  const flat = bins.map(({ soundMs, ms }) => ms - slope * soundMs)
  const level = median(flat)
  return flat.map((ms) => ms - level)
}

/** Least-squares correction of a slope, from the bins within `mostMs` of its lines. */
function straighten(stretches: readonly (readonly Bin[])[], slope: number, mostMs: number): number {
  let [across, square] = [0, 0]
  for (const bins of stretches) {
    const off = rests(bins, slope)
    const kept = bins.flatMap(({ soundMs }, i) => {
      const ms = off[i] ?? 0
      return Math.abs(ms) <= mostMs ? [{ soundMs, ms }] : []
    })
    const middle = kept.reduce((sum, { soundMs }) => sum + soundMs, 0) / Math.max(1, kept.length)
    for (const { soundMs, ms } of kept) {
      across += (soundMs - middle) * ms
      square += (soundMs - middle) ** 2
    }
  }
  return square > 0 ? across / square : 0
}

function weightedMedian(list: readonly { value: number; weight: number }[]): number {
  const sorted = list.toSorted((a, b) => a.value - b.value)
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2
  let sum = 0
  for (const { value, weight } of sorted) {
    sum += weight
    if (sum >= half) return value
  }
  return 0
}
