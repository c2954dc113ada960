/** Formats a batch as text: a line per job, the final table, the running jobs. Pure. */
import { type Message, say } from '../messages/index.ts'
import { duration } from '../report/text.ts'
import { tableLines } from '../text/table.ts'
import { cutTo } from '../text/width.ts'
import type { BatchJob, BatchSummary } from './summary.ts'
import type { BatchJobStatus } from '../model/status.ts'
import { harmless } from '../text/harmless.ts'

/** "3/12 job-4711: done in 1 min 02 s, 4.1 times real time, /bucket/out/job-4711.mp4, 1 warning" */
export function jobLine(job: BatchJob, at: { ended: number; of: number }): string {
  const { jobId, warnings, skipped } = job
  return say({ code: 'batchJob', params: { ...at, jobId, how: say(how(job)), warnings, skipped } })
}

function how({ status, seconds, timesRealTime: speed, output, exitCode, error }: BatchJob): Message {
  const place = output !== undefined && { output }
  switch (status) {
    case 'done': {
      const params = { length: duration(seconds * 1000), speed, ...place }
      return { code: 'batchDone', params }
    }
    case 'unchanged':
      return { code: 'batchUnchanged', params: { ...place } }
    case 'failed':
      return { code: 'batchFailed', params: { exitCode, ...firstLine(error?.message ?? '') } }
    case 'stopped':
      return { code: 'batchStopped', params: {} }
    case 'notStarted':
      return { code: 'batchNotStarted', params: {} }
  }
}

/** The first problem of an error message, and the number of further lines. */
function firstLine(message: string): { reason: string; more: number } {
  const [reason = '', ...more] = message.split('\n')
  return { reason, more: more.length }
}

const COLUMNS = ['job', 'state', 'exit', 'time', 'speed', 'warnings', 'skipped', 'output'] as const

/** Right-aligned columns of the table. */
const FIGURES = [2, 3, 4, 5, 6]

const STATES: readonly BatchJobStatus[] = ['done', 'unchanged', 'failed', 'stopped', 'notStarted']

/** The table: a row per job in batch order, and the totals. */
export function summaryTable(summary: BatchSummary, file: string): string {
  const rows = summary.jobs.map((job) => [
    harmless(job.jobId),
    say({ code: 'batchState', params: { status: job.status } }),
    job.exitCode === null ? '' : String(job.exitCode),
    job.exitCode === null ? '' : duration(job.seconds * 1000),
    job.timesRealTime === undefined ? '' : `${job.timesRealTime}`,
    String(job.warnings),
    String(job.skipped),
    job.output === undefined
      ? say({ code: 'batchFirstError', params: firstLine(job.error?.message ?? '') })
      : harmless(job.output),
  ])
  const head = COLUMNS.map((column) => say({ code: 'batchColumn', params: { column } }))
  const lines = tableLines([head, ...rows], FIGURES)
  return [...lines, '', totalsLine(summary, file)].join('\n')
}

/** "12 jobs in 12 min 30 s: 9 done, 2 unchanged, 1 failed; logs/batch-….json" */
function totalsLine({ totals }: BatchSummary, file: string): string {
  const counts = Object.fromEntries(
    STATES.filter((status) => totals[status] > 0).map((status) => [status, totals[status]]),
  )
  const length = duration(totals.seconds * 1000)
  return say({ code: 'batchTotals', params: { jobs: totals.jobs, length, counts, file } })
}

/** "3 of 12 ended, running: job-4 (12.0 s), job-5 (3.20 s)", at most `columns` wide. */
export function statusLine(options: {
  ended: number
  of: number
  /** `share` of its current phase, 0 to 1, as far as it is known. */
  running: readonly { readonly jobId: string; readonly ms: number; readonly share?: number | undefined }[]
  columns: number
}): string {
  const { ended, of, columns } = options
  const running = options.running.map(({ jobId, ms, share }) => ({
    jobId,
    length: duration(ms),
    ...(share !== undefined && { percent: Math.floor(share * 100) }),
  }))
  return cutTo(say({ code: 'batchRunning', params: { ended, of, running } }), columns)
}
