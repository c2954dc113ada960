/** Takes away what lay beside an earlier finished file and was not made anew: it would show what is no longer so. */
import pLimit from 'p-limit'
import type { Done } from '../records/done.ts'
import type { Log } from '../events/channels.ts'
import type { Output } from '../report/result.ts'
import { areStillThere } from '../storage/still-there.ts'
import type { Storage } from '../storage/storage.ts'

const AT_ONCE = 4
/** A job that is told to stop by now has its finished file in place: the rest is worth this much more time. */
const GRACE_MS = 10_000

/**
 * Goes by the record of the job's last run: nothing is touched that this worker has not put there itself, under the
 * same finished file. What cannot be taken away is noted in the log.
 * @param options.signal leaves it ten seconds; it never throws, for the job is done
 */
export async function removeStaleSidecars(options: {
  before: Done | undefined
  output: Output
  bucket: Pick<Storage, 'stat' | 'remove'>
  /** Whether something that the job reads lies under a key. */
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

/** The same signal some time later. */
function laterThan(signal: AbortSignal, ms: number): { signal: AbortSignal } {
  const later = new AbortController()
  const start = () => void setTimeout(() => later.abort(signal.reason), ms).unref()
  if (signal.aborted) start()
  else signal.addEventListener('abort', start, { once: true })
  return { signal: later.signal }
}
