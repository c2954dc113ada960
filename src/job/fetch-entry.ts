/** Fetches the files of an index entry: one, or the slices that it was stored in. */
import { createHash } from 'node:crypto'
import type { SlicePath } from '../ffmpeg/join-slices.ts'
import type { IndexEntry } from '../model/room.ts'
import type { Storage } from '../storage/storage.ts'

/** A fetched object. */
export interface FetchedObject extends SlicePath {
  readonly key: string
  /** As returned by `Storage.identify`. */
  readonly identity: string
}

/**
 * @param fetch.into path in the work folder, to which slices append their number
 * @returns in order; one for an entry without slices
 * @throws JobError if one of them cannot be fetched
 */
export async function fetchEntry(fetch: {
  entry: IndexEntry
  storage: Pick<Storage, 'fetch'>
  into: string
  options: Parameters<Storage['fetch']>[2]
}): Promise<readonly FetchedObject[]> {
  const { entry, storage, into, options } = fetch
  if (!entry.slices) {
    const { path, identity } = await storage.fetch(entry.key, into, options)
    return [{ path, identity, key: entry.key }]
  }
  const objects: FetchedObject[] = []
  for (const [i, { key, startMs }] of entry.slices.entries()) {
    const { path, identity } = await storage.fetch(key, `${into}.slice-${i + 1}`, options)
    objects.push({ path, identity, key, ...(startMs !== undefined && { startMs }) })
  }
  return objects
}

/** Changes with any of them. */
export function versionOf(objects: readonly FetchedObject[]): string {
  const [only] = objects
  if (only && objects.length === 1) return only.identity
  return createHash('sha256')
    .update(JSON.stringify(objects.map(({ identity }) => identity)))
    .digest('hex')
}
