/** Whether recordings are still what they were when they were looked at. */
import pLimit from 'p-limit'
import { JobError } from '../errors.ts'
import type { Log } from '../events/channels.ts'
import type { Storage } from '../storage/storage.ts'

/** A recording as it was when it was looked at. */
export interface SeenRecording {
  readonly name: string
  readonly key: string
  /** As `Storage.identify` says it. */
  readonly identity: string
}

/**
 * Refuses to go on with what was made of recordings that are others by now.
 * @param options.isCopied what was looked at are copies on this machine: a recording that is gone since, or a bucket that
 *   does not answer, says nothing against those
 * @throws JobError `recordingsChanged`; as the bucket does where it cannot be asked
 */
export async function refuseChanged(options: {
  storage: Pick<Storage, 'identify'>
  seen: readonly SeenRecording[]
  isCopied: boolean
  atOnce: number
  log: Log
  signal: AbortSignal
}): Promise<void> {
  const { storage, seen, isCopied, atOnce, log, signal } = options
  const limit = pLimit(atOnce)
  const isChanged = async ({ key, identity }: SeenRecording) => {
    try {
      const now = await storage.identify(key, { signal })
      return now === undefined ? !isCopied : now !== identity
    } catch (error) {
      signal.throwIfAborted()
      if (!isCopied) throw error
      log.warn({ err: error, key }, 'it is not known whether a recording has changed')
      return false
    }
  }
  const flags = await Promise.all(seen.map((one) => limit(() => isChanged(one))))
  const [first, ...others] = seen.filter((_, i) => flags[i])
  if (!first) return
  const params = { name: first.name, others: others.length }
  throw new JobError({ code: 'recordingsChanged', params }, { fault: 'input', retryable: true })
}
