/** What the rest of the worker tells things to. */
import { createHash } from 'node:crypto'
import { type CallbackEvent, type Stage, stageAfter } from './event.ts'
import { withoutPaths } from './from-job.ts'
import type { CallbackOptions, FinishOptions, DeliveryQueue, Summary } from './delivery-queue.ts'
import type { Notice } from './dialect.ts'

export type { CallbackOptions, FinishOptions, Summary } from './delivery-queue.ts'

export interface Notifier {
  /** Tells everybody who wants to know. Returns at once and never throws for a receiver's sake. */
  readonly tell: (event: CallbackEvent) => void
  /** How many are on their way. */
  readonly waiting: () => number
  /** Waits for what is still on its way, keeps what does not arrive. Nothing may be told after it. */
  readonly finish: (options?: FinishOptions) => Promise<Summary>
}

/** Progress is passed on this often. */
const PROGRESS_EVERY_MS = 60_000

const SILENT: Notifier = {
  tell: () => undefined,
  waiting: () => 0,
  finish: () => Promise.resolve({ delivered: 0, undelivered: 0, withoutReceiver: 0 }),
}

/**
 * Opens a job's callbacks: sends what an earlier run left, and goes on with its run where its process was killed.
 * Without an open entry in NotifyConfig it does nothing and loads nothing. Whoever gives a folder holds the job's
 * lock.
 */
export async function openNotifier(options: CallbackOptions): Promise<Notifier> {
  if (options.sender.targets.length === 0) return SILENT
  const [{ openDeliveryQueue }, { DIALECTS }] = await Promise.all([
    import('./delivery-queue.ts'),
    import('./dialects/index.ts'),
  ])
  const { sender, hidden = [], now = Date.now } = options
  const queue = openDeliveryQueue({ ...options, newRun: new Date(now()).toISOString() })
  const { outbox, targets } = queue
  const nextOf = sequences(queue)
  let stage: Stage = { hasStarted: false, isUploading: false }
  let progressedMs = -Infinity

  const tell = (told: CallbackEvent): void => {
    const event = 'message' in told ? { ...told, message: withoutPaths(told.message, hidden) } : told
    const { made, isUploading } = stage
    if (event.kind === 'failed' && made && isUploading)
      tell({ kind: 'uploadFailed', file: made, message: event.message, fault: event.uploadFault })
    const atMs = now()
    if (event.kind === 'progress' && atMs - progressedMs < PROGRESS_EVERY_MS) return
    // Each phase has its own minutes: an upload shorter than one has no progress.
    if (['started', 'uploadStarted', 'progress'].includes(event.kind)) progressedMs = atMs
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
 * Names an event. The same thing of the same run has the same name, whichever process tells it: a job that goes on
 * after kill -9 says nothing twice under two names. What happens anew each time is told apart by its time.
 */
function eventId(of: { jobId: string; run: string; target: string; notice: Notice; atMs: number }): string {
  const { jobId, run, target, notice, atMs } = of
  const { name, data, subject = null, isMoment } = notice
  const parts = [jobId, run, target, name, data, subject, isMoment ? atMs : null]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

/** Counts per receiver, on from where the run was left. */
function sequences({ outbox, targets }: DeliveryQueue): (url: string) => number {
  const next = new Map<string, number>()
  for (const { target, sequence } of outbox.told) {
    const url = targets.get(target)?.url
    if (url !== undefined) next.set(url, Math.max(next.get(url) ?? 0, sequence + 1))
  }
  return (url) => {
    const sequence = next.get(url) ?? 0
    next.set(url, sequence + 1)
    return sequence
  }
}
