/** Claims on files of a bucket that is a folder: a lock beside the file, which every process sees that could write it. */
import { join } from 'node:path'
import { takeLock } from '../files/lock-file.ts'
import { claimByName, claimedBy, shortName } from './claim.ts'
import { errorCode, fileError } from '../files/file-error.ts'
import { folderId } from './file-identity.ts'
import { type Folder, type PlaceForObject, leaves, placeForObject } from './folder-key.ts'
import { type HeldFolder, holdFolder } from './held-folder.ts'
import type { Claim, Claimant } from './storage.ts'

/** File systems that know no second name for a file, which a lock is made by. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']

/** Opens the folder of an object, and makes it where it is missing. */
export async function holdPlace(folder: Folder, key: string, place: PlaceForObject): Promise<HeldFolder> {
  try {
    return await holdFolder({ ...place, isMade: true })
  } catch (error) {
    if (errorCode(error) === 'ELOOP') throw leaves(folder, key)
    throw fileError(join(place.root, ...place.segments, place.name), error, 'destination')
  }
}

/**
 * Claims a key. The lock is called after the file, so that it depends on the file system whether two names are one.
 * @throws JobError `outputClaimed`; as a put does where nothing can be written
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

/** Hidden, and with room for what a lock needs beside itself. */
function lockName(name: string): string {
  return Buffer.byteLength(name) <= 200 ? `.${name}.lock` : `.${shortName(name)}.lock`
}
