/** Errors of a bucket that is a local folder. */
import { JobError } from '../errors.ts'
import type { Folder } from './folder-key.ts'

export function notAFile(folder: Folder, key: string, fault: 'input' | 'destination'): JobError {
  return new JobError({ code: 'objectNotAFile', params: { where: folder.where, key } }, { fault })
}

interface Difference {
  readonly folder: Folder
  readonly key: string
  readonly sentBytes: number
  readonly foundBytes: number
}

export function differs({ folder, key, sentBytes, foundBytes }: Difference): JobError {
  return new JobError(
    { code: 'uploadDiffers', params: { where: folder.where, key, sentBytes, foundBytes } },
    { fault: 'destination', retryable: true },
  )
}
