/** Formats jobs as text: one in detail, many as a table. Pure. */
import { say } from '../messages/index.ts'
import { plainLine } from '../progress/line.ts'
import type { PhaseState } from '../progress/track.ts'
import { duration, placeOf, size } from '../report/text.ts'
import { harmless } from '../text/harmless.ts'
import { tableLines } from '../text/table.ts'
import { cutTo } from '../text/width.ts'
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
 * @param nowMs Unix time in ms
 * @param processes of a job that runs on this machine
 */
export function jobLines(record: JobRecord, nowMs: number, processes: Processes | undefined): string[] {
  const { jobId, status, state, log, seconds, timesRealTime, exitCode, output, error, warnings, skipped } =
    record
  const [at, path] = [localTime(record.at), log]
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

const COLUMNS = ['job', 'status', 'at', 'time', 'speed', 'exit', 'what'] as const
const FIGURES = [3, 4, 5]

/**
 * One row per job, no wider than `columns`.
 * @param options.older number of jobs not shown
 */
export function jobsTable(options: {
  records: readonly JobRecord[]
  older: number
  nowMs: number
  columns: number
}): string[] {
  const { records, older, nowMs, columns } = options
  if (records.length === 0) return [say({ code: 'statusNone', params: {} })]
  const head = COLUMNS.map((column) => say({ code: 'statusColumn', params: { column } }))
  const lines = tableLines([head, ...records.map((record) => rowOf(record, nowMs))], FIGURES)
  return [
    ...lines.map((line) => cutTo(line, columns)),
    ...(older > 0 ? [say({ code: 'statusOlder', params: { count: older } })] : []),
  ]
}

function rowOf(record: JobRecord, nowMs: number): string[] {
  const { jobId, status, at, seconds, timesRealTime, exitCode, error, output, state } = record
  const phase = state && phaseOf(state)
  const took = status === 'running' ? (nowMs - Date.parse(at)) / 1000 : seconds
  const speed =
    phase?.speed && 'timesRealTime' in phase.speed ? phase.speed.timesRealTime.toFixed(1) : undefined
  return [
    harmless(jobId),
    say({ code: 'statusState', params: { status } }),
    localTime(at),
    took === undefined ? '' : duration(took * 1000),
    status === 'running' ? (speed ?? '') : String(timesRealTime ?? ''),
    exitCode === undefined ? '' : String(exitCode),
    harmless(error?.message.split('\n')[0] ?? (output ? placeOf(output) : phase ? plainLine(phase) : '')),
  ]
}

/** Formats a time in the local time zone: "2026-11-22 10:05:03". */
function localTime(iso: string): string {
  const at = new Date(iso)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-')
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`
}
