import pLimit from 'p-limit'
import type { ObjectFacts, Storage, TransferOptions } from './storage.ts'

/** An object as a put stored it, recorded for a later run to check. */
export interface Recorded extends ObjectFacts {
  readonly key: string
}

/** Concurrent requests. */
const AT_ONCE = 8

/**
 * Whether the bucket still has all recorded objects with the same length and version.
 * @throws JobError as `Storage.stat` does if the bucket cannot be queried
 */
export async function areStillThere(
  storage: Pick<Storage, 'stat'>,
  recorded: readonly Recorded[],
  options?: TransferOptions,
): Promise<boolean> {
  const limit = pLimit(AT_ONCE)
  let isWhole = true
  await Promise.all(
    recorded.map(({ key, bytes, version }) =>
      limit(async () => {
        // One missing object is enough.
        if (!isWhole) return
        const found = await storage.stat(key, options)
        isWhole &&= found?.bytes === bytes && found.version === version
      }),
    ),
  )
  return isWhole
}
