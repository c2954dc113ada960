/** Handles the signals that stop a job or ask for its state. */
import { AsyncResource } from 'node:async_hooks'
import { EXIT, JobError } from '../errors.ts'
import type { StopSignal } from '../model/status.ts'
import { type Terminal, watchTerminal } from './terminal.ts'

/** The signals that stop a job cleanly, with their exit codes. */
const STOPS = {
  SIGINT: EXIT.interrupted,
  SIGTERM: EXIT.terminated,
  SIGHUP: EXIT.hungUp,
  SIGQUIT: EXIT.quit,
} as const satisfies Record<StopSignal, number>

const SIGNALS = Object.keys(STOPS) as StopSignal[]

interface Stopping {
  /** Aborts with the error of `stoppedBy`. */
  readonly signal: AbortSignal
  /** Stops listening. */
  readonly stop: () => void
  readonly by: () => StopSignal | undefined
  /** The error of a stopped job; undefined if it was not stopped. */
  readonly stoppedBy: () => JobError | undefined
}

/**
 * Stops the job cleanly on SIGINT, SIGTERM, SIGHUP and SIGQUIT: child processes end before the work folder is closed. A
 * background job continues when its terminal is closed.
 */
export function stopOnSignals(terminal: Terminal = watchTerminal()): Stopping {
  const controller = new AbortController()
  let by: StopSignal | undefined
  const stoppedBy = () =>
    by && new JobError({ code: 'stopped', params: { signal: by } }, { exitCode: STOPS[by] })
  // Signal handlers run outside any call; binding keeps the language of the caller.
  const handle = AsyncResource.bind((signal: StopSignal) => {
    if (signal === 'SIGHUP' && terminal.isBackground()) return
    by ??= signal
    controller.abort(stoppedBy())
  })
  // The shell sends SIGCONT when a stopped job resumes, in the foreground or background. The state is read now because
  // a closed terminal no longer provides it.
  const look = () => void terminal.isBackground()
  for (const signal of SIGNALS) process.on(signal, handle)
  process.on('SIGCONT', look)
  return {
    signal: controller.signal,
    stop() {
      for (const signal of SIGNALS) process.off(signal, handle)
      process.off('SIGCONT', look)
    },
    by: () => by,
    stoppedBy,
  }
}

/**
 * Calls `notify` on SIGUSR1.
 * @returns a function that stops listening
 */
export function onStateAsked(notify: () => void): () => void {
  const bound = AsyncResource.bind(notify)
  process.on('SIGUSR1', bound)
  return () => void process.off('SIGUSR1', bound)
}
