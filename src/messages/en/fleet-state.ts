/** What `status` shows of a fleet. */
const COLUMNS = {
  machine: 'machine',
  ffmpeg: 'ffmpeg',
  since: 'since',
  busy: 'busy',
  doing: 'does',
  kind: 'tasks',
  job: 'job',
  app: 'AppId',
  by: 'run by',
  done: 'done',
  waiting: 'waiting',
  running: 'running',
  failed: 'failed',
} as const

export const fleetState = {
  fleetNone: (_: object) => 'no machine takes tasks from the queue',
  fleetUnreachable: (p: { address: string; detail: string }) =>
    `the queue at ${p.address} cannot be reached${p.detail ? ` (${p.detail})` : ''}, so its machines and tasks are not shown`,
  fleetColumn: (p: { column: keyof typeof COLUMNS }) => COLUMNS[p.column],
  fleetDoes: (p: { jobId: string; task: string; length: string }) => `${p.jobId} ${p.task}, ${p.length}`,
  fleetOldest: (p: { length: string }) => `the oldest waiting task was added ${p.length} ago`,
  fleetIdle: (_: object) => 'there are no tasks on the queue',
}
