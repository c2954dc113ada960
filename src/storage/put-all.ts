/** The finished file and what lies beside it go into one bucket: once the finished file is there, all is. */
import pLimit from 'p-limit'
import type { SidecarFile, SidecarKind } from '../model/sidecar.ts'
import type { Recorded } from './still-there.ts'
import { JobError } from '../errors.ts'
import type { Found, Storage, Stored, TransferOptions } from './storage.ts'

/** A side file as it lies in its bucket. */
export interface StoredSidecar extends Recorded {
  readonly kind: SidecarKind
}

/** Side files are small and many. */
const AT_ONCE = 4
/** A job that is stopped waits no longer than this for the bucket to be tidied. */
const LONGEST_TIDYING_MS = 10_000

/** What was under a key before a file for it was made; undefined for nothing. */
export interface Seen {
  readonly version: string | undefined
}

/**
 * Looks at what is under a key now.
 * @param seen what was there before, where that is known: anything else that is there now is somebody else's
 * @returns undefined where it cannot be told, since a service does not say whether an object is there to those who may
 *   not list the bucket
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
    if (error instanceof JobError && error.code === 'accessDenied') return undefined
    throw error
  }
  if (!seen || !found || found.version === seen.version) return { found }
  const params = { where: storage.name, key }
  throw new JobError({ code: 'outputReplaced', params }, { fault: 'destination' })
}

/**
 * Puts the side files, then the finished one. Where one cannot be put, those that were are taken back, unless there is
 * an older finished file that they now lie beside.
 */
export async function putAll(put: {
  storage: Storage
  key: string
  fromPath: string
  sidecars: readonly SidecarFile[]
  /** Absent: whatever is there is replaced. */
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
      // A put that is stopped may have arrived all the same.
      if (options.signal?.aborted) there.push(file.key)
      failures.push(error)
      return []
    }
  }
  try {
    // Those under way when one fails go on to their end: one that is cut off could arrive after the tidying.
    const landed = (await Promise.all(sidecars.map((file) => limit(() => putOne(file))))).flat()
    if (failures.length > 0) throw failures[0]
    return { stored: await storage.put(key, fromPath, finished), sidecars: landed }
  } catch (error) {
    if (isNew) await takeBack(storage, there)
    throw error
  }
}

/** A file that cannot be taken back is left: there is something worse to tell of. */
async function takeBack(storage: Storage, keys: readonly string[]): Promise<void> {
  const signal = AbortSignal.timeout(LONGEST_TIDYING_MS)
  const limit = pLimit(AT_ONCE)
  await Promise.allSettled(
    keys.map((key) => limit(() => (signal.aborted ? undefined : storage.remove(key, { signal })))),
  )
}
