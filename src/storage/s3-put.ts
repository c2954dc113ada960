/** Uploads small files in one request and larger ones in parts, and verifies the result. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { JobError } from '../errors.ts'
import { fileError } from '../files/file-error.ts'
import { fileSize } from './file-size.ts'
import { checkArrived, type Sent } from './s3-arrived.ts'
import { ask } from './s3-ask.ts'
import { httpStatus } from './s3-errors.ts'
import { putInParts } from './s3-multipart.ts'
import { bodyOf, conditionOf, objectOf, PART_BYTES, timeFor, type Upload } from './s3-upload.ts'
import type { Stored } from './storage.ts'
import { withinTime } from './transfer-time.ts'

/** A damaged or truncated upload is sent once more. */
const TIMES = 2
const PRECONDITION_FAILED = 412
const CONFLICT = 409
const NOT_IMPLEMENTED = 501

/**
 * Uploads a finished file, then verifies its length and, if the service reports a hash, its content. Leaves no parts
 * behind.
 * @throws JobError `outputReplaced`, `uploadDiffers`, `uploadDamaged`, `uploadTooLarge`, `transferTooLong`, and the
 *   errors of `storageError`
 */
export async function putObject(upload: Upload): Promise<Stored> {
  const bytes = await fileSize(upload.fromPath)
  // It may be sent twice.
  return withinTime(upload, TIMES * bytes, (options) => putChecked({ ...upload, options }, bytes))
}

async function putChecked(upload: Upload, bytes: number): Promise<Stored> {
  let sending = upload
  for (let time = 1; ; time += 1) {
    const sent = await send(sending, bytes)
    try {
      const version = await checkArrived(upload, sent)
      return { bytes, version: version.name }
    } catch (error) {
      const isBad = error instanceof JobError && ['uploadDiffers', 'uploadDamaged'].includes(error.code)
      if (isBad && sent.isRefused) throw replaced(upload)
      if (!isBad || time === TIMES) throw error
      upload.session.log?.warn({ err: error }, 'uploaded again')
      upload.options?.onBytes?.(-bytes)
      // The object there now is the one just sent.
      sending = withoutCondition(upload)
    }
  }
}

/**
 * Sends a file with its precondition. A service that rejects the precondition may still have stored the file if the
 * response to an earlier request was lost.
 */
async function send(upload: Upload, bytes: number): Promise<Sent & { isRefused?: true }> {
  const sendOnce = () => (bytes <= PART_BYTES ? putWhole(upload) : putInParts(upload, bytes))
  try {
    return await sendOnce()
  } catch (error) {
    const isConditional = Object.keys(conditionOf(upload)).length > 0
    const status = error instanceof JobError && isConditional ? httpStatus(error.cause) : undefined
    if (status === PRECONDITION_FAILED || status === CONFLICT)
      return { bytes, etagIfMd5: '', isSure: false, isRefused: true }
    if (status !== NOT_IMPLEMENTED) throw error
    upload.session.learnt.comparesNot = true
    return sendOnce()
  }
}

function withoutCondition({ options = {}, ...upload }: Upload): Upload {
  const { signal, onBytes } = options
  return { ...upload, options: { signal, onBytes } }
}

function replaced({ session, key }: Upload): JobError {
  return new JobError(
    { code: 'outputReplaced', params: { where: session.where, key } },
    { fault: 'destination' },
  )
}

async function putWhole(upload: Upload): Promise<Sent> {
  const { session, key, fromPath, options } = upload
  // In memory rather than as a stream: a buffer can be resent after a failure, and its hash is signed.
  const body = await readFile(fromPath).catch((error: unknown) => {
    throw fileError(fromPath, error)
  })
  const md5 = createHash('md5').update(body).digest()
  const input = { ...objectOf(upload), ...bodyOf(session, body, md5), ...conditionOf(upload) }
  await ask(session, { doing: 'write', key, signal: options?.signal }, (s3, send) =>
    s3.putObject(input, { ...send, ...timeFor(session, body.length) }),
  )
  options?.onBytes?.(body.length)
  return { bytes: body.length, etagIfMd5: md5.toString('hex'), isSure: true }
}
