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
  const failed = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, failed.signal]) : failed.signal
  const there: string[] = []
  const limit = pLimit(AT_ONCE)
  const putOne = async (file: SideFile): Promise<StoredSide> => {
    signal.throwIfAborted()
    try {
      const { bytes, version } = await storage.put(file.key, file.path, { ...options, signal })
      there.push(file.key)
      return { kind: file.kind, key: file.key, bytes, version }
    } catch (error) {
      failed.abort(error)
      throw error
    }
  }
  try {
    // Every one has ended by the time the first failure is told: none may arrive after the tidying.
    const ended = await Promise.allSettled(beside.map((file) => limit(() => putOne(file))))
    options.signal?.throwIfAborted()
    if (failed.signal.aborted) throw failed.signal.reason
    const landed = ended.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
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
