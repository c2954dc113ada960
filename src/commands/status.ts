/** `status`: shows the progress of one job, or all jobs that run or have run with this log folder. */
import { hostname } from 'node:os'
import { type Settings, placesOf } from '../cli/settings.ts'
import { EXIT, type ExitCode, JobError } from '../errors.ts'
import type { Invocation } from '../cli/options.ts'
import { ffmpegsOf, memoryOf } from '../status/processes.ts'
import { type JobRecord, readJobRecord, readJobRecords } from '../status/read.ts'
import { type Processes, jobLines, jobsTable } from '../status/text.ts'
import { harmlessJson } from '../text/harmless.ts'

/** Ended jobs in the table; `--json` shows all. */
const MOST_ENDED = 50
/** A reader other than a terminal truncates lines itself. */
const NO_TERMINAL_COLUMNS = 1000

/**
 * @returns the exit code
 * @throws JobError with exit code 3 if nothing is known of the requested job
 */
export async function status(invocation: Invocation, { conf, error }: Settings): Promise<ExitCode> {
  if (error) throw error
  const { jobId, json } = invocation
  const { logFolder } = placesOf(invocation, conf)
  const nowMs = Date.now()
  if (jobId === undefined) {
    const { records, older } = await readJobRecords(logFolder, json ? Infinity : MOST_ENDED)
    const columns = process.stdout.columns || NO_TERMINAL_COLUMNS
    if (json) print([harmlessJson({ version: 1, jobs: records }, 2)])
    else print(jobsTable({ records, older, nowMs, columns }))
    return EXIT.done
  }
  const record = await readJobRecord(logFolder, jobId)
  if (!record) {
    const params = { jobId, folder: logFolder }
    throw new JobError({ code: 'statusUnknown', params }, { exitCode: EXIT.noSuchJob, fault: 'config' })
  }
  print(json ? [harmlessJson(record, 2)] : jobLines(record, nowMs, processesOf(record)))
  return EXIT.done
}

function processesOf({ status: how, state }: JobRecord): Processes | undefined {
  if (how !== 'running' || state?.host !== hostname()) return undefined
  return { pid: state.pid, bytes: memoryOf(state.pid), ffmpegs: ffmpegsOf(state.pid) }
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}
