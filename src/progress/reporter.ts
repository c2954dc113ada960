/** How far a job has come, for whoever watches: one redrawn line on a terminal, plain lines elsewhere. */
import { barLine, endLine, plainLine, startLine } from './line.ts'
import type { Phase } from '../model/status.ts'
import { type Details, type PhaseState, trackPhases } from './track.ts'
import { type Out, canRedraw, redrawnLine } from './redrawn-line.ts'
import { harmlessLines } from '../text/harmless.ts'
import { cutTo } from '../text/width.ts'

export interface Reporter {
  /**
   * A phase goes on.
   * @param done of `total`, in the phase's own unit: ms of output for `encode`, bytes for `upload`, else things
   * @param total 0 where nobody knows how much there is to do
   */
  update(phase: Phase, done: number, total: number, details?: Details): void
  /** The phase is over. */
  end(phase: Phase): void
  /** A line that stays, put above the progress. */
  say(line: string): void
  /** No phase runs any more. */
  close(): void
  /** The foremost phase that runs. */
  state(): PhaseState | undefined
}

const PLAIN_EVERY_MS = 10_000
const REDRAW_EVERY_MS = 250

/**
 * @param options.quiet leaves only lines that must be said
 * @param options.now ms of a clock that never goes back
 * @param options.isBackground whether the terminal belongs to another process now: no line is redrawn there
 * @param options.term the kind of terminal, from the environment where it is not given
 */
export function makeReporter(options: {
  out: Out
  quiet: boolean
  now: () => number
  isBackground?: () => boolean
  term?: string | undefined
}): Reporter {
  const { out, quiet, now, isBackground = () => false, term } = options
  const hasTerminal = canRedraw(out, term)
  const redraws = () => hasTerminal && !isBackground()
  const redrawn = redrawnLine(out, isBackground)
  const track = trackPhases(now)
  const shown = new Set<Phase>()
  let timer: NodeJS.Timeout | undefined
  let drawnAt = -Infinity

  const line = (text: string) => {
    redrawn.clear()
    out.write(`${harmlessLines(text)}\n`)
  }
  const draw = () => {
    const state = track.current()
    if (!state || quiet) return
    drawnAt = now()
    if (redraws()) redrawn.draw(barLine(state, redrawn.columns()))
    else line(plainLine(state))
  }
  const drawWhenDue = () => {
    if (now() - drawnAt >= (redraws() ? REDRAW_EVERY_MS : PLAIN_EVERY_MS)) draw()
  }
  /** Time goes on where nothing else does. */
  const watch = (isOn: boolean) => {
    if (isOn && !quiet) timer ??= setInterval(drawWhenDue, REDRAW_EVERY_MS).unref()
    if (isOn) return
    clearInterval(timer)
    timer = undefined
  }
  return {
    update(phase, done, total, details) {
      const hasBegun = track.update(phase, done, total, details)
      if (quiet) return
      if (hasBegun) {
        shown.add(phase)
        watch(true)
        if (!redraws()) {
          line(startLine(phase))
          drawnAt = now()
        }
      }
      drawWhenDue()
    },
    end(phase) {
      const tookMs = track.end(phase)
      if (tookMs === undefined || quiet) return
      shown.delete(phase)
      line(hasTerminal ? cutTo(endLine(phase, tookMs), redrawn.columns()) : endLine(phase, tookMs))
      if (shown.size === 0) watch(false)
      else if (redraws()) draw()
    },
    say(text) {
      line(text)
      if (redraws()) draw()
    },
    close() {
      track.clear()
      shown.clear()
      watch(false)
      redrawn.clear()
    },
    state: () => track.current(),
  }
}
