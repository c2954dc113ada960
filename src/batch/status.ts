/** Who is running, for whoever watches: one redrawn line on a terminal, and nothing of it elsewhere. */
import { type Out, canRedraw, redrawnLine } from '../progress/redrawn-line.ts'
import { statusLine } from './text.ts'

interface Status {
  /** A job runs. @returns says that it is over; how many are by then */
  started(jobId: string): () => number
  /** Says who is running, whether it shall be quiet or not. */
  tell(): void
  /** A line that stays; not said when it shall be quiet. */
  note(line: string): void
  /** A line that stays, wherever it goes: the redrawn one is out of its way. */
  say(line: string, out: Out): void
  close(): void
}

const REDRAW_EVERY_MS = 1000

/**
 * @param options.of how many jobs there are
 * @param options.isBackground whether the terminal belongs to another process now: no line is redrawn there
 * @param options.term the kind of terminal, from the environment where it is not given
 */
export function watchJobs(options: {
  out: Out
  quiet: boolean
  of: number
  now: () => number
  isBackground?: () => boolean
  term?: string
}): Status {
  const { out, quiet, of, now, isBackground = () => false, term } = options
  const isShown = canRedraw(out, term) && !quiet
  const redrawn = redrawnLine(out, isBackground)
  const running = new Map<object, { jobId: string; since: number }>()
  let ended = 0
  const line = (columns: number) => {
    const jobs = [...running.values()].map(({ jobId, since }) => ({ jobId, ms: now() - since }))
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
