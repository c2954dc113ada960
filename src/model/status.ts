/** States of jobs and batches, and the phases of a job, as stored and shown. */

/** State of a job in a batch that has ended. */
export type BatchJobStatus = 'done' | 'unchanged' | 'failed' | 'stopped' | 'notStarted'

/** State of a single job. `died`: its worker is gone without having reported an end. */
export type JobStatus = 'running' | 'done' | 'unchanged' | 'failed' | 'stopped' | 'died'

/** In the order in which they end. */
export const PHASES = ['fetch', 'probe', 'encode', 'check', 'beside', 'upload', 'report', 'callback'] as const

export type Phase = (typeof PHASES)[number]

/** Signals that stop a job gracefully. */
export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGQUIT'
