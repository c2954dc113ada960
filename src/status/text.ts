/** Formats jobs as text: one in detail, many as a table. Pure. */
import { say } from '../messages/index.ts'
import { wallClock } from '../model/zone.ts'
import { barLine, plainLine } from '../progress/line.ts'
import type { PhaseState } from '../progress/track.ts'
import { duration, placeOf, size } from '../report/text.ts'
import { harmless } from '../text/harmless.ts'
import { tableLines } from '../text/table.ts'
import { cutTo, cutToLine, textWidth } from '../text/width.ts'
import type { Child } from './processes.ts'
import type { JobRecord } from './read.ts'
import { phaseOf } from './state.ts'

/** The processes of a running job. */
export interface Processes {
  readonly pid: number
  /** Memory of the worker itself. */
  readonly bytes: number | undefined
  readonly ffmpegs: readonly Child[]
}

/** @param nowMs Unix time in ms @param zone IANA name, in which times are shown */
interface Clock {
  readonly nowMs: number
  readonly zone: string
}

/** Describes a running job, in lines. */
export function runningLines(running: {
  jobId: string
  elapsedMs: number
  phase: PhaseState | undefined
  processes: Processes | undefined
}): string[] {
  const { jobId, elapsedMs, phase, processes } = running
  return [
    say({ code: 'statusRuns', params: { jobId, length: duration(elapsedMs) } }),
    `  ${phase ? plainLine(phase) : say({ code: 'statusBetween', params: {} })}`,
    ...(processes ? processLines(processes).map((line) => `  ${line}`) : []),
  ]
}

function processLines({ pid, bytes, ffmpegs }: Processes): string[] {
  const memory = (of: number | undefined) => (of === undefined ? {} : { memory: size(of) })
  return [
    say({ code: 'statusWorker', params: { pid, ...memory(bytes) } }),
    ...ffmpegs.map((child) =>
      say({
        code: 'statusFfmpeg',
        params: { pid: child.pid, output: child.output, ...memory(child.bytes) },
      }),
    ),
  ]
}

/**
 * Describes one job in detail.
 * @param processes of a job that runs on this machine
 */
export function jobLines(
  record: JobRecord,
  { nowMs, zone }: Clock,
  processes: Processes | undefined,
): string[] {
  const { jobId, status, state, log, seconds, timesRealTime, exitCode, output, error, warnings, skipped } =
    record
  const [at, path] = [wallClock(Date.parse(record.at), zone), log]
  const last = say({ code: 'statusLog', params: { path } })
  const phase = state && phaseOf(state)
  if (status === 'running') {
    const elapsedMs = nowMs - Date.parse(record.at)
    return [...runningLines({ jobId, elapsedMs, phase, processes }), `  ${last}`]
  }
  const head = say({ code: 'statusEnded', params: { jobId, status, at } })
  if (status === 'died') {
    const how = phase ? plainLine(phase) : say({ code: 'statusBetween', params: {} })
    return [head, `  ${how}`, `  ${say({ code: 'statusDied', params: {} })}`, `  ${last}`]
  }
  return [
    head,
    ...[
      ...(seconds === undefined || exitCode === undefined
        ? []
        : [
            say({
              code: 'statusTook',
              params: {
                length: duration(seconds * 1000),
                ...(timesRealTime && { times: String(timesRealTime) }),
                exitCode,
                warnings: warnings ?? 0,
                skipped: skipped ?? 0,
              },
            }),
          ]),
      ...(output ? [placeOf(output)] : []),
      ...(error ? error.message.split('\n') : []),
      last,
    ].map((line) => `  ${harmless(line)}`),
  ]
}

type Column = 'job' | 'status' | 'at' | 'time' | 'speed' | 'exit' | 'what'

const WIDE: readonly Column[] = ['job', 'status', 'at', 'time', 'speed', 'exit', 'what']
/** Where there is little room: what a job is doing, how far it is, and what went wrong. */
const NARROW: readonly Column[] = ['job', 'status', 'time', 'what']
const FIGURES: readonly Column[] = ['time', 'speed', 'exit']
/** The least width for all columns. */
const LEAST_WIDE = 120
/** The widest name of a job where there is little room. */
const MOST_NAME = 26

/**
 * One row per job, no wider than `columns`.
 * @param options.older number of jobs not shown
 */
export function jobsTable(
  options: Clock & { records: readonly JobRecord[]; older: number; columns: number },
): string[] {
  const { records, older, columns, zone } = options
  if (records.length === 0) return [say({ code: 'statusNone', params: {} })]
  const shown = columns < LEAST_WIDE ? NARROW : WIDE
  const head = shown.map((column) => say({ code: 'statusColumn', params: { column, zone } }))
  const rows = records.map((record) => cellsOf(record, options))
  // The last column takes what the others leave.
  const others = shown.filter((column) => column !== 'what')
  const widths = others.map((column, i) =>
    Math.max(textWidth(head[i] ?? ''), ...rows.map((cells) => textWidth(cells[column]))),
  )
  const room = columns - widths.reduce((sum, width) => sum + width + 2, 0)
  const lines = tableLines(
    [
      head,
      ...rows.map((cells, i) => shown.map((one) => (one === 'what' ? whatOf(records[i], room) : cells[one]))),
    ],
    shown.flatMap((column, at) => (FIGURES.includes(column) ? [at] : [])),
  )
  return [
    ...lines.map((line) => cutTo(line, columns)),
    ...(older > 0 ? [say({ code: 'statusOlder', params: { count: older } })] : []),
  ]
}

function cellsOf(
  record: JobRecord,
  { nowMs, zone, columns }: Clock & { columns: number },
): Record<Exclude<Column, 'what'>, string> {
  const { jobId, status, at, seconds, timesRealTime, exitCode, state } = record
  const phase = state && phaseOf(state)
  const took = status === 'running' ? (nowMs - Date.parse(at)) / 1000 : seconds
  const speed =
    phase?.speed && 'timesRealTime' in phase.speed ? phase.speed.timesRealTime.toFixed(1) : undefined
  return {
    job: columns < LEAST_WIDE ? cutToLine(jobId, MOST_NAME) : harmless(jobId),
    status: say({ code: 'statusState', params: { status } }),
    // The head names the zone.
    at: wallClock(Date.parse(at), zone).slice(0, 19),
    time: took === undefined ? '' : duration(took * 1000),
    speed: status === 'running' ? (speed ?? '') : String(timesRealTime ?? ''),
    exit: exitCode === undefined ? '' : String(exitCode),
  }
}

/** What went wrong, where the film is, or how far a job is, in `room` cells. */
function whatOf(record: JobRecord | undefined, room: number): string {
  const { error, output, state } = record ?? {}
  const phase = state && phaseOf(state)
  if (error) return harmless(error.message.split('\n')[0] ?? '')
  if (output) return harmless(placeOf(output))
  if (!phase) return ''
  return room < textWidth(plainLine(phase))
    ? harmless(barLine(phase, Math.max(0, room)))
    : harmless(plainLine(phase))
}
