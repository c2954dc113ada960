/** When a recording's sound holds something, from its level over time. Pure. */
import type { TimeRange } from '../model/timeline.ts'
import { joined, lengthOf, partsWithin } from '../timeline/ranges.ts'

/** The level of one short stretch of sound. */
export interface Level {
  /** File time in ms at which it begins. */
  readonly atMs: number
  /** RMS in dB below full scale; -Infinity for digital silence. */
  readonly db: number
}

/** How long such a stretch is, in ms. */
export const LEVEL_MS = 100

/** A room's own noise lies under most of a recording: what is this much louder is no noise. In dB. */
const ABOVE_NOISE = 10
/** Whatever the noise: this is always loud enough, and that never. In dB below full scale. */
const ALWAYS = -38
const NEVER = -60
/** Pauses between words do not end what is said. In ms. */
const PAUSE_MS = 400

/**
 * @param offsetMs what makes output time of file time
 * @param within when the sound is heard at all, in output time
 * @param gridMs what lies nearer than this is told as one
 * @returns when something is heard, in output time, and for how long in all, pauses included
 */
export function whenSpoken(options: {
  levels: readonly Level[]
  offsetMs: number
  within: TimeRange
  gridMs: number
}): { heard: readonly TimeRange[]; heardMs: number } {
  const { levels, offsetMs, within, gridMs } = options
  const threshold = thresholdOf(levels)
  const loud = levels
    .filter(({ db }) => db > threshold)
    .map(({ atMs }) => ({
      startMs: Math.round(atMs + offsetMs),
      endMs: Math.round(atMs + offsetMs + LEVEL_MS),
    }))
  const heard = joined(partsWithin(within, loud), PAUSE_MS)
  return { heard: joined(heard, gridMs), heardMs: lengthOf(heard) }
}

function thresholdOf(levels: readonly Level[]): number {
  const audible = levels
    .map(({ db }) => db)
    .filter((db) => db > -90)
    .sort((a, b) => a - b)
  const noise = audible[Math.floor(audible.length / 5)] ?? NEVER
  return Math.min(ALWAYS, Math.max(NEVER, noise + ABOVE_NOISE))
}
