/** The state of a job after its process has ended. Pure. */
import { EXIT, isStop } from '../errors.ts'
import type { JobRecord } from '../status/read.ts'
import type { ServedJob } from './served-job.ts'

/** A job whose process dies this often without a result has failed. */
const MOST_CRASHES = 3

/** How the process of a job ended. */
export interface RunEnd {
  readonly exitCode: number
  /** The signal that killed it. */
  readonly signal?: string
}

/**
 * @param of.record what the job wrote about this run; undefined if it wrote nothing
 * @param of.isDraining whether running jobs are interrupted because the service ends
 */
export function afterRun(
  job: ServedJob,
  of: { end: RunEnd; record: JobRecord | undefined; isDraining: boolean; nowMs: number },
): ServedJob {
  const { end, record, isDraining, nowMs } = of
  const { asked, ...rest } = job
  const { exitCode } = end
  const isInterrupted = isStop(exitCode) && end.signal === undefined
  const queued = (crashes = job.crashes): ServedJob => ({ ...rest, state: 'queued', crashes })
  const ended = (state: 'done' | 'unchanged' | 'failed' | 'stopped'): ServedJob => {
    const error = record?.error
    return { ...rest, state, endedAtMs: nowMs, exitCode, error }
  }
  if (exitCode === EXIT.done) return ended(record?.status === 'unchanged' ? 'unchanged' : 'done')
  if (asked === 'restart') return queued()
  if (asked === 'stop') return ended('stopped')
  if (isDraining && (isInterrupted || end.signal !== undefined)) return queued()
  // Another process has the job: one of an earlier service that has not ended yet.
  if (exitCode === EXIT.running) return queued()
  if (record?.error?.code === 'indexMissing')
    // The recordings are not complete yet, or the index is still to come: what was said about the job is kept.
    return { ...rest, state: 'acquired', exitCode, error: record.error }
  if (isInterrupted) return ended('stopped')
  if (end.signal !== undefined || !record) {
    if (job.crashes + 1 < MOST_CRASHES) return queued(job.crashes + 1)
    const message = `the job's process ended without a result (${end.signal ?? `exit code ${exitCode}`}), ${MOST_CRASHES} times`
    return {
      ...rest,
      state: 'failed',
      endedAtMs: nowMs,
      exitCode: exitCode || EXIT.failed,
      error: { code: 'lost', message },
    }
  }
  return ended('failed')
}
