/** Puts a file into a bucket that is a local folder: copied under another name, flushed to disk, then renamed. */
import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileError } from '../files/file-error.ts'
import { fileSize } from './file-size.ts'
import { type Folder, placeForObject } from './folder-key.ts'
import type { HeldFolder } from './held-folder.ts'
import { holdPlace } from './local-claim.ts'
import type { Stored, TransferOptions } from './storage.ts'
import { unfinishedPut } from './unfinished.ts'
import { notAFile, differs } from './local-errors.ts'
import { factsOf } from './local-read.ts'

interface Put {
  readonly folder: Folder
  readonly key: string
  readonly fromPath: string
  /** Undefined: the umask applies. */
  readonly mode: number | undefined
  readonly options: TransferOptions | undefined
}

export async function put({ folder, key, fromPath, mode, options }: Put): Promise<Stored> {
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
