/** A bucket that is a local folder: files are read in place and written by copy and rename. */
import { randomUUID } from 'node:crypto'
import { type BigIntStats, createReadStream } from 'node:fs'
import { lstat, open, opendir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { JobError } from '../errors.ts'
import { modeOf } from '../files/file-mode.ts'
import type { StorageTarget } from '../model/job.ts'
import { openRegular } from '../files/read-file.ts'
import { errorCode, fileError } from '../files/file-error.ts'
import { fileSize } from './file-size.ts'
import { type Folder, isAbsence, pathOfObject, placeForObject } from './folder-key.ts'
import { type HeldFolder, holdFolder } from './held-folder.ts'
import { claimInFolder, holdPlace } from './local-claim.ts'
import type { Fetched, ObjectFacts, Storage, StorageSettings, Stored, TransferOptions } from './storage.ts'
import { tooLarge } from './too-large.ts'
import { unfinishedPut } from './unfinished.ts'
import { refuseUnusable } from './usable-place.ts'

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
    list: (most, options) => listFiles(folder, most, options),
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

/** Breadth-first. Links are not followed, since they may lead outside the bucket. */
async function listFiles(folder: Folder, most: number, options?: TransferOptions): Promise<string[]> {
  const keys: string[] = []
  const folders = ['']
  let seen = 0
  for (let at = folders.shift(); at !== undefined; at = folders.shift()) {
    options?.signal?.throwIfAborted()
    // A folder that cannot be read is treated as empty.
    const names = await opendir(join(folder.path, at)).catch(() => undefined)
    for await (const entry of names ?? []) {
      if (seen++ >= most) return keys
      const key = at === '' ? entry.name : `${at}/${entry.name}`
      if (entry.isDirectory()) folders.push(key)
      else if (entry.isFile()) keys.push(key)
    }
  }
  return keys
}

async function find(folder: Folder, key: string): Promise<Fetched | undefined> {
  const path = await pathOfObject(folder, key)
  if (path === undefined) return undefined
  try {
    const facts = await stat(path, { bigint: true })
    if (!facts.isFile()) throw notAFile(folder, key, 'input')
    return { path, ...factsOf(facts), identity: identityOf(facts) }
  } catch (error) {
    if (isAbsence(error)) return undefined
    throw fileError(path, error, 'input')
  }
}

/** A rewritten file has a new modification time even if its length is the same. */
function factsOf({ size, mtimeNs }: BigIntStats): ObjectFacts {
  return { bytes: Number(size), version: `${size}-${mtimeNs}` }
}

/**
 * A writer can restore a file's modification time but not its change time, and another file cannot have the same inode.
 * The device is left out because its number may change when the machine restarts.
 */
function identityOf({ size, mtimeNs, ctimeNs, ino }: BigIntStats): string {
  return [size, mtimeNs, ctimeNs, ino].join('-')
}

interface Read {
  readonly folder: Folder
  readonly key: string
  readonly path: string
  readonly maxBytes: number
  readonly options: TransferOptions | undefined
}

async function readSmall({ folder, key, path, maxBytes, options }: Read): Promise<string> {
  const chunks: Buffer[] = []
  try {
    // One byte past the limit, to detect a file that grows while it is read.
    const file = await openRegular(path)
    // Closed with the stream.
    for await (const chunk of file.createReadStream({ end: maxBytes, signal: options?.signal })) {
      chunks.push(chunk as Buffer)
    }
  } catch (error) {
    options?.signal?.throwIfAborted()
    throw fileError(path, error, 'input')
  }
  const bytes = Buffer.concat(chunks)
  if (bytes.length > maxBytes) {
    throw new JobError(
      { code: 'textTooLarge', params: { where: folder.where, key, maxBytes } },
      { fault: 'input' },
    )
  }
  options?.onBytes?.(bytes.length)
  return new TextDecoder().decode(bytes)
}

interface Put {
  readonly folder: Folder
  readonly key: string
  readonly fromPath: string
  /** Undefined: the umask applies. */
  readonly mode: number | undefined
  readonly options: TransferOptions | undefined
}

async function put({ folder, key, fromPath, mode, options }: Put): Promise<Stored> {
  options?.signal?.throwIfAborted()
  const place = await placeForObject(folder, key)
  const { root, segments, name } = place
  const path = join(root, ...segments, name)
  const sentBytes = await fileSize(fromPath)
  // A random name: two jobs may put to one key at the same time, and a long name has no room for a suffix.
  const partName = `.${randomUUID()}.part`
  const unfinished = unfinishedPut({ where: folder.where, key, fromPath })
  const dir = await holdPlace(folder, key, place)
  try {
    await removeLeft(dir, await unfinished.read())
    await unfinished.note(partName)
    const there = await stat(dir.at(name)).catch(() => undefined)
    if (there?.isDirectory() === true) throw notAFile(folder, key, 'destination')
    const copied = await copyDurably({ fromPath, toPath: dir.at(partName), mode, options })
    if (copied !== sentBytes) throw differs({ folder, key, sentBytes, foundBytes: copied })
    await rename(dir.at(partName), dir.at(name))
    await dir.sync()
    const facts = factsOf(await lstat(dir.at(name), { bigint: true }))
    if (facts.bytes !== sentBytes) throw differs({ folder, key, sentBytes, foundBytes: facts.bytes })
    return { ...facts, path }
  } catch (error) {
    await rm(dir.at(partName), { force: true }).catch(() => {})
    await dir.removeEmpty(true)
    options?.signal?.throwIfAborted()
    throw fileError(path, error, 'destination')
  } finally {
    await dir.close()
    await unfinished.forget()
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

/** Removes what a killed put of the same file left behind. The note contains only the name of its `.part` file. */
async function removeLeft(dir: HeldFolder, partName: string | undefined): Promise<void> {
  if (partName !== undefined && /^\.[0-9a-f-]{36}\.part$/.test(partName))
    await rm(dir.at(partName), { force: true }).catch(() => {})
}

/** Copies a file and flushes it to disk. Returns the number of bytes copied. */
async function copyDurably(copy: {
  fromPath: string
  toPath: string
  mode: number | undefined
  options: TransferOptions | undefined
}): Promise<number> {
  const { fromPath, toPath, mode, options } = copy
  const to = await open(toPath, 'wx', mode)
  try {
    // Regardless of the umask.
    if (mode !== undefined) await to.chmod(mode)
    let copied = 0
    for await (const chunk of createReadStream(fromPath, {
      signal: options?.signal,
      highWaterMark: 1 << 20,
    })) {
      await to.writeFile(chunk as Buffer)
      copied += (chunk as Buffer).length
      options?.onBytes?.((chunk as Buffer).length)
    }
    await to.sync()
    return copied
  } finally {
    await to.close()
  }
}

function notAFile(folder: Folder, key: string, fault: 'input' | 'destination'): JobError {
  return new JobError({ code: 'objectNotAFile', params: { where: folder.where, key } }, { fault })
}

interface Difference {
  readonly folder: Folder
  readonly key: string
  readonly sentBytes: number
  readonly foundBytes: number
}

function differs({ folder, key, sentBytes, foundBytes }: Difference): JobError {
  return new JobError(
    { code: 'uploadDiffers', params: { where: folder.where, key, sentBytes, foundBytes } },
    { fault: 'destination', retryable: true },
  )
}
