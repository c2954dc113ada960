/** How the level of the mix is changed to reach a loudness. */

/** Loudness of a mix. Null if it is too quiet to be measured. */
export interface MixLevel {
  /** EBU R128 integrated loudness in LUFS. */
  readonly integratedLufs: number | null
  /** True peak in dB below full scale. */
  readonly truePeakDb: number | null
}

export interface LevelChange {
  readonly gainDb: number
  /** Whether peaks have to be limited. */
  readonly isLimited: boolean
}

export const UNCHANGED: LevelChange = { gainDb: 0, isLimited: false }

/** No peak of the result is higher, in dBTP. */
export const PEAK_DB = -1
/** What encoding may add to a peak. */
const ENCODER_DB = 0.3
/** More would only raise the noise of a room in which hardly anybody speaks. */
const MOST_GAIN_DB = 24
/** A smaller change is inaudible. */
const LEAST_GAIN_DB = 0.2

/** The change that brings a mix to `targetLufs`. */
export function changeTo(targetLufs: number, { integratedLufs, truePeakDb }: MixLevel): LevelChange {
  if (integratedLufs === null) return UNCHANGED
  const gainDb = Math.round(Math.min(MOST_GAIN_DB, targetLufs - integratedLufs) * 10) / 10
  const isLimited = (truePeakDb ?? 0) + gainDb > PEAK_DB - ENCODER_DB
  return Math.abs(gainDb) < LEAST_GAIN_DB && !isLimited ? UNCHANGED : { gainDb, isLimited }
}

/** A limited mix is raised further if it is quieter than asked for by more than this, in LU. */
const LEAST_MISSING = 0.5

/**
 * The change of a limited mix that came out too quiet, because its limited peaks were a part of its loudness.
 * @param made the level after `change`
 * @returns undefined if it is loud enough, or cannot be raised further
 */
export function raisedBy(change: LevelChange, targetLufs: number, made: MixLevel): LevelChange | undefined {
  const missing = targetLufs - (made.integratedLufs ?? targetLufs)
  const gainDb = Math.round(Math.min(MOST_GAIN_DB, change.gainDb + missing) * 10) / 10
  return missing > LEAST_MISSING && gainDb > change.gainDb ? { ...change, gainDb } : undefined
}
