/** Uploading: small files in one request, larger ones in parts of exactly 8 MiB, checked by length at the end. */
import type { PutObjectCommandInput, S3 } from '@aws-sdk/client-s3'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { JobError } from '../errors.ts'
import { fileError } from './file-error.ts'
import { isMissing, storageError } from './s3-errors.ts'
import { ask, type S3Session, sendOptions } from './s3-session.ts'
import type { TransferOptions } from './storage.ts'

/** UCloud takes parts of this size and no other; the other vendors take any from 5 MiB up. */
export const PART_BYTES = 8 * 1024 * 1024
const MAX_PARTS = 10_000
/** Parts in flight, each held in memory. */
const PARALLEL = 4
/** A body is given the time this rate needs on top of the request timeout, which is meant for the answer. */
const SLOWEST_BYTES_PER_MS = 64

interface Upload {
  readonly session: S3Session
  readonly key: string
  readonly fromPath: string
  readonly options: TransferOptions | undefined
}

/**
 * Puts a finished file under a key and asks the service for the length it has there.
 * @throws JobError `uploadDiffers`, `uploadTooLarge` and whatever `storageError` knows; no parts are left behind.
 */
export async function putObject(upload: Upload): Promise<{ bytes: number }> {
  const bytes = await lengthOf(upload.fromPath)
  await (bytes <= PART_BYTES ? putWhole(upload, bytes) : putInParts(upload, bytes))
  await checkArrived(upload, bytes)
  return { bytes }
}

async function lengthOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    throw fileError(path, error)
  }
}

function objectOf({ session, key }: Upload): Pick<PutObjectCommandInput, 'Bucket' | 'Key' | 'ContentType'> {
  const type = key.endsWith('.mp4') ? { ContentType: 'video/mp4' } : {}
  return { Bucket: session.bucket, Key: key, ...type }
}

async function putWhole(upload: Upload, bytes: number): Promise<void> {
  const { session, key, fromPath, options } = upload
  // In memory rather than as a stream: a buffer can be sent again after a failure, and its hash is signed.
  const body = await readFile(fromPath).catch((error: unknown) => {
    throw fileError(fromPath, error)
  })
  const input = { ...objectOf(upload), Body: body, ContentLength: body.length }
  await ask(session, { doing: 'write', key, signal: options?.signal }, () =>
    session.s3.putObject(input, { ...sendOptions(options?.signal), ...timeFor(session, bytes) }),
  )
  options?.onBytes?.(bytes)
}

async function putInParts(upload: Upload, bytes: number): Promise<void> {
  const { session, key, fromPath, options } = upload
  const maxBytes = MAX_PARTS * PART_BYTES
  if (bytes > maxBytes) {
    throw new JobError(
      { code: 'uploadTooLarge', params: { where: session.where, key, bytes, maxBytes } },
      { fault: 'config' },
    )
  }
  options?.signal?.throwIfAborted()
  const { Upload } = await import('@aws-sdk/lib-storage')
  const sender = partSender(session, options?.signal)
  const body = createReadStream(fromPath, { highWaterMark: 1 << 20 })
  const transfer = new Upload({
    client: sender.client,
    params: { ...objectOf(upload), Body: body },
    partSize: PART_BYTES,
    queueSize: PARALLEL,
  })
  let reported = 0
  transfer.on('httpUploadProgress', ({ loaded = 0 }) => {
    options?.onBytes?.(loaded - reported)
    reported = loaded
  })
  try {
    await transfer.done()
  } catch (error) {
    options?.signal?.throwIfAborted()
    const cause = sender.firstFailure() ?? fileError(fromPath, error)
    throw storageError(session, { doing: 'write', key }, cause)
  } finally {
    body.destroy()
  }
}

/**
 * The session's client as lib-storage shall use it. By itself it would go on uploading every other part after one
 * has failed, and on an abort return before it has told the service to forget the parts. Here a failure or the
 * caller's abort ends every request in flight and those to come, all but the one that forgets the parts.
 */
function partSender(session: S3Session, signal: AbortSignal | undefined) {
  const failed = new AbortController()
  const stop = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal])
  let first: unknown
  const send = async (command: Parameters<S3['send']>[0]): Promise<unknown> => {
    const { AbortMultipartUploadCommand } = await import('@aws-sdk/client-s3')
    if (command instanceof AbortMultipartUploadCommand) {
      return session.s3.send(command, { abortSignal: AbortSignal.timeout(session.settings.requestTimeoutMs) })
    }
    try {
      stop.throwIfAborted()
      return await session.s3.send(command, { abortSignal: stop, ...timeFor(session, PART_BYTES * PARALLEL) })
    } catch (error) {
      first ??= error
      failed.abort(error)
      throw error
    }
  }
  const client = Object.assign(Object.create(session.s3) as S3, { send })
  return { client, firstFailure: () => first }
}

function timeFor(session: S3Session, bytes: number): { requestTimeout: number } {
  return { requestTimeout: session.settings.requestTimeoutMs + Math.ceil(bytes / SLOWEST_BYTES_PER_MS) }
}

async function checkArrived(upload: Upload, sentBytes: number): Promise<void> {
  const { session, key, options } = upload
  const foundBytes = await ask(session, { doing: 'write', key, signal: options?.signal }, async () => {
    try {
      const input = { Bucket: session.bucket, Key: key }
      return (await session.s3.headObject(input, sendOptions(options?.signal))).ContentLength
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  })
  if (foundBytes === sentBytes) return
  throw new JobError(
    { code: 'uploadDiffers', params: { where: session.where, key, sentBytes, foundBytes } },
    { fault: 'destination', retryable: true },
  )
}
