/** `status`: shows the progress of one job, or all jobs that run or have run with this log folder. */
import { hostname } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { type Settings, placesOf } from '../cli/settings.ts'
import { EXIT, type ExitCode, JobError } from '../errors.ts'
import type { Invocation } from '../cli/invocation.ts'
import { stopOnSignals } from '../cli/signals.ts'
import { fleetLines } from '../fleet/state-text.ts'
import { canRedraw } from '../progress/redrawn-line.ts'
import { ffmpegsOf, memoryOf } from '../status/processes.ts'
import { type JobRecord, readJobRecord, readJobRecords } from '../status/read.ts'
import { type Processes, jobLines, jobsTable } from '../status/text.ts'
import { harmlessJson } from '../text/harmless.ts'
import { cutTo } from '../text/width.ts'
import { queueSettings } from './queue-settings.ts'
import { type FleetStatus, openFleetStatus } from './status-fleet.ts'

/** Ended jobs in the table; `--json` shows all. */
const MOST_ENDED = 50
/** A reader other than a terminal truncates lines itself. */
const NO_TERMINAL_COLUMNS = 1000
const WATCH_EVERY_MS = 1000

/**
 * @returns the exit code
 * @throws JobError with exit code 3 if nothing is known of the requested job
 */
export async function status(invocation: Invocation, { conf, error }: Settings): Promise<ExitCode> {
  if (error) throw error
  const { logFolder } = placesOf(invocation, conf)
  const stopping = stopOnSignals()
  const { signal } = stopping
  const queue = invocation.jobId === undefined ? queueSettings(invocation, conf) : undefined
  const fleet = queue && (await openFleetStatus(queue, signal))
  const look = () => linesOf(invocation, { logFolder, zone: conf.watermark.zone, fleet })
  try {
    let { lines, isOver } = await look()
    if (!invocation.watch) {
      print(lines)
      return EXIT.done
    }
    for (;;) {
      draw(lines, isOver)
      if (isOver) return EXIT.done
      await pause(WATCH_EVERY_MS, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return EXIT.done
      ;({ lines, isOver } = await look())
    }
  } finally {
    fleet?.close()
    stopping.stop()
  }
}

/** One look at a job, or at all of them, and whether a watched job is over. */
async function linesOf(
  { jobId, json, watch }: Invocation,
  { logFolder, zone, fleet }: { logFolder: string; zone: string; fleet: FleetStatus | undefined },
): Promise<{ lines: readonly string[]; isOver: boolean }> {
  const nowMs = Date.now()
  if (jobId === undefined) {
    const { records, older } = await readJobRecords(logFolder, json ? Infinity : MOST_ENDED)
    const columns = process.stdout.columns || NO_TERMINAL_COLUMNS
    const rows = watch ? process.stdout.rows : undefined
    const state = await fleet?.read()
    const lines = json
      ? [harmlessJson({ version: 1, jobs: records, ...(fleet && { fleet: state ?? null }) }, 2)]
      : [
          ...(state ? [...fleetLines(state, { nowMs, zone, columns }), ''] : []),
          ...jobsTable({ records, older, nowMs, zone, columns }),
        ]
    return { lines: rows ? lines.slice(0, Math.max(1, rows - 1)) : lines, isOver: false }
  }
  const record = await readJobRecord(logFolder, jobId)
  if (!record) {
    const params = { jobId, folder: logFolder }
    throw new JobError({ code: 'statusUnknown', params }, { exitCode: EXIT.noSuchJob, fault: 'config' })
  }
  const lines = json ? [harmlessJson(record, 2)] : jobLines(record, { nowMs, zone }, processesOf(record))
  return { lines, isOver: record.status !== 'running' }
}

/** Replaces what a terminal shows; elsewhere what is new follows. @param isLast it stays, so it is shown whole */
function draw(lines: readonly string[], isLast: boolean): void {
  const isTerminal = canRedraw(process.stdout)
  if (isTerminal) process.stdout.write('\x1b[H\x1b[2J')
  const columns = process.stdout.columns || NO_TERMINAL_COLUMNS
  print(isTerminal && !isLast ? lines.map((line) => cutTo(line, columns)) : lines)
}

function processesOf({ status: how, state }: JobRecord): Processes | undefined {
  if (how !== 'running' || state?.host !== hostname()) return undefined
  return { pid: state.pid, bytes: memoryOf(state.pid), ffmpegs: ffmpegsOf(state.pid) }
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}
