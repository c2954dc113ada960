import type { ObjectFacts, Storage, TransferOptions } from './storage.ts'

/** An object as a put has left it, for a later run to look for. */
export interface Recorded extends ObjectFacts {
  readonly key: string
}

/**
 * Whether the bucket still has the object that was recorded: the same length and the same version.
 * @throws JobError as `Storage.stat` does, where the bucket cannot be asked.
 */
export async function isStillThere(
  storage: Pick<Storage, 'stat'>,
  recorded: Recorded,
  options?: TransferOptions,
): Promise<boolean> {
  const found = await storage.stat(recorded.key, options)
  return found?.bytes === recorded.bytes && found.version === recorded.version
}
