/** Displays a job's progress: one redrawn line on a terminal, plain lines elsewhere. */
import { barLine, endLine, plainLine, startLine } from './line.ts'
import type { Phase } from '../model/status.ts'
import { type Details, type PhaseState, trackPhases } from './track.ts'
import { type Out, canRedraw, redrawnLine } from './redrawn-line.ts'
import { harmlessLines } from '../text/harmless.ts'
import { cutTo } from '../text/width.ts'

export interface Reporter {
  /**
   * Updates a phase.
   * @param done of `total`, in the phase's own unit: ms of output for `encode`, bytes for `upload`, else items
   * @param total 0 if unknown
   */
  update(phase: Phase, done: number, total: number, details?: Details): void
  /** Ends a phase. */
  end(phase: Phase): void
  /** Writes a permanent line above the progress. */
  say(line: string): void
  /** Ends all phases. */
  close(): void
  /** The foremost running phase. */
  state(): PhaseState | undefined
}

const PLAIN_EVERY_MS = 10_000
const REDRAW_EVERY_MS = 250

/**
 * @param options.quiet suppresses everything except `say`
 * @param options.now time of a monotonic clock in ms
 * @param options.isBackground whether another process now owns the terminal: no line is redrawn then
 * @param options.term the terminal type; defaults to the environment variable TERM
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
  /** Redraws on a timer, because the elapsed time changes even without updates. */
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
