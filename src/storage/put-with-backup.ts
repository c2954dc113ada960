/** The finished file goes to the job's bucket, and where that fails to the backup. */
import { JobError } from '../errors.ts'
import type { Storage, Stored, TransferOptions } from './storage.ts'

export interface Destination {
  readonly storage: Storage
  readonly key: string
}

/** Where a finished file has landed. */
export interface Landed extends Stored {
  readonly key: string
  /** It lies in the backup bucket, not in the job's own. */
  readonly backedUp: boolean
  /** Why it does, where it does. */
  readonly mainFailure?: JobError
}

/**
 * Puts a file into the job's bucket and, when that fails for whatever reason but the caller's signal, into the backup.
 * @throws JobError of the main upload where there is no backup; `bothUploadsFailed` where that fails too, retryable
 *   when one of them is.
 */
export async function putWithBackup(put: {
  main: Destination
  backup: Destination | undefined
  fromPath: string
  options?: TransferOptions
}): Promise<Landed> {
  const { main, backup, fromPath, options } = put
  let moved = 0
  const counted: TransferOptions = {
    ...options,
    onBytes(bytes) {
      moved += bytes
      options?.onBytes?.(bytes)
    },
  }
  try {
    const stored = await main.storage.put(main.key, fromPath, counted)
    return { ...stored, key: main.key, backedUp: false }
  } catch (error) {
    options?.signal?.throwIfAborted()
    // A file that cannot be read here can be put nowhere.
    if (!backup || !(error instanceof JobError) || error.fault === 'internal') throw error
    options?.onBytes?.(-moved)
    try {
      const stored = await backup.storage.put(backup.key, fromPath, options)
      return { ...stored, key: backup.key, backedUp: true, mainFailure: error }
    } catch (second) {
      options?.signal?.throwIfAborted()
      if (!(second instanceof JobError)) throw second
      const params = { first: error.message, second: second.message }
      const retryable = error.retryable || second.retryable
      throw new JobError(
        { code: 'bothUploadsFailed', params },
        { fault: 'destination', retryable, cause: error },
      )
    }
  }
}
