/** Multipart uploads with parts of exactly 8 MiB. An upload that cannot finish is aborted. */
import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { JobError } from '../errors.ts'
import { fileError } from '../files/file-error.ts'
import type { Sent } from './s3-arrived.ts'
import { ask } from './s3-ask.ts'
import { serviceCode } from './s3-errors.ts'
import { bodyOf, conditionOf, objectOf, PART_BYTES, timeFor, type Upload } from './s3-upload.ts'
import { unfinishedPut } from './unfinished.ts'

const MAX_PARTS = 10_000
/** Parts in flight, each held in memory. */
const PARALLEL = 4
/** A job that is stopped waits at most this long for the abort; otherwise the next run aborts the upload. */
const LONGEST_ABORT_MS = 10_000

interface Part {
  readonly PartNumber: number
  readonly ETag: string | undefined
}

/**
 * Uploads a file of more than one part. When it throws, the service has been asked to discard the parts.
 * @throws JobError `uploadTooLarge`, `fileFailed`, and the errors of `storageError`
 */
export async function putInParts(upload: Upload, bytes: number): Promise<Sent> {
  const { session, key, options } = upload
  const { signal } = options ?? {}
  const maxBytes = MAX_PARTS * PART_BYTES
  if (bytes > maxBytes) {
    const params = { where: session.where, key, bytes, maxBytes }
    throw new JobError({ code: 'uploadTooLarge', params }, { fault: 'config' })
  }
  signal?.throwIfAborted()
  const about = { doing: 'write', key, signal } as const
  const unfinished = unfinishedPut({ where: session.where, key, fromPath: upload.fromPath })
  const left = await unfinished.read()
  if (left !== undefined && (await takeBack(upload, left))) await unfinished.forget()

  const { UploadId = '' } = await ask(session, about, (s3, send) =>
    s3.createMultipartUpload(objectOf(upload), send),
  )
  try {
    await unfinished.note(UploadId)
    const { parts, etagIfMd5 } = await sendParts(upload, UploadId, bytes)
    const isSure = await complete(upload, UploadId, parts)
    await unfinished.forget()
    return { bytes, etagIfMd5, isSure }
  } catch (error) {
    if (await takeBack(upload, UploadId)) await unfinished.forget()
    throw error
  }
}

/** Sends all parts. The first failure or the caller's signal aborts those in flight. */
async function sendParts(
  upload: Upload,
  uploadId: string,
  bytes: number,
): Promise<{ parts: Part[]; etagIfMd5: string }> {
  const { session, key, fromPath, options } = upload
  const failed = new AbortController()
  const signal = options?.signal ? AbortSignal.any([options.signal, failed.signal]) : failed.signal
  const count = Math.ceil(bytes / PART_BYTES)
  const parts: Part[] = []
  const sums: Buffer[] = []
  let next = 0
  let moved = 0
  const file = await open(fromPath).catch((error: unknown) => {
    throw fileError(fromPath, error)
  })
  const sendOne = async (index: number): Promise<void> => {
    const at = index * PART_BYTES
    const body = await readAt({ file, path: fromPath, at, length: Math.min(PART_BYTES, bytes - at) })
    const md5 = createHash('md5').update(body).digest()
    const PartNumber = index + 1
    const input = {
      Bucket: session.bucket,
      Key: key,
      UploadId: uploadId,
      PartNumber,
      ...bodyOf(session, body, md5),
    }
    const { ETag } = await ask(session, { doing: 'write', key, signal }, (s3, send) =>
      s3.uploadPart(input, { ...send, ...timeFor(session, PART_BYTES * PARALLEL) }),
    )
    parts[index] = { PartNumber, ETag }
    sums[index] = md5
    moved += body.length
    options?.onBytes?.(body.length)
  }
  const worker = async (): Promise<void> => {
    try {
      while (next < count) await sendOne(next++)
    } catch (error) {
      failed.abort(error)
      throw error
    }
  }
  try {
    const ended = await Promise.allSettled(Array.from({ length: Math.min(PARALLEL, count) }, worker))
    options?.signal?.throwIfAborted()
    if (ended.some(({ status }) => status === 'rejected')) throw failed.signal.reason
  } catch (error) {
    options?.onBytes?.(-moved)
    throw error
  } finally {
    await file.close()
  }
  const sum = createHash('md5').update(Buffer.concat(sums)).digest('hex')
  return { parts, etagIfMd5: `${sum}-${count}` }
}

async function readAt(from: { file: FileHandle; path: string; at: number; length: number }): Promise<Buffer> {
  const { file, path, at, length } = from
  const body = Buffer.allocUnsafe(length)
  try {
    for (let filled = 0; filled < length;) {
      const { bytesRead } = await file.read(body, filled, length - filled, at + filled)
      if (bytesRead === 0) throw Object.assign(new Error('the file has become shorter'), { code: 'EOF' })
      filled += bytesRead
    }
  } catch (error) {
    throw fileError(path, error)
  }
  return body
}

/**
 * Completes the upload.
 * @returns false if the service no longer knows the upload: either the object exists and the response was lost, or the
 *   parts were discarded
 */
async function complete(upload: Upload, UploadId: string, Parts: Part[]): Promise<boolean> {
  const { session, key, options } = upload
  const input = {
    Bucket: session.bucket,
    Key: key,
    UploadId,
    MultipartUpload: { Parts },
    ...conditionOf(upload),
  }
  try {
    await ask(session, { doing: 'write', key, signal: options?.signal }, (s3, send) =>
      // Some services join the parts before they respond.
      s3.completeMultipartUpload(input, { ...send, ...timeFor(session, PART_BYTES * PARALLEL) }),
    )
    return true
  } catch (error) {
    if (error instanceof JobError && serviceCode(error.cause) === 'NoSuchUpload') return false
    throw error
  }
}

/**
 * Starts a multipart upload and aborts it: the smallest request that shows whether a key can be written. No object is
 * created, not even temporarily.
 * @throws JobError if settings are at fault; other failures are only logged, since they may have passed by the time of
 *   the upload
 */
export async function refuseUnwritable(place: Pick<Upload, 'session' | 'key' | 'options'>): Promise<void> {
  const { session, key, options } = place
  const signal = options?.signal
  try {
    const { UploadId } = await ask(session, { doing: 'write', key, signal }, (s3, send) =>
      s3.createMultipartUpload(objectOf(place), send),
    )
    if (UploadId !== undefined) await takeBack(place, UploadId)
  } catch (error) {
    signal?.throwIfAborted()
    if (!(error instanceof JobError) || error.fault === 'config') throw error
    session.log?.warn(
      { where: session.where, key, err: error },
      'it is not known whether an upload will be taken',
    )
  }
}

/** Aborts the upload. @returns whether the service has discarded the parts or never knew them */
async function takeBack(
  { session, key }: Pick<Upload, 'session' | 'key'>,
  UploadId: string,
): Promise<boolean> {
  const signal = AbortSignal.timeout(Math.min(LONGEST_ABORT_MS, session.settings.requestTimeoutMs))
  try {
    await ask(session, { doing: 'write', key, signal }, (s3, send) =>
      s3.abortMultipartUpload({ Bucket: session.bucket, Key: key, UploadId }, send),
    )
    return true
  } catch (error) {
    const isUnknown = error instanceof JobError && serviceCode(error.cause) === 'NoSuchUpload'
    if (!isUnknown)
      session.log?.warn({ where: session.where, key, err: error }, 'parts of an upload are left there')
    return isUnknown
  }
}
