import pLimit from 'p-limit'
import type { ObjectFacts, Storage, TransferOptions } from './storage.ts'

/** An object as a put has left it, for a later run to look for. */
export interface Recorded extends ObjectFacts {
  readonly key: string
}

/** Objects asked for at once. */
const AT_ONCE = 8

/**
 * Whether the bucket still has all objects that were recorded: the same length and the same version.
 * @throws JobError as `Storage.stat` does, where the bucket cannot be asked.
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
        // One that is gone is enough.
        if (!isWhole) return
        const found = await storage.stat(key, options)
        isWhole &&= found?.bytes === bytes && found.version === version
      }),
    ),
  )
  return isWhole
}
