/** Reading objects so that a broken connection is taken up where it broke, and two versions are never mixed. */
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3'
import { open, rename, rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { JobError } from '../errors.ts'
import { fileError } from './file-error.ts'
import { httpStatus, storageError } from './s3-errors.ts'
import { ask, type S3Session, sendOptions } from './s3-session.ts'
import type { TransferOptions } from './storage.ts'

/** How often an object that changes under the reader is begun anew. */
const RESTARTS = 2
/** A connection that brought this much was worth it and is not held against the next one. */
const USEFUL_BYTES = 1 << 20
const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 10_000
const PRECONDITION_FAILED = 412
const RANGE_NOT_SATISFIABLE = 416

export interface Wanted {
  readonly session: S3Session
  readonly key: string
  readonly options: TransferOptions | undefined
}

/**
 * Writes an object to `intoPath.part` and renames it when it is whole; on failure neither is left.
 * @throws JobError `objectMissing`, `objectChanged`, `fetchInterrupted` and whatever `storageError` knows.
 */
export async function fetchObject(
  wanted: Wanted,
  intoPath: string,
): Promise<{ path: string; bytes: number }> {
  const partPath = `${intoPath}.part`
  try {
    const bytes = await startingOver(wanted, (version) => writeTo(partPath, wanted, version))
    await rename(partPath, intoPath)
    return { path: intoPath, bytes }
  } catch (error) {
    await rm(partPath, { force: true }).catch(() => {})
    throw fileError(partPath, error)
  }
}

/**
 * A small object's text, undefined when there is none.
 * @throws JobError `textTooLarge`, and as `fetchObject` does.
 */
export async function readObjectText(wanted: Wanted, maxBytes: number): Promise<string | undefined> {
  try {
    return await startingOver(wanted, async (version) => {
      if (version.bytes > maxBytes) throw tooLarge(wanted, maxBytes)
      const chunks: Buffer[] = []
      for await (const chunk of chunksOf(wanted, version)) chunks.push(chunk)
      return new TextDecoder().decode(Buffer.concat(chunks))
    })
  } catch (error) {
    if (error instanceof JobError && error.code === 'objectMissing') return undefined
    throw error
  }
}

async function writeTo(path: string, wanted: Wanted, version: Version): Promise<number> {
  const file = await open(path, 'w')
  try {
    for await (const chunk of chunksOf(wanted, version)) await file.writeFile(chunk)
    return version.bytes
  } finally {
    await file.close()
  }
}

/** One version of an object, as the first answer described it. */
interface Version {
  readonly bytes: number
  readonly etag: string | undefined
  readonly body: Readable
}

async function startingOver<T>(wanted: Wanted, use: (version: Version) => Promise<T>): Promise<T> {
  for (let restarts = 0; ; restarts++) {
    const version = await begin(wanted)
    try {
      return await use(version)
    } catch (error) {
      const isChange = error instanceof JobError && error.code === 'objectChanged'
      if (!isChange || restarts === RESTARTS) throw error
    } finally {
      version.body.destroy()
    }
  }
}

async function begin(wanted: Wanted): Promise<Version> {
  const { body, answer } = await get(wanted, {})
  if (answer.ContentLength === undefined) {
    body.destroy()
    throw storageError(wanted.session, { doing: 'read', key: wanted.key }, namedError('MissingContentLength'))
  }
  return { bytes: answer.ContentLength, etag: answer.ETag, body }
}

/** The bytes of one version, in order, over as many connections as it takes. */
async function* chunksOf(wanted: Wanted, version: Version): AsyncGenerator<Buffer, void> {
  const { session, options } = wanted
  let body = version.body
  let at = 0
  let fruitless = 0
  for (;;) {
    const from = at
    let cut: unknown
    try {
      for await (const chunk of body) {
        const bytes = chunk as Buffer
        if (at + bytes.length > version.bytes) throw changed(wanted)
        at += bytes.length
        options?.onBytes?.(bytes.length)
        yield bytes
      }
    } catch (error) {
      cut = error
    } finally {
      body.destroy()
    }
    options?.signal?.throwIfAborted()
    // A body that failed after its last byte is whole all the same.
    if (at === version.bytes) return
    fruitless = at - from >= USEFUL_BYTES ? 0 : fruitless + 1
    if (cut instanceof JobError || fruitless >= session.settings.attempts || version.etag === undefined) {
      options?.onBytes?.(-at)
      throw cut instanceof JobError ? cut : interrupted(wanted, { at, bytes: version.bytes, cut })
    }
    await pauseBefore(fruitless, options?.signal)
    body = await goOn({ wanted, version, etag: version.etag, at })
  }
}

/**
 * The rest of the same version. The ETag is compared here too, for not every service heeds `If-Match`.
 * @throws JobError `objectChanged` when it is another version by now.
 */
async function goOn(from: { wanted: Wanted; version: Version; etag: string; at: number }): Promise<Readable> {
  const { wanted, version, etag, at } = from
  try {
    const { body, answer } = await get(wanted, { Range: `bytes=${at}-`, IfMatch: etag })
    if (answer.ETag === etag && answer.ContentRange === `bytes ${at}-${version.bytes - 1}/${version.bytes}`)
      return body
    body.destroy()
    throw changed(wanted)
  } catch (error) {
    wanted.options?.onBytes?.(-at)
    const status = error instanceof JobError ? httpStatus(error.cause) : undefined
    throw status === PRECONDITION_FAILED || status === RANGE_NOT_SATISFIABLE ? changed(wanted, error) : error
  }
}

async function get(wanted: Wanted, part: { Range?: string; IfMatch?: string }) {
  const { session, key, options } = wanted
  const send = (): Promise<GetObjectCommandOutput> =>
    session.s3.getObject({ Bucket: session.bucket, Key: key, ...part }, sendOptions(options?.signal))
  const answer = await ask(session, { doing: 'read', key, signal: options?.signal }, send)
  // Under Node the SDK's body is the response itself.
  return { answer, body: answer.Body as Readable }
}

async function pauseBefore(attempt: number, signal: AbortSignal | undefined): Promise<void> {
  const ms = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt)
  try {
    await pause(ms, undefined, { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

function namedError(name: string): Error {
  return Object.assign(new Error(name), { name })
}

function changed({ session, key }: Wanted, cause?: unknown): JobError {
  return new JobError(
    { code: 'objectChanged', params: { where: session.where, key } },
    { fault: 'input', retryable: true, cause },
  )
}

function interrupted({ session, key }: Wanted, broke: { at: number; bytes: number; cut: unknown }): JobError {
  return new JobError(
    {
      code: 'fetchInterrupted',
      params: { where: session.where, key, atBytes: broke.at, bytes: broke.bytes },
    },
    { fault: 'input', retryable: true, cause: broke.cut },
  )
}

function tooLarge({ session, key }: Wanted, maxBytes: number): JobError {
  return new JobError(
    { code: 'textTooLarge', params: { where: session.where, key, maxBytes } },
    { fault: 'input' },
  )
}
