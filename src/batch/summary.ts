/**
 * The outcome of a batch as data. The format of `logs/batch-<time>.json` is a contract, described in
 * docs/operations.md. Pure.
 */
import { EXIT, isStop } from '../errors.ts'
import { CATALOGUES, type Message, say } from '../messages/index.ts'
import type { BatchJobStatus, StopSignal } from '../model/status.ts'
import type { Result } from '../report/result.ts'
import { placeOf } from '../report/text.ts'

export interface BatchJob {
  /** Absolute path. */
  readonly cfgPath: string
  readonly jobId: string
  readonly status: BatchJobStatus
  /** As in a shell: 128 plus the signal number for a killed process. Null if it was never started. */
  readonly exitCode: number | null
  /** Wall-clock time of the job. */
  readonly seconds: number
  readonly timesRealTime?: number
  /** Location of the finished file: a local path, or `vendor://bucket/key`. */
  readonly output?: string
  readonly error?: { readonly code: string; readonly message: string } | undefined
  readonly warnings: number
  /** Number of omitted recordings. */
  readonly skipped: number
}

export interface BatchSummary {
  /** Version of this format. */
  readonly version: 1
  /** ISO 8601, UTC. */
  readonly startedAt: string
  /** Null while the batch is running. */
  readonly endedAt: string | null
  readonly stoppedBy?: StopSignal | undefined
  readonly jobsAtOnce: number
  readonly jobs: readonly BatchJob[]
  /** JSON files that are not jobs. */
  readonly passedOver: readonly string[]
  readonly totals: Readonly<Record<BatchJobStatus, number>> & {
    readonly jobs: number
    readonly seconds: number
  }
}

/** How a job's process ended. */
export interface Ended {
  readonly exitCode: number
  /** The signal that killed it. */
  readonly signal?: string
  readonly seconds: number
  readonly stdout: string
  /** The last part of it. */
  readonly stderr: string
  /** Why the process could not be started. */
  readonly notStarted?: string
}

/** @param options.jobId used if the job has no result */
export function jobOf(options: { cfgPath: string; jobId: string; ended: Ended }): BatchJob {
  const { cfgPath, jobId, ended } = options
  const { exitCode, seconds } = ended
  const result = resultIn(ended.stdout)
  const isStopped = isStop(exitCode)
  const isGood = exitCode === 0
  const error = isGood ? undefined : (result?.error ?? (isStopped ? undefined : errorOf(ended)))
  return {
    cfgPath,
    jobId: result?.jobId ?? jobId,
    status: isGood ? (result?.isUnchanged ? 'unchanged' : 'done') : isStopped ? 'stopped' : 'failed',
    exitCode,
    seconds,
    ...(result?.timesRealTime && { timesRealTime: result.timesRealTime }),
    ...(isGood && result?.output && { output: placeOf(result.output) }),
    error,
    warnings: result?.warnings.length ?? 0,
    skipped: result?.skipped.length ?? 0,
  }
}

export function notStarted({ path, jobId }: { path: string; jobId: string }): BatchJob {
  const nothing = { exitCode: null, seconds: 0, warnings: 0, skipped: 0 }
  return { cfgPath: path, jobId, status: 'notStarted', ...nothing }
}

/** A job that is not started for a reason that only the whole batch shows. */
export function refused(file: { path: string; jobId: string }, why: Message): BatchJob {
  const error = { code: why.code, message: say(why) }
  return { ...notStarted(file), status: 'failed', exitCode: EXIT.failed, error }
}

export function totalsOf(jobs: readonly BatchJob[], seconds: number): BatchSummary['totals'] {
  const count = (status: BatchJobStatus) => jobs.filter((job) => job.status === status).length
  return {
    jobs: jobs.length,
    done: count('done'),
    unchanged: count('unchanged'),
    failed: count('failed'),
    stopped: count('stopped'),
    notStarted: count('notStarted'),
    seconds,
  }
}

/** "batch-2026-11-22T10-05-03.120Z.json" */
export function summaryName(startedAt: string): string {
  return `batch-${startedAt.replaceAll(':', '-')}.json`
}

/** The job's printed result; undefined if there is none. */
function resultIn(stdout: string): Result | undefined {
  try {
    return JSON.parse(stdout) as Result
  } catch {
    return undefined
  }
}

/** The worker's error message on stderr, in any language, since errors during start-up are always in English. */
function errorIn(stderr: string): string | undefined {
  const begins = Object.values(CATALOGUES).map((catalogue) =>
    say({ code: 'prefix', params: { severity: 'error' } }, catalogue),
  )
  return new RegExp(`^(?:${begins.join('|')})([^]*)`, 'm').exec(stderr)?.[1]?.trim()
}

/** Why a job without a result failed: its own message, or otherwise how its process ended. */
function errorOf({ stderr, signal, exitCode, notStarted: detail }: Ended): BatchJob['error'] {
  const own = errorIn(stderr)
  if (own !== undefined) return { code: 'failed', message: own }
  const said: Message =
    detail !== undefined
      ? { code: 'batchJobNotStarted', params: { detail } }
      : { code: 'batchJobLost', params: { exitCode, signal } }
  return { code: said.code, message: say(said) }
}
