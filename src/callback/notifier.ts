/** The interface through which the worker sends callbacks. */
import { createHash } from 'node:crypto'
import { type CallbackEvent, type Stage, stageAfter } from './event.ts'
import { withoutPaths } from './from-job.ts'
import type { CallbackOptions, FinishOptions, Summary } from './delivery-queue.ts'
import type { Notice } from './dialect.ts'

export type { CallbackOptions, FinishOptions, Summary } from './delivery-queue.ts'

export interface Notifier {
  /** Notifies all receivers of an event. Returns at once and never throws because of a receiver. */
  readonly tell: (event: CallbackEvent) => void
  /** Number of undelivered messages. */
  readonly waiting: () => number
  /** Waits for pending messages and keeps those that are not delivered. `tell` must not be called afterwards. */
  readonly finish: (options?: FinishOptions) => Promise<Summary>
}

/** Interval of progress messages. */
const PROGRESS_EVERY_MS = 60_000

const SILENT: Notifier = {
  tell: () => undefined,
  waiting: () => 0,
  finish: () => Promise.resolve({ delivered: 0, undelivered: 0, withoutReceiver: 0 }),
}

/**
 * Opens a job's callbacks: sends what an earlier run left, and resumes its run if its process was killed. Without an
 * open entry in NotifyConfig, unless one may come, it does nothing and loads nothing. If a folder is given, the caller holds the job's lock.
 */
export async function openNotifier(options: CallbackOptions): Promise<Notifier> {
  if (options.sender.targets.length === 0 && !options.receivers) return SILENT
  const [{ openDeliveryQueue }, { DIALECTS }] = await Promise.all([
    import('./delivery-queue.ts'),
    import('./dialects/index.ts'),
  ])
  const { sender, hidden = [], now = Date.now } = options
  const queue = openDeliveryQueue({ ...options, newRun: new Date(now()).toISOString() })
  const { outbox } = queue
  let stage: Stage = { hasStarted: false, isUploading: false }
  let progressedMs = -Infinity

  const tell = (told: CallbackEvent): void => {
    const event = 'message' in told ? { ...told, message: withoutPaths(told.message, hidden) } : told
    const { made, isUploading } = stage
    if (event.kind === 'failed' && made && isUploading)
      tell({ kind: 'uploadFailed', file: made, message: event.message, fault: event.uploadFault })
    const atMs = now()
    if (event.kind === 'progress' && atMs - progressedMs < PROGRESS_EVERY_MS) return
    // The interval starts again in each phase: an upload shorter than it has no progress.
    if (['started', 'uploadStarted', 'progress'].includes(event.kind)) progressedMs = atMs
    const targets = queue.targets()
    const nextOf = (url: string): number => {
      const names = [...targets].filter(([, other]) => other.url === url).map(([name]) => name)
      return Math.max(...names.map((name) => outbox.lastSequence(name))) + 1
    }
    for (const [target, { service, dialect, url }] of targets) {
      const { notices, draft } = DIALECTS[dialect]
      for (const notice of notices(event, { service, stage })) {
        const id = eventId({ jobId: sender.jobId, run: outbox.run, target, notice, atMs })
        if (outbox.has(id)) continue
        const stamp = { id, sequence: nextOf(url), atMs }
        const message = { ...stamp, target, event: notice.name, body: draft(notice, stamp, sender) }
        outbox.add(message)
        queue.send(message)
      }
    }
    stage = stageAfter(stage, event)
    if (event.kind === 'ended' || event.kind === 'failed') outbox.over()
  }
  if (outbox.isResumed) tell({ kind: 'restarted' })
  return { tell, waiting: () => outbox.count(), finish: queue.finish }
}

/**
 * Returns an event's ID. The same event of a run has the same ID in every process, so a job resumed after kill -9 does
 * not send an event twice under two IDs. Events that recur are distinguished by their time.
 */
function eventId(of: { jobId: string; run: string; target: string; notice: Notice; atMs: number }): string {
  const { jobId, run, target, notice, atMs } = of
  const { name, data, subject = null, isMoment } = notice
  const parts = [jobId, run, target, name, data, subject, isMoment ? atMs : null]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}
