/** What the parts of a job talk to: each of them says what it has to say as an event. */
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
   * A phase goes on.
   * @param done of `total`, in the phase's own unit: ms of output for `encode`, bytes for `upload`, else things
   * @param total 0 where nobody knows how much there is to do
   */
  update(phase: Phase, done: number, total: number, details?: Details): void
  /** The phase is over. */
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

/** @param isOfSettings whether it is about the worker's own settings */
export function warnTo(emit: Emit, warning: Warning, isOfSettings = false): void {
  emit({ kind: 'warning', warning, message: say(warning), isOfSettings })
}
