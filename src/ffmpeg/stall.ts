/** Ends an ffmpeg that makes no progress. */

interface StallWatch {
  /** Aborts when the run stalls, takes too long or is ended, or when the given signal aborts. */
  readonly signal: AbortSignal
  /** Reports progress. */
  readonly alive: () => void
  /** Takes a line of `PROGRESS`; it counts as progress if it exceeds all before. */
  readonly line: (line: string) => void
  /** The highest value of the lines, in their own units; 0 if nothing came out. */
  readonly reached: () => number
  readonly stalled: () => boolean
  /** Whether it exceeded the time limit of the whole run. */
  readonly tooLong: () => boolean
  /** Ends the run. */
  readonly end: () => void
  /** Must be called when the run is over. */
  readonly done: () => void
}

/** @param mostMs time limit of the whole run, regardless of progress; default none */
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
  // Called for every line, and storing the time costs less than resetting a timer.
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
