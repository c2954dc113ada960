/** Checks whether recordings are unchanged since they were probed. */
import pLimit from 'p-limit'
import { JobError } from '../errors.ts'
import type { Log } from '../events/channels.ts'
import type { Storage } from '../storage/storage.ts'

/** A recording as it was when probed. */
export interface SeenRecording {
  readonly name: string
  readonly key: string
  /** As returned by `Storage.identify`. */
  readonly identity: string
}

/**
 * Rejects output made from recordings that have since changed.
 * @param options.isCopied whether local copies were used: a recording that has been deleted since, or a bucket that
 *   does not respond, is then no reason to reject
 * @throws JobError `recordingsChanged`; the bucket's error if it cannot be queried
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
