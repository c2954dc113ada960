/** A batch in words: a line per job, the table at the end, who is running. Pure. */
import { duration } from '../report/text.ts'
import type { BatchJob, BatchSummary, JobStatus } from './summary.ts'

const WORDS: Record<JobStatus, string> = {
  done: 'done',
  unchanged: 'unchanged',
  failed: 'failed',
  stopped: 'stopped',
  notStarted: 'not started',
}

/** "3/12 job-4711: done in 1 min 02 s, 4.1 times real time, /bucket/out/job-4711.mp4, 1 warning" */
export function jobLine(job: BatchJob, at: { ended: number; of: number }): string {
  return `${at.ended}/${at.of} ${job.jobId}: ${[how(job), ...notes(job)].join(', ')}`
}

function how(job: BatchJob): string {
  const { status, seconds, timesRealTime, output, exitCode, error } = job
  const place = output === undefined ? [] : [output]
  if (status === 'failed') return `failed (${exitCode}): ${oneLine(error?.message ?? '')}`
  if (status === 'stopped') return 'stopped; what is done is kept'
  if (status === 'unchanged') return ['unchanged since it was done', ...place].join(', ')
  if (status === 'notStarted') return WORDS.notStarted
  const speed = timesRealTime === undefined ? [] : [`${timesRealTime} times real time`]
  return [`done in ${duration(seconds * 1000)}`, ...speed, ...place].join(', ')
}

function notes({ warnings, skipped }: BatchJob): string[] {
  return [
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(warnings > 0 ? [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`] : []),
  ]
}

/** An error can name several problems, a line each: the first, and how many more there are. */
function oneLine(message: string): string {
  const [first = '', ...more] = message.split('\n')
  return more.length === 0 ? first : `${first} (and ${more.length} more)`
}

/** Columns of the table that are set to the right. */
const FIGURES = [2, 3, 4, 5, 6]

/** The table: a row per job in the order of the batch, and what they come to. */
export function summaryTable(summary: BatchSummary, file: string): string {
  const rows = summary.jobs.map((job) => [
    job.jobId,
    WORDS[job.status],
    job.exitCode === null ? '' : String(job.exitCode),
    job.exitCode === null ? '' : duration(job.seconds * 1000),
    job.timesRealTime === undefined ? '' : `${job.timesRealTime}`,
    String(job.warnings),
    String(job.skipped),
    job.output ?? oneLine(job.error?.message ?? ''),
  ])
  const head = ['job', 'state', 'exit', 'time', 'x real time', 'warnings', 'skipped', 'file or error']
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)))
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, at) =>
        FIGURES.includes(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
  return [...lines, '', `${totalsLine(summary)}; ${file}`].join('\n')
}

/** "12 jobs in 12 min 30 s: 9 done, 2 unchanged, 1 failed" */
function totalsLine({ totals }: BatchSummary): string {
  const counts = (Object.keys(WORDS) as JobStatus[])
    .filter((status) => totals[status] > 0)
    .map((status) => `${totals[status]} ${WORDS[status]}`)
  const jobs = `${totals.jobs} ${totals.jobs === 1 ? 'job' : 'jobs'}`
  return `${jobs} in ${duration(totals.seconds * 1000)}: ${counts.join(', ')}`
}

/** "3 of 12 ended, running: job-4 (12.0 s), job-5 (3.20 s)", no longer than a line of the terminal. */
export function statusLine(options: {
  ended: number
  of: number
  running: readonly { readonly jobId: string; readonly ms: number }[]
  columns: number
}): string {
  const { ended, of, running, columns } = options
  const names = running.map(({ jobId, ms }) => `${jobId} (${duration(ms)})`)
  const line = `${ended} of ${of} ended, running: ${names.join(', ')}`
  return line.length < columns ? line : `${line.slice(0, Math.max(0, columns - 4))}...`
}
