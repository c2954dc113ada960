/** What became of a batch, as data. The shape of `logs/batch-<time>.json` is a contract; docs/operations.md shows it. Pure. */
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
  /** As a shell has it: 128 and the signal's number for a process that was killed. Null for one never started. */
  readonly exitCode: number | null
  /** Wall-clock time the job took. */
  readonly seconds: number
  readonly timesRealTime?: number
  /** Where the finished file lies: a path of this machine, or `vendor://bucket/key`. */
  readonly output?: string
  readonly error?: { readonly code: string; readonly message: string }
  readonly warnings: number
  /** Recordings that were left out. */
  readonly skipped: number
}

export interface BatchSummary {
  /** Of this file's shape. */
  readonly version: 1
  /** ISO 8601, UTC. */
  readonly startedAt: string
  /** Null while it runs. */
  readonly endedAt: string | null
  readonly stoppedBy?: StopSignal
  readonly jobsAtOnce: number
  readonly jobs: readonly BatchJob[]
  /** JSON files that are no jobs. */
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
  /** The end of it. */
  readonly stderr: string
  /** Why there was no process at all. */
  readonly notStarted?: string
}

/** @param jobId for a job that came to no result */
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
    ...(error && { error }),
    warnings: result?.warnings.length ?? 0,
    skipped: result?.skipped.length ?? 0,
  }
}

export function notStarted({ path, jobId }: { path: string; jobId: string }): BatchJob {
  const nothing = { exitCode: null, seconds: 0, warnings: 0, skipped: 0 }
  return { cfgPath: path, jobId, status: 'notStarted', ...nothing }
}

/** A job that is not begun, for something that only the whole batch tells. */
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

/** What the job printed; undefined where it came to no result. */
function resultIn(stdout: string): Result | undefined {
  try {
    return JSON.parse(stdout) as Result
  } catch {
    return undefined
  }
}

/** What the worker said on stderr before it ended, in whatever language: its start-up speaks English only. */
function errorIn(stderr: string): string | undefined {
  const begins = Object.values(CATALOGUES).map((catalogue) =>
    say({ code: 'prefix', params: { severity: 'error' } }, catalogue),
  )
  return new RegExp(`^(?:${begins.join('|')})([^]*)`, 'm').exec(stderr)?.[1]?.trim()
}

/** Why a job without a result failed: its own words, else how its process ended. */
function errorOf({ stderr, signal, exitCode, notStarted: detail }: Ended): BatchJob['error'] {
  const own = errorIn(stderr)
  if (own !== undefined) return { code: 'failed', message: own }
  const said: Message =
    detail !== undefined
      ? { code: 'batchJobNotStarted', params: { detail } }
      : { code: 'batchJobLost', params: { exitCode, ...(signal !== undefined && { signal }) } }
  return { code: said.code, message: say(said) }
}
