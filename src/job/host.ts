/** What runs a job: the command line, another program, a service. It hears of everything and may stop the job. */
import type { Emit } from '../events/job-event.ts'
import type { Log, Progress } from '../events/channels.ts'
import type { Language } from '../messages/language.ts'

export interface Host {
  /** Told of everything that happens, in order. Must not throw. */
  readonly emit: Emit
  /** Ends the job. Where its reason is a `JobError`, that is the error that the job ends with. */
  readonly signal: AbortSignal
  /** Of every text in events, errors and the result. */
  readonly language: Language
  /** For the addresses of proxies, credentials and the ffmpeg to use, which it may name. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What the parts of a running job have at hand. */
export interface JobContext {
  readonly emit: Emit
  readonly log: Log
  readonly progress: Progress
  /** Ends with the host's, and when the job's time is over. */
  readonly signal: AbortSignal
  /** Says how long the job may take from now on in ms, where conf/ leaves that to its plan. */
  readonly allow: (ms: number) => void
  readonly env: Host['env']
  /** ms of a clock that never goes back, whole. */
  readonly now: () => number
}
