/** Which version of an object a response describes. */
import { canTellMd5, type Claim, claimOf, plainEtag } from './content-hash.ts'
import { httpStatus, isMissing } from './s3-errors.ts'
import { ask, type Send } from './s3-ask.ts'
import type { S3Session } from './s3-session.ts'
import type { TransferOptions } from './storage.ts'

export interface Wanted {
  readonly session: S3Session
  readonly key: string
  readonly options: TransferOptions | undefined
}

export interface Version {
  /** Identifies the version. Every client sees the same text for the same version. */
  readonly name: string
  readonly bytes: number
  /** As sent by the service; undefined if it sends none that identifies bytes. */
  readonly etag: string | undefined
  /** The content hash that the service reports, if any. */
  readonly claim: Claim | undefined
  /** Whether the ETag may be an MD5 sum. */
  readonly isMd5Etag: boolean
}

interface Told {
  readonly ETag?: string | undefined
  readonly LastModified?: Date | undefined
}

/** The version described by a response about a whole object. */
export function versionOf(session: S3Session, answer: Told, bytes: number): Version {
  const plain = plainEtag(answer.ETag)
  const headers = session.headersOf(answer)
  return {
    name: `${bytes}-${plain ?? answer.LastModified?.getTime() ?? ''}`,
    bytes,
    etag: plain === undefined ? undefined : answer.ETag,
    claim: claimOf(headers, session.vendor),
    isMd5Etag: canTellMd5(headers, session.vendor),
  }
}

/**
 * Returns the version that is in the bucket now; undefined if there is no such object.
 * @throws JobError as `ask` does
 */
export async function lookUp(wanted: Wanted): Promise<Version | undefined> {
  const { session, key, options } = wanted
  const object = { Bucket: session.bucket, Key: key }
  return ask<Version | undefined>(
    session,
    { doing: 'read', key, signal: options?.signal },
    async (s3, send) => {
      try {
        const answer = await s3.headObject(object, send)
        return versionOf(session, answer, answer.ContentLength ?? 0)
      } catch (error) {
        if (isMissing(error)) return refuseMissingBucket(session, s3, send)
        return byReading({ session, object, s3, send, error })
      }
    },
  )
}

/** HEAD returns 404 for a missing object and for a missing bucket. */
async function refuseMissingBucket(
  session: S3Session,
  ...[s3, send]: Parameters<Send<unknown>>
): Promise<undefined> {
  try {
    await s3.headBucket({ Bucket: session.bucket }, send)
  } catch (error) {
    // Without permission to access the bucket itself, the object is assumed to be missing.
    if (httpStatus(error) === 404)
      throw Object.assign(new Error('no bucket', { cause: error }), { name: 'NoSuchBucket' })
  }
}

/**
 * A HEAD response has no body and so no reason: a wrong secret looks like a missing permission. A GET of one byte
 * returns the reason, or the information HEAD failed to return.
 */
async function byReading(from: {
  session: S3Session
  object: { readonly Bucket: string; readonly Key: string }
  s3: Parameters<Send<unknown>>[0]
  send: Parameters<Send<unknown>>[1]
  error: unknown
}): Promise<Version> {
  const { session, object, s3, send, error } = from
  const status = httpStatus(error)
  if (status === undefined || status < 300 || status >= 500 || status === 429) throw error
  const answer = await s3.getObject({ ...object, Range: 'bytes=0-0' }, send)
  ;(answer.Body as { destroy?: () => void } | undefined)?.destroy?.()
  const bytes = /\/(\d+)$/.exec(answer.ContentRange ?? '')?.[1]
  if (bytes === undefined) throw error
  return { ...versionOf(session, answer, Number(bytes)), claim: undefined }
}
