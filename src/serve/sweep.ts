/** Periodic work of the service: removes old jobs, and sends undelivered callbacks. */
import { isThere } from '../files/read-file.ts'
import { jobFile } from '../records/job-files.ts'
import { type JobRef, type ServedJob, isEnded } from './served-job.ts'
import type { Store } from './store.ts'

export interface SweepOptions {
  readonly store: Store
  readonly keepMs: number
  readonly now: () => number
  /** Sends the callbacks of a job that are still to be delivered. */
  readonly replay: (ref: JobRef, job: ServedJob) => Promise<void>
  readonly onGone: (ref: JobRef) => void
  readonly signal: AbortSignal
}

/** One pass over all jobs, one after the other. */
export async function sweep(options: SweepOptions): Promise<void> {
  const { store, keepMs, now, replay, onGone, signal } = options
  for (const ref of await store.list()) {
    if (signal.aborted) return
    const job = await store.read(ref).catch(() => undefined)
    if (!job) continue
    if (isOld(job, now() - keepMs)) {
      await store.locked(ref, async () => {
        // It may have been started again since.
        const current = await store.read(ref)
        if (!current || !isOld(current, now() - keepMs)) return
        await store.remove(ref)
        onGone(ref)
      })
      continue
    }
    const isIdle = isEnded(job.state) || job.state === 'acquired'
    const { logFolder } = store.places(ref)
    if (isIdle && (await isThere(jobFile({ logFolder, jobId: ref.jobId }, 'undelivered'))))
      await replay(ref, job)
  }
}

function isOld({ state, acquiredAtMs, queuedAtMs, endedAtMs }: ServedJob, beforeMs: number): boolean {
  if (state === 'acquired') return Math.max(acquiredAtMs, queuedAtMs ?? 0) < beforeMs
  return isEnded(state) && (endedAtMs ?? 0) < beforeMs
}
