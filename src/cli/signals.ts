/** Being told to stop, and being asked. */
import { AsyncResource } from 'node:async_hooks'
import { EXIT, JobError } from '../errors.ts'
import type { StopSignal } from '../model/status.ts'
import { type Terminal, watchTerminal } from './terminal.ts'

/** The signals that end a job in order, each with its exit code. */
const STOPS = {
  SIGINT: EXIT.interrupted,
  SIGTERM: EXIT.terminated,
  SIGHUP: EXIT.hungUp,
  SIGQUIT: EXIT.quit,
} as const satisfies Record<StopSignal, number>

const SIGNALS = Object.keys(STOPS) as StopSignal[]

interface Stopping {
  /** Its reason is what `stoppedBy` says. */
  readonly signal: AbortSignal
  /** Listens no more. */
  readonly stop: () => void
  readonly by: () => StopSignal | undefined
  /** The error of a job that was stopped; undefined where none was. */
  readonly stoppedBy: () => JobError | undefined
}

/**
 * SIGINT, SIGTERM, SIGHUP and SIGQUIT end the job in order: children first, then the work folder. A job in the
 * background goes on when its terminal is closed.
 */
export function stopOnSignals(terminal: Terminal = watchTerminal()): Stopping {
  const controller = new AbortController()
  let by: StopSignal | undefined
  const stoppedBy = () =>
    by && new JobError({ code: 'stopped', params: { signal: by } }, { exitCode: STOPS[by] })
  // Signals arrive outside of any call: what is said of them is said in the language of whoever asked for them.
  const handle = AsyncResource.bind((signal: StopSignal) => {
    if (signal === 'SIGHUP' && terminal.isBackground()) return
    by ??= signal
    controller.abort(stoppedBy())
  })
  // A stopped job goes on in the foreground or in the background: the shell says SIGCONT for both. It is looked now,
  // since a terminal that is closed no longer tells.
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
 * SIGUSR1 asks how it is going, and changes nothing.
 * @returns ends that
 */
export function onStateAsked(tell: () => void): () => void {
  const bound = AsyncResource.bind(tell)
  process.on('SIGUSR1', bound)
  return () => void process.off('SIGUSR1', bound)
}
