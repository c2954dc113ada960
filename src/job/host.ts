/**
 * The environment that runs a job: the command line, another program or a service. It receives all events and may stop
 * the job.
 */
import type { Emit } from '../events/job-event.ts'
import type { Log, Progress } from '../events/channels.ts'
import type { Language } from '../messages/language.ts'
import type { OpenExecutor } from './executor.ts'

export interface Host {
  /** Receives all events in order. Must not throw. */
  readonly emit: Emit
  /** Stops the job. If its reason is a `JobError`, the job ends with that error. */
  readonly signal: AbortSignal
  /** The language of texts in events, errors and the result. */
  readonly language: Language
  /** Environment variables, which may name proxies, credentials and the ffmpeg to use. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Opens what makes the job's video and audio elsewhere; undefined: this machine's ffmpeg makes them. */
  readonly openExecutor?: OpenExecutor | undefined
}

/** Shared by the parts of a running job. */
export interface JobContext {
  readonly emit: Emit
  readonly log: Log
  readonly progress: Progress
  /** Aborts with the host's signal, or when the job exceeds its time limit. */
  readonly signal: AbortSignal
  /** Sets the job's time limit in ms from now on, if conf/ leaves that to the plan. */
  readonly allow: (ms: number) => void
  readonly env: Host['env']
  readonly openExecutor: Host['openExecutor']
  /** Monotonic time in whole ms. */
  readonly now: () => number
}
