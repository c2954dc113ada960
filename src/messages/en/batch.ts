import type { BatchJobStatus } from '../../model/status.ts'
import { countsText } from './words.ts'

const STATES: Readonly<Record<BatchJobStatus, string>> = {
  done: 'done',
  unchanged: 'unchanged',
  failed: 'failed',
  stopped: 'stopped',
  notStarted: 'not started',
}

const COLUMNS = {
  job: 'job',
  state: 'state',
  exit: 'exit',
  time: 'time',
  speed: 'x real time',
  warnings: 'warnings',
  skipped: 'skipped',
  output: 'file or error',
} as const

const jobs = (count: number): string => `${count} ${count === 1 ? 'job' : 'jobs'}`
const firstOf = (reason: string, more: number): string =>
  more === 0 ? reason : `${reason} (and ${more} more)`

/** Messages about a batch of jobs. */
export const batch = {
  batchEmpty: (p: { places: readonly string[]; passedOver: number }) =>
    `no job was found in ${p.places.join(', ')}${p.passedOver > 0 ? `, ${p.passedOver} JSON ${p.passedOver === 1 ? 'file' : 'files'} without Action, Internal and Data skipped` : ''}; name a folder with cfg.json files, a list of their paths, or a pattern such as 'jobs/*/cfg.json'`,
  batchStarts: (p: { jobs: number; atOnce: number; cores: number; memoryMb: number }) =>
    `${jobs(p.jobs)}, ${p.atOnce} at once, each with ${p.cores} ${p.cores === 1 ? 'core' : 'cores'} and ${p.memoryMb} MB`,
  batchPassedOver: (p: { path: string }) =>
    `${p.path} is skipped: it is not a job, since it has no Action, Internal and Data`,
  batchSameJob: (p: { jobId: string; paths: readonly string[] }) =>
    `${p.paths.join(', ')} all have the JobId ${p.jobId}: they are run one after the other, and only the last one's log and result are kept; give each a JobId of its own`,
  batchSameOutput: (p: { path: string; other: string; key: string }) =>
    `${p.path} and ${p.other} would both write ${p.key}, so neither is started; give each a RecordingConfig.StorageConfig.FileNamePrefix of its own`,
  batchJobLost: (p: { signal?: string | undefined; exitCode: number }) =>
    `the job's process ended without a result (${p.signal ?? `exit code ${p.exitCode}`}); see its log, and run the batch again: the job goes on where it stopped`,
  batchJobNotStarted: (p: { detail: string }) =>
    `the job's process could not be started (${p.detail}); run the batch again, with fewer --jobs if the machine is full`,

  // A job's line: "3/12 job-4711: done in 1 min 02 s, 4.1 times real time, /bucket/out/job-4711.mp4, 1 warning".
  batchJob: (p: {
    ended: number
    of: number
    jobId: string
    how: string
    warnings: number
    skipped: number
  }) => `${p.ended}/${p.of} ${p.jobId}: ${[p.how, ...countsText(p)].join(', ')}`,
  batchDone: (p: { length: string; speed?: number | undefined; output?: string | undefined }) =>
    [
      `done in ${p.length}`,
      ...(p.speed === undefined ? [] : [`${p.speed} times real time`]),
      ...(p.output === undefined ? [] : [p.output]),
    ].join(', '),
  batchUnchanged: (p: { output?: string | undefined }) =>
    `unchanged since it was done${p.output === undefined ? '' : `, ${p.output}`}`,
  batchFailed: (p: { exitCode: number | null; reason: string; more: number }) =>
    `failed (${p.exitCode}): ${firstOf(p.reason, p.more)}`,
  batchStopped: (_: object) => 'stopped; what is done is kept',
  batchNotStarted: (_: object) => STATES.notStarted,

  batchColumn: (p: { column: keyof typeof COLUMNS }) => COLUMNS[p.column],
  batchState: (p: { status: BatchJobStatus }) => STATES[p.status],
  batchFirstError: (p: { reason: string; more: number }) => firstOf(p.reason, p.more),
  batchTotals: (p: {
    jobs: number
    length: string
    counts: Partial<Record<BatchJobStatus, number>>
    file: string
  }) => {
    const counts = Object.entries(p.counts).map(
      ([status, count]) => `${count} ${STATES[status as BatchJobStatus]}`,
    )
    return `${jobs(p.jobs)} in ${p.length}: ${counts.join(', ')}; ${p.file}`
  },
  batchRunning: (p: {
    ended: number
    of: number
    running: readonly {
      readonly jobId: string
      readonly length: string
      readonly percent?: number | undefined
    }[]
  }) =>
    `${p.ended} of ${p.of} ended, running: ${p.running.map(({ jobId, length, percent }) => `${jobId} (${percent === undefined ? '' : `${percent} %, `}${length})`).join(', ')}`,
}
