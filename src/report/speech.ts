/** Detects when a recording's audio contains speech or other sound, from its level over time. Pure. */
import type { TimeRange } from '../model/timeline.ts'
import { joined, lengthOf, partsWithin } from '../timeline/ranges.ts'

/** The level of a short interval of audio. */
export interface Level {
  /** File time in ms at which it starts. */
  readonly atMs: number
  /** RMS in dB below full scale; -Infinity for digital silence. */
  readonly db: number
}

/** Length of the interval, in ms. */
export const LEVEL_MS = 100

/** Sound this far above the noise floor, in dB, is not noise: background noise is present in most of a recording. */
const ABOVE_NOISE = 10
/** Regardless of the noise floor: above the first is always sound, below the second never. In dB below full scale. */
const ALWAYS = -38
const NEVER = -60
/** Maximum pause within speech, in ms. */
const PAUSE_MS = 400

/**
 * @param offsetMs shift from file time to output time
 * @param within ranges of output time in which the audio is heard at all: ascending, disjoint
 * @param gridMs ranges closer than this are merged
 * @returns when something is heard, in output time, and the total duration, including pauses
 */
export function whenSpoken(options: {
  levels: readonly Level[]
  offsetMs: number
  within: readonly TimeRange[]
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
  const heard = within.flatMap((part) => joined(partsWithin(part, loud), PAUSE_MS))
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
