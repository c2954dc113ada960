/** A bucket of any service that speaks S3. */
import { isMissing, httpStatus } from './s3-errors.ts'
import { putObject } from './s3-put.ts'
import { fetchObject, readObjectText } from './s3-read.ts'
import { ask, connect, type S3Session, type S3Target, sendOptions } from './s3-session.ts'
import type { ObjectFacts, Storage, StorageSettings, TransferOptions } from './storage.ts'

/** The bucket behind an S3 endpoint. The SDK is loaded and a connection made with the first request. */
export function openS3(target: S3Target, settings: StorageSettings): Storage {
  const where = `${target.vendor} bucket "${target.bucket}"`
  let connecting: Promise<S3Session> | undefined
  const session = (): Promise<S3Session> => (connecting ??= connect(where, target, settings))
  return {
    name: where,
    stat: async (key, options) => statObject(await session(), key, options),
    fetch: async (key, intoPath, options) =>
      fetchObject({ session: await session(), key, options }, intoPath),
    readText: async (key, maxBytes, options) =>
      readObjectText({ session: await session(), key, options }, maxBytes),
    put: async (key, fromPath, options) => putObject({ session: await session(), key, fromPath, options }),
    close() {
      connecting?.then(
        ({ s3 }) => s3.destroy(),
        () => {},
      )
      connecting = undefined
    },
  }
}

async function statObject(
  session: S3Session,
  key: string,
  options: TransferOptions | undefined,
): Promise<ObjectFacts | undefined> {
  const object = { Bucket: session.bucket, Key: key }
  const about = { doing: 'read', key, signal: options?.signal } as const
  const send = sendOptions(options?.signal)
  return ask(session, about, async () => {
    try {
      const { ContentLength, ETag } = await session.s3.headObject(object, send)
      return { bytes: ContentLength ?? 0, ...(ETag === undefined ? {} : { etag: ETag }) }
    } catch (error) {
      if (isMissing(error)) return refuseMissingBucket(session, send)
      throw await explained(session, { object, send, error })
    }
  })
}

/** HEAD says 404 for a missing object and a missing bucket alike. */
async function refuseMissingBucket(
  session: S3Session,
  send: ReturnType<typeof sendOptions>,
): Promise<undefined> {
  try {
    await session.s3.headBucket({ Bucket: session.bucket }, send)
  } catch (error) {
    // Whoever may not look at the bucket itself is told nothing, and takes the object as missing.
    if (httpStatus(error) === 404)
      throw Object.assign(new Error('no bucket', { cause: error }), { name: 'NoSuchBucket' })
  }
}

interface Unexplained {
  readonly object: { readonly Bucket: string; readonly Key: string }
  readonly send: ReturnType<typeof sendOptions>
  readonly error: unknown
}

/** An answer to HEAD has no body and so no reason: a wrong secret looks like a missing right. A GET has one. */
async function explained(session: S3Session, { object, send, error }: Unexplained): Promise<unknown> {
  const status = httpStatus(error)
  if (status === undefined || status < 300 || status >= 500) return error
  try {
    const { Body } = await session.s3.getObject({ ...object, Range: 'bytes=0-0' }, send)
    ;(Body as { destroy?: () => void } | undefined)?.destroy?.()
    return error
  } catch (reason) {
    return reason
  }
}
