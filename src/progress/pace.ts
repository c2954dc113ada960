/** Estimates speed and time left, without jumps. Pure: the clock is an argument. */

/** Time constant of the average speed. */
const SPEED_WINDOW_MS = 20_000
/** Time constant with which a new estimate of the time left replaces the old one. */
const LEFT_WINDOW_MS = 8000
/** Minimum time and share before an estimate is given. */
const LEAST_MS = 1000
const LEAST_SHARE = 0.02

interface Pace {
  /** Units per ms; undefined if too little is known. */
  readonly speed: number | undefined
  /** Undefined if too little is known. */
  readonly leftMs: number | undefined
}

export interface PaceMeter {
  /**
   * @param atMs time of a monotonic clock
   * @param done units done
   * @param total total number of units; 0 if unknown
   * @param given units of `done` that existed before and do not count for the speed
   */
  look(atMs: number, of: { done: number; total: number; given: number }): Pace
}

/** @param startedMs start of the work, on the same clock */
export function meterPace(startedMs: number): PaceMeter {
  let since = startedMs
  let at = startedMs
  let before = 0
  let [units, ms] = [0, 0]
  let left: number | undefined
  const restart = (atMs: number, worked: number) => {
    since = atMs
    before = worked
    units = ms = 0
    left = undefined
  }
  return {
    look(atMs, { done, total, given }) {
      const worked = done - given
      const passed = Math.max(0, atMs - at)
      at = atMs
      // A restart makes earlier measurements obsolete. Startup, before the first unit is done, does not count either.
      if (worked < before || (units === 0 && worked === before)) {
        restart(atMs, worked)
        return { speed: undefined, leftMs: undefined }
      }
      const fading = Math.exp(-passed / SPEED_WINDOW_MS)
      units = units * fading + worked - before
      ms = ms * fading + passed
      before = worked
      const elapsed = atMs - since
      const speed = elapsed >= LEAST_MS && units > 0 && ms > 0 ? units / ms : undefined
      const share = total > 0 ? done / total : 0
      if (speed === undefined || share < LEAST_SHARE) return { speed, leftMs: undefined }
      const estimate = Math.max(0, total - done) / speed
      if (left === undefined) {
        left = estimate
      } else {
        // The estimate counts down by itself and is adjusted to measurements: quickly at first, slowly later.
        const window = Math.min(LEFT_WINDOW_MS, elapsed / 2)
        const running = Math.max(0, left - passed)
        left = running + (estimate - running) * (1 - Math.exp(-passed / window))
      }
      return { speed, leftMs: left }
    },
  }
}
