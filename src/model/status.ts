/** What states jobs and batches are in, and the phases of a job: words that are stored, shown and told. */

/** A job of a batch, once the batch has ended. */
export type BatchJobStatus = 'done' | 'unchanged' | 'failed' | 'stopped' | 'notStarted'

/** A job by itself. `died`: its worker is gone without having said why. */
export type JobStatus = 'running' | 'done' | 'unchanged' | 'failed' | 'stopped' | 'died'

/** In the order in which they come to an end. */
export const PHASES = ['fetch', 'probe', 'encode', 'check', 'beside', 'upload', 'report', 'callback'] as const

export type Phase = (typeof PHASES)[number]

/** The signals that end a job in order. */
export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGQUIT'
