/**
 * Puts the finished file and its sidecars into one bucket. The finished file is put last, so once it exists, all do.
 */
import pLimit from 'p-limit'
import type { SidecarFile, SidecarKind } from '../model/sidecar.ts'
import type { Recorded } from './still-there.ts'
import { JobError } from '../errors.ts'
import type { MessageCode } from '../messages/index.ts'
import type { Found, Storage, Stored, TransferOptions } from './storage.ts'

/** A sidecar as stored in its bucket. */
export interface StoredSidecar extends Recorded {
  readonly kind: SidecarKind
}

/** Sidecars are small and many. */
const AT_ONCE = 4
/** A job that is stopped waits at most this long for cleanup in the bucket. */
const LONGEST_TIDYING_MS = 10_000

const UNTOLD: ReadonlySet<MessageCode> = new Set(['accessDenied', 'bucketMissing'])

/** What was under a key before the job started; `version` is undefined if nothing was. */
export interface Seen {
  readonly version: string | undefined
}

/**
 * Checks what is under a key now.
 * @param of.seen what was there before, if known; if it differs from what is there now, another writer has replaced it
 * @returns undefined if unknown: without permission to list the bucket, a service does not say whether an object
 *   exists, and some small services do not know their buckets by themselves. A put tells what is really missing.
 * @throws JobError `outputReplaced`
 */
async function lookAgain(
  storage: Pick<Storage, 'name' | 'stat'>,
  key: string,
  of: { seen: Seen | undefined; options: TransferOptions },
): Promise<{ found: Found | undefined } | undefined> {
  const { seen, options } = of
  let found: Found | undefined
  try {
    found = await storage.stat(key, options)
  } catch (error) {
    if (error instanceof JobError && UNTOLD.has(error.code)) return undefined
    throw error
  }
  if (!seen || !found || found.version === seen.version) return { found }
  const params = { where: storage.name, key }
  throw new JobError({ code: 'outputReplaced', params }, { fault: 'destination' })
}

/**
 * Puts the sidecars, then the finished file. If a put fails, the sidecars already put are removed, unless an older
 * finished file exists that they now belong to.
 */
export async function putAll(put: {
  storage: Storage
  key: string
  fromPath: string
  sidecars: readonly SidecarFile[]
  /** Absent: an existing object is replaced unconditionally. */
  seen?: Seen | undefined
  options: TransferOptions
}): Promise<{ stored: Stored; sidecars: readonly StoredSidecar[] }> {
  const { storage, key, fromPath, sidecars, seen, options } = put
  const before = seen || sidecars.length > 0 ? await lookAgain(storage, key, { seen, options }) : undefined
  const isNew = before !== undefined && before.found === undefined
  const finished = { ...options, ...(seen && before && { replaces: before.found ?? null }) }
  if (sidecars.length === 0) return { stored: await storage.put(key, fromPath, finished), sidecars: [] }
  const there: string[] = []
  const failures: unknown[] = []
  const limit = pLimit(AT_ONCE)
  const putOne = async (file: SidecarFile): Promise<StoredSidecar[]> => {
    if (failures.length > 0) return []
    try {
      const { bytes, version } = await storage.put(file.key, file.path, options)
      there.push(file.key)
      return [{ kind: file.kind, key: file.key, bytes, version }]
    } catch (error) {
      // A put that is stopped may have arrived anyway.
      if (options.signal?.aborted) there.push(file.key)
      failures.push(error)
      return []
    }
  }
  try {
    // When one put fails, those in flight run to completion: if cut off, they could still arrive after the cleanup.
    const landed = (await Promise.all(sidecars.map((file) => limit(() => putOne(file))))).flat()
    if (failures.length > 0) throw failures[0]
    return { stored: await storage.put(key, fromPath, finished), sidecars: landed }
  } catch (error) {
    if (isNew) await takeBack(storage, there)
    throw error
  }
}

/** A file that cannot be removed is left, so that the original error is the one reported. */
async function takeBack(storage: Storage, keys: readonly string[]): Promise<void> {
  const signal = AbortSignal.timeout(LONGEST_TIDYING_MS)
  const limit = pLimit(AT_ONCE)
  await Promise.allSettled(
    keys.map((key) => limit(() => (signal.aborted ? undefined : storage.remove(key, { signal })))),
  )
}
