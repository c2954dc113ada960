/** How far a job has come, for whoever watches: one redrawn line on a terminal, plain lines elsewhere. */
import { duration } from './report/text.ts'

export type Phase = 'fetch' | 'probe' | 'encode' | 'upload'

export interface Reporter {
  /** A phase goes on; `done` and `total` in the phase's own unit, ms of output for `encode`. */
  update(phase: Phase, done: number, total: number): void
  /** The phase is over. */
  end(phase: Phase): void
  /** A line that stays, put above the progress. */
  say(line: string): void
  /** Nothing more will be reported. */
  close(): void
}

const PLAIN_EVERY_MS = 10_000
const REDRAW_EVERY_MS = 100
const BAR_CELLS = 24
const WORDS: Record<Phase, string> = {
  fetch: 'fetching',
  probe: 'probing',
  encode: 'encoding',
  upload: 'uploading',
}

/** @param quiet leaves only lines that must be said */
export function makeReporter(options: {
  out: { write(text: string): unknown; isTTY?: boolean }
  quiet: boolean
  now: () => number
}): Reporter {
  const { out, quiet, now } = options
  const isTerminal = out.isTTY === true
  const started = new Map<Phase, number>()
  let drawnAt = -Infinity
  let isDrawn = false
  const clear = () => {
    if (isDrawn) out.write('\r\x1b[2K')
    isDrawn = false
  }
  return {
    update(phase, done, total) {
      if (quiet) return
      const at = now()
      const isFirst = !started.has(phase)
      if (isFirst) started.set(phase, at)
      if (isFirst && !isTerminal) drawnAt = at
      if (at - drawnAt < (isTerminal ? REDRAW_EVERY_MS : PLAIN_EVERY_MS)) return
      drawnAt = at
      const line = progressLine({ phase, done, total, elapsedMs: at - (started.get(phase) ?? at) })
      if (isTerminal) {
        clear()
        out.write(line)
        isDrawn = true
      } else {
        out.write(line + '\n')
      }
    },
    end(phase) {
      if (quiet) return
      const startedAt = started.get(phase)
      if (startedAt === undefined) return
      started.delete(phase)
      clear()
      out.write(`${WORDS[phase]}: done in ${duration(now() - startedAt)}\n`)
    },
    say(line) {
      clear()
      out.write(line + '\n')
    },
    close: clear,
  }
}

function progressLine(options: { phase: Phase; done: number; total: number; elapsedMs: number }): string {
  const { phase, done, total, elapsedMs } = options
  const part = total > 0 ? Math.min(1, done / total) : 0
  const cells = Math.round(part * BAR_CELLS)
  const bar = `[${'#'.repeat(cells)}${'.'.repeat(BAR_CELLS - cells)}] ${Math.floor(part * 100)} %`
  const speed =
    phase === 'encode' && elapsedMs > 500 ? `, ${(done / elapsedMs).toFixed(1)} times real time` : ''
  const left = part > 0.02 && elapsedMs > 500 ? `, ${duration((elapsedMs / part) * (1 - part))} left` : ''
  return `${WORDS[phase]} ${bar}${speed}${left}`
}
