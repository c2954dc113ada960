/** `Data.Status` of job.query, and what the GETs show of a job. */
import { withoutPaths } from '../callback/from-job.ts'
import type { Output } from '../report/result.ts'
import { type JobRecord, readJobRecord } from '../status/read.ts'
import { bucketAsGiven } from './cfg.ts'
import type { JobRef, ServedJob } from './served-job.ts'
import { starred } from './starred.ts'
import type { JobPlaces, Store } from './store.ts'

export interface JobStatusView {
  readonly State: ServedJob['state']
  /** Of a running job; null between phases. */
  readonly Phase: string | null
  /** Of the phase, 0 to 1. */
  readonly Share: number | null
  readonly SecondsLeft: number | null
  readonly Speed: object | null
  readonly Output?: object
  readonly Error?: { readonly Code: string; readonly Message: string }
  readonly ExitCode: number | null
  /** Counts. */
  readonly Warnings: number
  readonly Skipped: number
  /** How many timed updates are kept. */
  readonly Updates: number
  /** ISO 8601, UTC. */
  readonly AcquiredAt: string
  readonly QueuedAt?: string | undefined
  readonly StartedAt?: string | undefined
  readonly EndedAt?: string | undefined
}

/** @param localRoot folder below which the AppId's local buckets lie; empty if there is none */
export async function statusOf(
  store: Store,
  { ref, job, localRoot }: { ref: JobRef; job: ServedJob; localRoot: string },
): Promise<JobStatusView> {
  const places = store.places(ref)
  const record = await readJobRecord(places.logFolder, ref.jobId)
  return viewOf(job, { record, places, localRoot })
}

/** Pure part of `statusOf`. */
export function viewOf(
  job: ServedJob,
  of: {
    record: JobRecord | undefined
    places: Pick<JobPlaces, 'folder' | 'logFolder' | 'workFolder'>
    localRoot: string
  },
): JobStatusView {
  const { record, places, localRoot } = of
  const { state, error, exitCode, updates } = job
  const running = state === 'running' && record?.status === 'running' ? record.state : undefined
  const isOver = exitCode !== undefined
  const output = isOver && exitCode === 0 ? record?.output : undefined
  const at = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString())
  const [queued, started, ended] = [at(job.queuedAtMs), at(job.startedAtMs), at(job.endedAtMs)]
  return {
    State: state,
    Phase: running?.phase ?? null,
    Share: running?.share ?? null,
    SecondsLeft: running?.secondsLeft ?? null,
    Speed: running?.speed ?? null,
    ...(output && { Output: withoutPath(output, job, localRoot) }),
    ...(error && { Error: { Code: error.code, Message: shownText(error.message, places) } }),
    ExitCode: exitCode ?? null,
    Warnings: isOver ? (record?.warnings ?? 0) : 0,
    Skipped: isOver ? (record?.skipped ?? 0) : 0,
    Updates: updates.length,
    AcquiredAt: new Date(job.acquiredAtMs).toISOString(),
    QueuedAt: queued,
    StartedAt: started,
    EndedAt: ended,
  }
}

/** A text without folders of this machine and without secrets of URLs. */
export function shownText(
  text: string,
  { folder, logFolder, workFolder }: Pick<JobPlaces, 'folder' | 'logFolder' | 'workFolder'>,
): string {
  return String(starred(withoutPaths(text, [folder, logFolder, workFolder])))
}

/** Paths of this machine are not for clients: of a local bucket they see the name that they gave. */
function withoutPath(output: Output, { sections }: ServedJob, localRoot: string): object {
  const { path: _, bucket, ...rest } = output
  const shown = output.vendor === 'local' ? bucketAsGiven(sections.RecordingConfig, bucket, localRoot) : bucket
  return { ...rest, bucket: shown }
}
