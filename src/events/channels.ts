/** Interfaces through which the parts of a job emit their events. */
import { type Warning, say } from '../messages/index.ts'
import type { Phase } from '../model/status.ts'
import type { Details } from '../progress/track.ts'
import type { Emit, NoteEvent } from './job-event.ts'

/** A log in plain English. `facts` may hold an error as `err`. */
export type Log = {
  readonly [Level in NoteEvent['level']]: (facts: Readonly<Record<string, unknown>>, text: string) => void
}

export interface Progress {
  /**
   * Reports progress of a phase.
   * @param done of `total`, in the phase's own unit: ms of output for `encode`, bytes for `upload`, otherwise items
   * @param total 0 if unknown
   */
  update(phase: Phase, done: number, total: number, details?: Details): void
  /** Reports the end of a phase. */
  end(phase: Phase): void
}

export function logTo(emit: Emit): Log {
  const at =
    (level: NoteEvent['level']): Log['info'] =>
    (facts, text) =>
      emit({ kind: 'note', level, facts, text })
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

export function progressTo(emit: Emit): Progress {
  return {
    update: (phase, done, total, details = {}) => emit({ kind: 'progress', phase, done, total, details }),
    end: (phase) => emit({ kind: 'phaseEnded', phase }),
  }
}

/** @param isOfSettings whether the warning is about the worker's own settings */
export function warnTo(emit: Emit, warning: Warning, isOfSettings = false): void {
  emit({ kind: 'warning', warning, message: say(warning), isOfSettings })
}
