/** Reads every job that runs or has run with a log folder from its files. */
import { readdir, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename } from 'node:path'
import { EXIT, isStop } from '../errors.ts'
import { jobFile, jobIdsOf } from '../records/job-files.ts'
import { startOf } from '../files/lock-file.ts'
import type { JobStatus } from '../model/status.ts'
import { MAX_OWN_BYTES, readRegularText } from '../files/read-file.ts'
import type { Result } from '../report/result.ts'
import type { JobState } from './state.ts'

/** One job, as `status --json` prints it; docs/result.md shows it. */
export interface JobRecord {
  readonly jobId: string
  readonly status: JobStatus
  /** ISO 8601, UTC: the start of a running job, the last update of a job that died, otherwise the end. */
  readonly at: string
  /** State of a job that is running or died. */
  readonly state?: JobState
  /** The fields from here to `skipped` are from the last run that ended. */
  readonly exitCode?: number
  readonly error?: Result['error']
  readonly output?: Result['output']
  readonly seconds?: number
  readonly timesRealTime?: number | null
  readonly warnings?: number
  readonly skipped?: number
  /** Absolute path. */
  readonly log: string
}

/** A state from another host counts as alive for this long. */
const SILENCE_MS = 60_000

/** @returns undefined if nothing is known of the job */
export async function readJobRecord(logFolder: string, jobId: string): Promise<JobRecord | undefined> {
  // A job ID that contains a path is invalid.
  if (jobId === '' || basename(jobId) !== jobId) return undefined
  const place = { logFolder, jobId }
  const [state, result] = await Promise.all([
    readJson<JobState>(jobFile(place, 'state')),
    readJson<Result>(jobFile(place, 'result')),
  ])
  const log = jobFile(place, 'log')
  if (state && isState(state.content)) {
    const { content, at } = state
    if (await isAlive(content))
      return { jobId, status: 'running', at: content.startedAt, state: content, log }
    // A job that could not remove its state file at the end has a newer result.
    if (!result || result.at < at)
      return { jobId, status: 'died', at: content.updatedAt, state: content, log }
  }
  return result && isResult(result.content)
    ? { ...recordOf(jobId, result.content, result.at), log }
    : undefined
}

/**
 * Returns every job of a folder: running jobs first, then the latest.
 * @param most maximum number of ended jobs
 */
export async function readJobRecords(
  logFolder: string,
  most: number,
): Promise<{ records: readonly JobRecord[]; older: number }> {
  const names = await readdir(logFolder).catch(() => [])
  const withState = jobIdsOf(names, 'state')
  const ended = await Promise.all(
    jobIdsOf(names, 'result')
      .filter((jobId) => !withState.includes(jobId))
      .map(async (jobId) => ({ jobId, at: await timeOf(jobFile({ logFolder, jobId }, 'result')) })),
  )
  const latest = ended.toSorted((a, b) => b.at - a.at).slice(0, most)
  const ids = [...withState, ...latest.map(({ jobId }) => jobId)]
  const records = (await Promise.all(ids.map((jobId) => readJobRecord(logFolder, jobId)))).filter(
    (record) => record !== undefined,
  )
  return {
    records: records.toSorted(
      (a, b) => Number(b.status === 'running') - Number(a.status === 'running') || (a.at < b.at ? 1 : -1),
    ),
    older: ended.length - latest.length,
  }
}

function recordOf(jobId: string, result: Result, atMs: number): Omit<JobRecord, 'log'> {
  const { exitCode, error, output, timings, timesRealTime, warnings, skipped, isUnchanged } = result
  return {
    jobId,
    status:
      exitCode === EXIT.done ? (isUnchanged ? 'unchanged' : 'done') : isStop(exitCode) ? 'stopped' : 'failed',
    at: new Date(atMs).toISOString(),
    exitCode,
    error,
    output,
    seconds: timings.totalMs / 1000,
    timesRealTime,
    warnings: warnings.length,
    skipped: skipped.length,
  }
}

async function isAlive({ host, pid, processStart, updatedAt }: JobState): Promise<boolean> {
  if (host !== hostname()) return Date.now() - Date.parse(updatedAt) < SILENCE_MS
  return (await startOf(pid)) === processStart
}

/** The folder may contain files of other programs or of older worker versions. */
function isState(state: Partial<JobState> | null): state is JobState {
  return state?.version === 1 && typeof state.pid === 'number'
}

function isResult(result: Partial<Result> | null): result is Result {
  return (
    typeof result?.exitCode === 'number' && result.timings !== undefined && Array.isArray(result.warnings)
  )
}

async function readJson<T>(path: string): Promise<{ content: Partial<T> | null; at: number } | undefined> {
  try {
    const [text, at] = [await readRegularText(path, MAX_OWN_BYTES), await timeOf(path)]
    return { content: JSON.parse(text) as Partial<T> | null, at }
  } catch {
    return undefined
  }
}

async function timeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.mtimeMs ?? 0
}
