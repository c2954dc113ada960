/** Takes away what lay beside an earlier finished file and was not made anew: it would show what is no longer so. */
import pLimit from 'p-limit'
import type { Done } from './done-job.ts'
import type { Logger } from './log.ts'
import type { Output } from './report/result.ts'
import { areStillThere } from './storage/still-there.ts'
import type { Storage } from './storage/storage.ts'

const AT_ONCE = 4

/**
 * Goes by the record of the job's last run: nothing is touched that this worker has not put there itself, under the
 * same finished file. What cannot be taken away is noted in the log.
 */
export async function removeStaleSides(options: {
  before: Done | undefined
  output: Output
  bucket: Pick<Storage, 'stat' | 'remove'>
  log: Logger
  signal: AbortSignal
}): Promise<void> {
  const { before, output, bucket, log, signal } = options
  const placed = before?.result.output
  const isSameFile =
    placed?.vendor === output.vendor && placed.bucket === output.bucket && placed.key === output.key
  if (!before || !isSameFile) return
  const kept = new Set((output.files ?? []).map(({ key }) => key))
  const stale = before.landed.beside.filter(({ key }) => !kept.has(key))
  const limit = pLimit(AT_ONCE)
  await Promise.all(
    stale.map((one) =>
      limit(async () => {
        try {
          if (await areStillThere(bucket, [one], { signal })) await bucket.remove(one.key, { signal })
        } catch (error) {
          signal.throwIfAborted()
          log.warn({ err: error, key: one.key }, 'a side file of the earlier finished file is left')
        }
      }),
    ),
  )
}
