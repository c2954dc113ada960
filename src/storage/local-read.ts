/** Finds, lists and reads the files of a bucket that is a local folder. */
import type { BigIntStats } from 'node:fs'
import { opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { JobError } from '../errors.ts'
import { openRegular } from '../files/read-file.ts'
import { fileError } from '../files/file-error.ts'
import { type Folder, isAbsence, pathOfObject } from './folder-key.ts'
import type { Fetched, ObjectFacts, TransferOptions } from './storage.ts'
import { notAFile } from './local-errors.ts'

/** Breadth-first. Links are not followed, since they may lead outside the bucket. */
export async function listFiles(
  folder: Folder,
  { most, from }: { most: number; from: string },
  options?: TransferOptions,
): Promise<string[]> {
  const keys: string[] = []
  const folders = [from]
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

export async function find(folder: Folder, key: string): Promise<Fetched | undefined> {
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
export function factsOf({ size, mtimeNs }: BigIntStats): ObjectFacts {
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

export async function readSmall({ folder, key, path, maxBytes, options }: Read): Promise<string> {
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
