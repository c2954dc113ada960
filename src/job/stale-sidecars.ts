/** Removes sidecars of an earlier finished file that were not made again and are now out of date. */
import pLimit from 'p-limit'
import type { Done } from '../records/done.ts'
import type { Log } from '../events/channels.ts'
import type { Output } from '../report/result.ts'
import { areStillThere } from '../storage/still-there.ts'
import type { Storage } from '../storage/storage.ts'

const AT_ONCE = 4
/** A job stopped at this point has its finished file in place; the cleanup gets this much extra time. */
const GRACE_MS = 10_000

/**
 * Removes only files that this worker put there itself for the same finished file, according to the record of the job's
 * last run. Files that cannot be removed are logged. Never throws, since the job is done.
 * @param options.signal the cleanup ends ten seconds after it aborts
 */
export async function removeStaleSidecars(options: {
  before: Done | undefined
  output: Output
  bucket: Pick<Storage, 'stat' | 'remove'>
  /** Whether a key holds one of the job's inputs. */
  isGiven: (key: string) => Promise<boolean>
  log: Log
  signal: AbortSignal
}): Promise<void> {
  const { before, output, bucket, isGiven, log, signal } = options
  const placed = before?.result.output
  const isSameFile =
    placed?.vendor === output.vendor && placed.bucket === output.bucket && placed.key === output.key
  if (!before || !isSameFile) return
  const kept = new Set([output.key, ...(output.files ?? []).map(({ key }) => key)])
  const stale = before.landed.beside.filter(({ key }) => !kept.has(key))
  const limit = pLimit(AT_ONCE)
  const inTime = laterThan(signal, GRACE_MS)
  await Promise.all(
    stale.map((one) =>
      limit(async () => {
        try {
          const isOurs = (await areStillThere(bucket, [one], inTime)) && !(await isGiven(one.key))
          if (isOurs) await bucket.remove(one.key, inTime)
        } catch (error) {
          log.warn({ err: error, key: one.key }, 'a side file of the earlier finished file is left')
        }
      }),
    ),
  )
}

/** Returns a signal that aborts the given time after another. */
function laterThan(signal: AbortSignal, ms: number): { signal: AbortSignal } {
  const later = new AbortController()
  const start = () => void setTimeout(() => later.abort(signal.reason), ms).unref()
  if (signal.aborted) start()
  else signal.addEventListener('abort', start, { once: true })
  return { signal: later.signal }
}
