/** How fast something goes and how long it will still take, without jumps. Pure: the clock is an argument. */

/** What is older than this counts little for the speed. */
const SPEED_WINDOW_MS = 20_000
/** How slowly a new estimate of the time left takes the place of the old one. */
const LEFT_WINDOW_MS = 8000
/** Before this much is known nothing is said. */
const LEAST_MS = 1000
const LEAST_SHARE = 0.02

interface Pace {
  /** Units per ms; undefined while too little is known. */
  readonly speed: number | undefined
  /** Undefined while too little is known. */
  readonly leftMs: number | undefined
}

export interface PaceMeter {
  /**
   * @param atMs of a clock that never goes back
   * @param done units done
   * @param total of them; 0 where nobody knows
   * @param given of those done what was there already, and says nothing of the speed
   */
  look(atMs: number, of: { done: number; total: number; given: number }): Pace
}

/** @param startedMs when the work began, of the same clock */
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
      // It begins anew: what was learnt is of something else.
      // And until the first of it is done, there was none of it: what starts up says nothing of the speed either.
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
        // It runs down by itself, and is only bent towards what is seen: at once at first, slowly later.
        const window = Math.min(LEFT_WINDOW_MS, elapsed / 2)
        const running = Math.max(0, left - passed)
        left = running + (estimate - running) * (1 - Math.exp(-passed / window))
      }
      return { speed, leftMs: left }
    },
  }
}
