/** Uploading: small files in one request, larger ones in parts, and what arrived is checked before it counts. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { JobError } from '../errors.ts'
import { fileError } from './file-error.ts'
import { fileSize } from './file-size.ts'
import { checkArrived, type Sent } from './s3-arrived.ts'
import { ask } from './s3-ask.ts'
import { putInParts } from './s3-multipart.ts'
import { bodyOf, objectOf, PART_BYTES, timeFor, type Upload } from './s3-upload.ts'
import type { Stored } from './storage.ts'

/** What arrived damaged or cut short is sent once more. */
const TIMES = 2

/**
 * Puts a finished file under a key, and asks the service for the length it has there and for what it tells of the
 * content.
 * @throws JobError `uploadDiffers`, `uploadDamaged`, `uploadTooLarge` and whatever `storageError` knows; no parts are
 *   left behind.
 */
export async function putObject(upload: Upload): Promise<Stored> {
  const bytes = await fileSize(upload.fromPath)
  for (let time = 1; ; time += 1) {
    const sent = await (bytes <= PART_BYTES ? putWhole(upload) : putInParts(upload, bytes))
    try {
      const version = await checkArrived(upload, sent)
      return { bytes, version: version.name }
    } catch (error) {
      const isBad = error instanceof JobError && ['uploadDiffers', 'uploadDamaged'].includes(error.code)
      if (!isBad || time === TIMES) throw error
      upload.session.log?.warn({ err: error }, 'uploaded again')
      upload.options?.onBytes?.(-bytes)
    }
  }
}

async function putWhole(upload: Upload): Promise<Sent> {
  const { session, key, fromPath, options } = upload
  // In memory rather than as a stream: a buffer can be sent again after a failure, and its hash is signed.
  const body = await readFile(fromPath).catch((error: unknown) => {
    throw fileError(fromPath, error)
  })
  const md5 = createHash('md5').update(body).digest()
  const input = { ...objectOf(upload), ...bodyOf(session, body, md5) }
  await ask(session, { doing: 'write', key, signal: options?.signal }, (s3, send) =>
    s3.putObject(input, { ...send, ...timeFor(session, body.length) }),
  )
  options?.onBytes?.(body.length)
  return { bytes: body.length, etagIfMd5: md5.toString('hex'), isSure: true }
}
