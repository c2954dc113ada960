/** Claims on keys, held while their files are being made. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { JobError } from '../errors.ts'
import { type Holder, takeLock } from '../files/lock-file.ts'
import { fileError } from '../files/file-error.ts'
import type { Claim, Claimant } from './storage.ts'

/**
 * Claims a key with a lock in a folder of this machine. Only processes that use the same folder see it.
 * @param of.name identical for every caller that means the same object
 * @throws JobError `outputClaimed`
 */
export async function claimByName(of: {
  name: string
  where: string
  key: string
  by: Claimant
}): Promise<Claim> {
  const { name, where, key, by } = of
  const path = join(by.folder, `${shortName(name)}.lock`)
  const taken = await takeLock(path, { jobId: by.jobId }).catch((error: unknown) => {
    throw fileError(path, error)
  })
  if ('held' in taken) return taken.held
  throw claimedBy(taken.holder, { where, key })
}

export function claimedBy({ pid, jobId }: Holder, at: { where: string; key: string }): JobError {
  const params = { ...at, pid, jobId }
  return new JobError({ code: 'outputClaimed', params }, { fault: 'config' })
}

/** A name of fixed length. */
export const shortName = (name: string): string =>
  createHash('sha256').update(name).digest('hex').slice(0, 32)
