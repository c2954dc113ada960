/** Puts the finished file and its sidecars into the job's bucket or, if that fails, into the backup bucket. */
import { JobError } from '../errors.ts'
import type { SidecarFile } from '../model/sidecar.ts'
import { type Seen, type StoredSidecar, putAll } from './put-all.ts'
import type { Storage, Stored, TransferOptions } from './storage.ts'

interface Destination {
  readonly storage: Storage
  readonly key: string
  /** What was under the key before, if known. */
  readonly seen?: Seen | undefined
}

/** Where a finished file was stored. */
export interface Landed extends Stored {
  readonly key: string
  readonly sidecars: readonly StoredSidecar[]
  /** Whether it is in the backup bucket instead of the job's own. */
  readonly backedUp: boolean
  /** Why the job's own bucket failed, if the backup was used. */
  readonly mainFailure?: JobError
}

/**
 * Puts a file into the job's bucket or, if that fails for any reason other than the caller's signal, into the backup.
 * @param put.sidecarsOf returns the sidecars of a finished file with that key; they are put before it
 * @throws JobError of the main upload if there is no backup; `bothUploadsFailed` if the backup fails too, retryable if
 *   either error is
 */
export async function putWithBackup(put: {
  main: Destination
  backup: Destination | undefined
  fromPath: string
  sidecarsOf?: (key: string) => Promise<readonly SidecarFile[]>
  options?: TransferOptions
}): Promise<Landed> {
  const { main, backup, fromPath, sidecarsOf = () => Promise.resolve([]), options } = put
  const putTo = async ({ storage, key, seen }: Destination, given: TransferOptions) => {
    const { stored, sidecars } = await putAll({
      storage,
      key,
      seen,
      fromPath,
      sidecars: await sidecarsOf(key),
      options: given,
    })
    return { ...stored, key, sidecars }
  }
  let moved = 0
  const counted: TransferOptions = {
    ...options,
    onBytes(bytes) {
      moved += bytes
      options?.onBytes?.(bytes)
    },
  }
  try {
    return { ...(await putTo(main, counted)), backedUp: false }
  } catch (error) {
    options?.signal?.throwIfAborted()
    // A local file that cannot be read cannot be uploaded anywhere.
    if (!backup || !(error instanceof JobError) || error.fault === 'internal') throw error
    options?.onBytes?.(-moved)
    try {
      return { ...(await putTo(backup, options ?? {})), backedUp: true, mainFailure: error }
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
