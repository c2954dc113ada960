/** A bucket that is a local folder: files are read in place and written by copy and rename. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { JobError } from '../errors.ts'
import { modeOf } from '../files/file-mode.ts'
import type { StorageTarget } from '../model/job.ts'
import { errorCode, fileError } from '../files/file-error.ts'
import { type Folder, isAbsence, placeForObject } from './folder-key.ts'
import { holdFolder } from './held-folder.ts'
import { claimInFolder } from './local-claim.ts'
import type { Storage, StorageSettings } from './storage.ts'
import { tooLarge } from './too-large.ts'
import { refuseUnusable } from './usable-place.ts'
import { find, readSmall, listFiles } from './local-read.ts'
import { put } from './local-put.ts'
import { notAFile } from './local-errors.ts'

/** Opens a local folder as a bucket. The folder must exist by the time it is first used. */
export function openFolder(
  target: Extract<StorageTarget, { kind: 'local' }>,
  settings: Pick<StorageSettings, 'localRoots' | 'fileMode'>,
): Storage {
  const roots = settings.localRoots
  const folder: Folder = { where: `local folder "${target.folder}"`, path: target.folder, roots }
  const mode = settings.fileMode === '' ? undefined : modeOf(settings.fileMode)
  return {
    name: folder.where,
    async stat(key, options) {
      options?.signal?.throwIfAborted()
      const found = await find(folder, key)
      return found && { bytes: found.bytes, version: found.version }
    },
    async identify(key, options) {
      options?.signal?.throwIfAborted()
      return (await find(folder, key))?.identity
    },
    async fetch(key, _intoPath, options) {
      options?.signal?.throwIfAborted()
      const found = await find(folder, key)
      if (found === undefined) {
        throw new JobError(
          { code: 'objectMissing', params: { where: folder.where, key } },
          { fault: 'input' },
        )
      }
      const { maxBytes = Infinity } = options ?? {}
      const { bytes } = found
      if (bytes > maxBytes) throw tooLarge({ where: folder.where, key, bytes, maxBytes })
      // Nothing is transferred, but callers that add up bytes expect the total.
      options?.onBytes?.(found.bytes)
      return found
    },
    async readText(key, maxBytes, options) {
      options?.signal?.throwIfAborted()
      const found = await find(folder, key)
      return found && (await readSmall({ folder, key, path: found.path, maxBytes, options }))
    },
    list: (most, options) => listFiles(folder, { most, from: '' }, options),
    keysBelow: (from, options) =>
      listFiles(folder, { most: Infinity, from: from.replace(/(?<!\/)\/+$/, '') }, options),
    put: (key, fromPath, options) => put({ folder, key, fromPath, mode, options }),
    async remove(key, options) {
      options?.signal?.throwIfAborted()
      await remove(folder, key)
    },
    refuseUnusable: (key) => refusePlace(folder, key),
    claim: (key, by) => claimInFolder({ folder, key, by }),
    close() {},
  }
}

async function refusePlace(folder: Folder, key: string): Promise<void> {
  const place = await placeForObject(folder, key)
  try {
    await refuseUnusable(place)
  } catch (error) {
    if (errorCode(error) === 'EISDIR') throw notAFile(folder, key, 'destination')
    throw fileError(join(place.root, ...place.segments, place.name), error, 'destination')
  }
}

/** Buckets have no empty folders, so folders that become empty are removed too. */
async function remove(folder: Folder, key: string): Promise<void> {
  const place = await placeForObject(folder, key)
  const path = join(place.root, ...place.segments, place.name)
  const dir = await holdFolder({ ...place, isMade: false }).catch((error: unknown) => {
    if (!isAbsence(error)) throw fileError(path, error, 'destination')
  })
  if (!dir) return
  try {
    await rm(dir.at(place.name), { force: true })
    await dir.removeEmpty(false)
  } catch (error) {
    throw fileError(path, error, 'destination')
  } finally {
    await dir.close()
  }
}
