/** Claims on files of a local bucket: a lock next to the file, visible to every process that could write it. */
import { join } from 'node:path'
import { takeLock } from '../files/lock-file.ts'
import { claimByName, claimedBy, shortName } from './claim.ts'
import { errorCode, fileError } from '../files/file-error.ts'
import { folderId } from './file-identity.ts'
import { type Folder, type PlaceForObject, leaves, placeForObject } from './folder-key.ts'
import { type HeldFolder, holdFolder } from './held-folder.ts'
import type { Claim, Claimant } from './storage.ts'

/** Errors of file systems without hard links, which the lock needs. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']

/** Opens the folder of an object, creating it if it is missing. */
export async function holdPlace(folder: Folder, key: string, place: PlaceForObject): Promise<HeldFolder> {
  try {
    return await holdFolder({ ...place, isMade: true })
  } catch (error) {
    if (errorCode(error) === 'ELOOP') throw leaves(folder, key)
    throw fileError(join(place.root, ...place.segments, place.name), error, 'destination')
  }
}

/**
 * Claims a key. The lock is named after the file, so the file system decides whether two names are the same.
 * @throws JobError `outputClaimed`; the errors of `put` if nothing can be written
 */
export async function claimInFolder(of: { folder: Folder; key: string; by: Claimant }): Promise<Claim> {
  const { folder, key, by } = of
  const place = await placeForObject(folder, key)
  const path = join(place.root, ...place.segments, place.name)
  const dir = await holdPlace(folder, key, place)
  const leave = async () => {
    await dir.removeEmpty(true)
    await dir.close()
  }
  try {
    const taken = await takeLock(dir.at(lockName(place.name)), { jobId: by.jobId })
    if ('holder' in taken) throw claimedBy(taken.holder, { where: folder.where, key })
    const { isHeld, release } = taken.held
    return { isHeld, release: () => release().finally(leave) }
  } catch (error) {
    const parent = await folderId(join(path, '..'))
    await leave()
    if (NO_LINKS.includes(errorCode(error) ?? ''))
      return claimByName({ name: `${parent}/${place.name}`, where: folder.where, key, by })
    throw fileError(path, error, 'destination')
  }
}

/** Hidden, and short enough for the suffixes that a lock needs. */
function lockName(name: string): string {
  return Buffer.byteLength(name) <= 200 ? `.${name}.lock` : `.${shortName(name)}.lock`
}
