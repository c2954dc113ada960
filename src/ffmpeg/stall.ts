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
  /** The run is over. */
  readonly done: () => void
}

export function watchForStall(stallMs: number, signal?: AbortSignal): StallWatch {
  const stall = new AbortController()
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
    signal: AbortSignal.any([stall.signal, ...(signal ? [signal] : [])]),
    alive,
    line(line) {
      const told = Number(/^(?:frame|out_time_us)=\s*(\d+)/.exec(line)?.[1] ?? 0)
      if (told <= reached) return
      reached = told
      alive()
    },
    reached: () => reached,
    stalled: () => stall.signal.aborted,
    done: () => clearTimeout(timer),
  }
}
