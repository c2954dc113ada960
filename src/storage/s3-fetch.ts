/** Downloads an object to a file, resuming an earlier download. */
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { replaceText } from '../files/write-file.ts'
import type { Readable } from 'node:stream'
import { dirname } from 'node:path'
import { hashOfFile } from './content-hash.ts'
import { fileError } from '../files/file-error.ts'
import { tooLarge } from './too-large.ts'
import { bytesOf, changed, isChange, startingOver } from './s3-body.ts'
import { readVerified } from './s3-verify.ts'
import { lookUp, type Version, type Wanted } from './s3-version.ts'
import type { Fetched } from './storage.ts'

/**
 * The files of one fetch. The version is written before the first byte, so it always describes the contents of `part`
 * or `whole`, whenever the process is killed.
 */
interface Files {
  readonly whole: string
  readonly part: string
  readonly version: string
}

/**
 * Downloads an object to `intoPath` by way of `intoPath.part`. Bytes already there are kept if the bucket still has the
 * same version.
 * @throws JobError `objectMissing`, `objectTooLarge`, `objectChanged`, `fetchInterrupted`, `fetchTooSlow`,
 *   `transferTooLong`, `contentDiffers`, `fetchNoRoom`, `diskFull`, and the errors of `storageError`
 */
export async function fetchObject(wanted: Wanted, intoPath: string): Promise<Fetched> {
  const files = { whole: intoPath, part: `${intoPath}.part`, version: `${intoPath}.version.json` }
  const { signal } = wanted.options ?? {}
  try {
    const version = (await wholeAlready(wanted, files)) ?? (await bringWhole(wanted, files))
    return { path: intoPath, bytes: version.bytes, version: version.name, identity: version.name }
  } catch (error) {
    signal?.throwIfAborted()
    throw fileError(files.part, error)
  }
}

async function wholeAlready(wanted: Wanted, files: Files): Promise<Version | undefined> {
  const version = await readVersion(wanted, files)
  if (version) refuseLarger(wanted, version)
  if (version === undefined || (await lengthOf(files.whole)) !== version.bytes) return undefined
  if (!(await isCurrent(wanted, version))) return undefined
  wanted.options?.onBytes?.(version.bytes)
  return version
}

async function bringWhole(wanted: Wanted, files: Files): Promise<Version> {
  const { version } = await readVerified(
    wanted,
    async (time) => ({
      version: (time === 1 && (await goOn(wanted, files))) || (await begin(wanted, files)),
    }),
    (_, algorithm) => hashOfFile(files.part, algorithm, wanted.options?.signal),
  )
  await rename(files.part, files.whole)
  return version
}

/** Resumes an earlier fetch; returns undefined if it left nothing or if the version has changed. */
async function goOn(wanted: Wanted, files: Files): Promise<Version | undefined> {
  const version = await readVersion(wanted, files)
  const at = await lengthOf(files.part)
  if (version === undefined || at === undefined || at > version.bytes) return undefined
  wanted.options?.onBytes?.(at)
  try {
    if (at < version.bytes) await append({ wanted, files, version, at })
    else if (!(await isCurrent(wanted, version))) {
      wanted.options?.onBytes?.(-at)
      throw changed(wanted)
    }
    return version
  } catch (error) {
    if (isChange(error)) return undefined
    throw error
  }
}

async function begin(wanted: Wanted, files: Files): Promise<Version> {
  return startingOver(wanted, async ({ version, body }) => {
    refuseLarger(wanted, version)
    await rm(files.part, { force: true })
    await rm(files.whole, { force: true })
    await keepVersion(wanted, files, version)
    await append({ wanted, files, version, at: 0, body })
    return version
  })
}

async function append(to: {
  wanted: Wanted
  files: Files
  version: Version
  at: number
  body?: Readable | undefined
}): Promise<void> {
  const { wanted, files, version, at, body } = to
  const { session, key } = wanted
  const object = { where: session.where, key, folder: dirname(files.part), bytes: version.bytes - at }
  const coming = await session.room.take(object)
  try {
    const file = await open(files.part, 'a')
    try {
      const from = { at, body }
      for await (const chunk of bytesOf(wanted, version, from)) {
        await file.writeFile(chunk)
        coming.arrived(chunk.length)
      }
      // Without this, a rename can survive a power failure that the bytes do not.
      await file.sync()
    } finally {
      await file.close()
    }
  } finally {
    coming.over()
  }
}

function refuseLarger({ session, key, options }: Wanted, { bytes }: Version): void {
  const { maxBytes = Infinity } = options ?? {}
  if (bytes > maxBytes) throw tooLarge({ where: session.where, key, bytes, maxBytes })
}

async function isCurrent(wanted: Wanted, version: Version): Promise<boolean> {
  const now = await lookUp(wanted)
  return now?.name === version.name
}

async function lengthOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    (facts) => (facts.isFile() ? facts.size : undefined),
    () => undefined,
  )
}

/**
 * Records the version next to its bytes. A version without an ETag cannot be told from the next one, so it is not
 * recorded.
 */
async function keepVersion(wanted: Wanted, files: Files, version: Version): Promise<void> {
  if (version.etag === undefined) return rm(files.version, { force: true })
  const { session, key } = wanted
  await replaceText(files.version, JSON.stringify({ where: session.where, key, version }))
}

/** Returns the recorded version of this object; undefined if there is none or it cannot be read. */
async function readVersion(wanted: Wanted, files: Files): Promise<Version | undefined> {
  try {
    const noted = JSON.parse(await readFile(files.version, 'utf8')) as Noted
    const isOfThis = noted.where === wanted.session.where && noted.key === wanted.key
    return isOfThis && Number.isInteger(noted.version?.bytes) ? noted.version : undefined
  } catch {
    return undefined
  }
}

interface Noted {
  readonly where?: string
  readonly key?: string
  readonly version?: Version
}
