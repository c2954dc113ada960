/** Shows the state of a fleet as text. Pure. */
import { type Message, say } from '../messages/index.ts'
import { wallClock } from '../model/zone.ts'
import { duration } from '../report/text.ts'
import { harmless } from '../text/harmless.ts'
import { tableLines } from '../text/table.ts'
import { cutTo } from '../text/width.ts'
import type { FleetState } from './state.ts'

type Column = Extract<Message, { code: 'fleetColumn' }>['params']['column']

/**
 * Machines, tasks by kind, and jobs, as tables.
 * @param how.nowMs Unix time in ms @param how.zone IANA name, in which times are shown @param how.columns width
 */
export function fleetLines(
  { machines, tasks, oldestWaiting, jobs }: FleetState,
  { nowMs, zone, columns }: { nowMs: number; zone: string; columns: number },
): string[] {
  const ago = (at: string): string => duration(Math.max(0, nowMs - Date.parse(at)))
  const lines = [
    ...(machines.length === 0
      ? [say({ code: 'fleetNone', params: {} })]
      : table(
          ['machine', 'ffmpeg', 'since', 'busy', 'doing'],
          machines.map(({ host, pid, ffmpeg, since, busy, places, doing }) => [
            `${host}:${pid}`,
            ffmpeg ?? '',
            wallClock(Date.parse(since), zone).slice(0, 19),
            `${busy}/${places}`,
            doing
              .map(({ jobId, task, since: begun }) =>
                say({ code: 'fleetDoes', params: { jobId, task, length: ago(begun) } }),
              )
              .join('; '),
          ]),
        )),
    '',
    ...(tasks.length === 0
      ? [say({ code: 'fleetIdle', params: {} })]
      : table(
          ['kind', 'waiting', 'running', 'failed'],
          tasks.map(({ kind, waiting, running, failed }) => [
            kind,
            ...[waiting, running, failed].map((count) => String(count)),
          ]),
        )),
    ...(oldestWaiting === null ? [] : [say({ code: 'fleetOldest', params: { length: ago(oldestWaiting) } })]),
    ...(jobs.length === 0
      ? []
      : [
          '',
          ...table(
            ['job', 'app', 'by', 'done', 'waiting', 'running', 'failed'],
            jobs.map(({ jobId, appId, host, tasks: of, done, waiting, running, failed }) => [
              ...[jobId, appId, host ?? '', of === null ? '' : `${done ?? 0}/${of}`],
              ...[waiting, running, failed].map((count) => String(count)),
            ]),
          ),
        ]),
  ]
  return lines.map((line) => cutTo(line, columns))
}

function table(head: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const figures: readonly Column[] = ['busy', 'done', 'waiting', 'running', 'failed']
  return tableLines(
    [
      head.map((column) => say({ code: 'fleetColumn', params: { column } })),
      ...rows.map((cells) => cells.map(harmless)),
    ],
    head.flatMap((column, at) => (figures.includes(column) ? [at] : [])),
  )
}
