/** Shows the running jobs in one redrawn line on a terminal; shows nothing elsewhere. */
import { type Out, canRedraw, redrawnLine } from '../progress/redrawn-line.ts'
import { statusLine } from './text.ts'

interface Status {
  /** Reports that a job has started. @returns a function to call when it ends, which returns how many have ended */
  started(jobId: string): () => number
  /** Prints the running jobs, even if `quiet`. */
  tell(): void
  /** Prints a permanent line unless `quiet`. */
  note(line: string): void
  /** Prints a permanent line to `out`, clearing the redrawn line first. */
  say(line: string, out: Out): void
  close(): void
}

const REDRAW_EVERY_MS = 1000

/**
 * @param options.of total number of jobs
 * @param options.shareOf how far a job's current phase is, 0 to 1; undefined if unknown
 * @param options.isBackground whether another process owns the terminal; the line is then not redrawn
 * @param options.term terminal type; from the environment if undefined
 */
export function watchJobs(options: {
  out: Out
  quiet: boolean
  of: number
  now: () => number
  shareOf?: (jobId: string) => number | undefined
  isBackground?: () => boolean
  term?: string
}): Status {
  const { out, quiet, of, now, shareOf = () => undefined, isBackground = () => false, term } = options
  const isShown = canRedraw(out, term) && !quiet
  const redrawn = redrawnLine(out, isBackground)
  const running = new Map<object, { jobId: string; since: number }>()
  let ended = 0
  const line = (columns: number) => {
    const jobs = [...running.values()].map(({ jobId, since }) => ({
      jobId,
      ms: now() - since,
      share: shareOf(jobId),
    }))
    return statusLine({ ended, of, running: jobs, columns })
  }
  const draw = () => {
    if (isShown && !isBackground() && running.size > 0) redrawn.draw(line(redrawn.columns()))
  }
  const timer = isShown ? setInterval(draw, REDRAW_EVERY_MS).unref() : undefined
  const say: Status['say'] = (line, to) => {
    redrawn.clear()
    to.write(`${line}\n`)
    draw()
  }
  return {
    started(jobId) {
      const key = {}
      running.set(key, { jobId, since: now() })
      draw()
      return () => {
        running.delete(key)
        return ++ended
      }
    },
    tell: () => say(line(Infinity), out),
    note: (line) => (quiet ? undefined : say(line, out)),
    say,
    close() {
      clearInterval(timer)
      redrawn.clear()
    },
  }
}
