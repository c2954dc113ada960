/** States of jobs, for the `status` command. */
import type { JobStatus } from '../../model/status.ts'
import { countsText } from './words.ts'

const STATES: Record<JobStatus, string> = {
  running: 'running',
  done: 'done',
  unchanged: 'unchanged',
  failed: 'failed',
  stopped: 'stopped',
  died: 'died',
}

const COLUMNS = {
  job: 'job',
  status: 'state',
  at: 'since',
  time: 'time',
  speed: 'x real time',
  exit: 'exit',
  what: 'what',
} as const

export const status = {
  statusUnknown: (p: { jobId: string; folder: string }) =>
    `there is no record of a job ${p.jobId} in ${p.folder}; owt-main status lists the jobs, --log-dir names another folder`,
  statusNone: (_: object) => 'no job runs or has run here',
  statusOlder: (p: { count: number }) =>
    `${p.count} older ${p.count === 1 ? 'one' : 'ones'}; --json has them all`,
  statusState: (p: { status: JobStatus }) => STATES[p.status],
  statusColumn: (p: { column: keyof typeof COLUMNS; zone: string }) =>
    p.column === 'at' ? `${COLUMNS.at} (${p.zone})` : COLUMNS[p.column],
  statusRuns: (p: { jobId: string; length: string }) => `${p.jobId}: running for ${p.length}`,
  statusBetween: (_: object) => 'between two phases',
  statusWorker: (p: { pid: number; memory?: string | undefined }) =>
    `worker ${p.pid}${p.memory ? `, ${p.memory}` : ''}`,
  statusFfmpeg: (p: { pid: number; output: string; memory?: string | undefined }) =>
    `ffmpeg ${p.pid}, ${p.output}${p.memory ? `, ${p.memory}` : ''}`,
  statusEnded: (p: { jobId: string; status: JobStatus; at: string }) =>
    `${p.jobId}: ${STATES[p.status]} ${p.at}`,
  statusDied: (_: object) => 'its process ended without a result; run it again to continue where it stopped',
  statusTook: (p: {
    length: string
    times?: string | undefined
    exitCode: number
    warnings: number
    skipped: number
  }) =>
    [
      `took ${p.length}`,
      ...(p.times === undefined ? [] : [`${p.times} times real time`]),
      `exit code ${p.exitCode}`,
      ...countsText(p),
    ].join(', '),
  statusLog: (p: { path: string }) => `log ${p.path}`,
}
