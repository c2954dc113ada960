/** The finished file and what lies beside it go into one bucket: once the finished file is there, all is. */
import pLimit from 'p-limit'
import type { SideFile, SideKind } from '../model/side-file.ts'
import type { Recorded } from './still-there.ts'
import type { Storage, Stored, TransferOptions } from './storage.ts'

/** A side file as it lies in its bucket. */
export interface StoredSide extends Recorded {
  readonly kind: SideKind
}

/** Side files are small and many. */
const AT_ONCE = 4
/** A job that is stopped waits no longer than this for the bucket to be tidied. */
const LONGEST_TIDYING_MS = 10_000

/**
 * Puts the side files, then the finished one. Where one cannot be put, those that were are taken back, unless there is
 * an older finished file that they now lie beside.
 */
export async function putAll(put: {
  storage: Storage
  key: string
  fromPath: string
  beside: readonly SideFile[]
  options: TransferOptions
}): Promise<{ stored: Stored; beside: readonly StoredSide[] }> {
  const { storage, key, fromPath, beside, options } = put
  if (beside.length === 0) return { stored: await storage.put(key, fromPath, options), beside: [] }
  const isNew = (await storage.stat(key, options)) === undefined
  const there: string[] = []
  const failures: unknown[] = []
  const limit = pLimit(AT_ONCE)
  const putOne = async (file: SideFile): Promise<StoredSide[]> => {
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
    const landed = (await Promise.all(beside.map((file) => limit(() => putOne(file))))).flat()
    if (failures.length > 0) throw failures[0]
    return { stored: await storage.put(key, fromPath, options), beside: landed }
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
