/** The finished file goes to the job's bucket, and where that fails to the backup; so does what lies beside it. */
import { JobError } from '../errors.ts'
import type { SidecarFile } from '../model/sidecar.ts'
import { type Seen, type StoredSidecar, putAll } from './put-all.ts'
import type { Storage, Stored, TransferOptions } from './storage.ts'

interface Destination {
  readonly storage: Storage
  readonly key: string
  /** What was under the key before, where that is known. */
  readonly seen?: Seen | undefined
}

/** Where a finished file has landed. */
export interface Landed extends Stored {
  readonly key: string
  readonly sidecars: readonly StoredSidecar[]
  /** It lies in the backup bucket, not in the job's own. */
  readonly backedUp: boolean
  /** Why it does, where it does. */
  readonly mainFailure?: JobError
}

/**
 * Puts a file into the job's bucket and, when that fails for whatever reason but the caller's signal, into the backup.
 * @param put.sidecarsOf the side files of a finished file of that key; they are there before it is
 * @throws JobError of the main upload where there is no backup; `bothUploadsFailed` where that fails too, retryable
 *   when one of them is.
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
      ...{ storage, key, seen, fromPath, sidecars: await sidecarsOf(key), options: given },
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
    // A file that cannot be read here can be put nowhere.
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
