/** Ends an ffmpeg that makes no progress. */

interface StallWatch {
  /** Ends the run: it stalled, or somebody stopped it. */
  readonly signal: AbortSignal
  /** Progress was made. */
  readonly alive: () => void
  /** Takes a line of `PROGRESS`; alive when it is further than all before. */
  readonly line: (line: string) => void
  /** How far the lines have come, in the greatest of their units; 0 where nothing came out. */
  readonly reached: () => number
  readonly stalled: () => boolean
  /** It took longer than a whole run may. */
  readonly tooLong: () => boolean
  /** Ends the run. */
  readonly end: () => void
  /** The run is over. */
  readonly done: () => void
}

/** @param mostMs of the whole run, which no progress puts off; no limit where nothing is said */
export function watchForStall(stallMs: number, signal?: AbortSignal, mostMs?: number): StallWatch {
  const stall = new AbortController()
  const ended = new AbortController()
  let isTooLong = false
  const whole =
    mostMs === undefined
      ? undefined
      : setTimeout(() => {
          isTooLong = true
          ended.abort()
        }, mostMs)
  // Alive is said with every line: a note of the time costs less than a timer set anew.
  let aliveAt = performance.now()
  const alive = () => void (aliveAt = performance.now())
  const look = () => {
    const leftMs = aliveAt + stallMs - performance.now()
    if (leftMs <= 0) stall.abort()
    else timer = setTimeout(look, leftMs)
  }
  let timer = setTimeout(look, stallMs)
  let reached = 0
  return {
    signal: AbortSignal.any([stall.signal, ended.signal, ...(signal ? [signal] : [])]),
    alive,
    line(line) {
      const told = Number(/^(?:frame|out_time_us)=\s*(\d+)/.exec(line)?.[1] ?? 0)
      if (told <= reached) return
      reached = told
      alive()
    },
    reached: () => reached,
    stalled: () => stall.signal.aborted,
    tooLong: () => isTooLong,
    end: () => ended.abort(),
    done: () => {
      clearTimeout(timer)
      clearTimeout(whole)
    },
  }
}
