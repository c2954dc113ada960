/** Which version of an object an answer is about. */
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
  /** The same text for the same version, for whoever works with the object. */
  readonly name: string
  readonly bytes: number
  /** As the service wrote it; undefined where it gives none that stands for bytes. */
  readonly etag: string | undefined
  /** What the service tells of the content, if anything. */
  readonly claim: Claim | undefined
  /** The ETag may be made of MD5 sums. */
  readonly isMd5Etag: boolean
}

interface Told {
  readonly ETag?: string | undefined
  readonly LastModified?: Date | undefined
}

/** The version an answer about a whole object describes. */
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
 * The version that is in the bucket now, undefined when there is no such object.
 * @throws JobError as `ask` does.
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

/** HEAD says 404 for a missing object and a missing bucket alike. */
async function refuseMissingBucket(
  session: S3Session,
  ...[s3, send]: Parameters<Send<unknown>>
): Promise<undefined> {
  try {
    await s3.headBucket({ Bucket: session.bucket }, send)
  } catch (error) {
    // Whoever may not look at the bucket itself is told nothing, and takes the object as missing.
    if (httpStatus(error) === 404)
      throw Object.assign(new Error('no bucket', { cause: error }), { name: 'NoSuchBucket' })
  }
}

/**
 * An answer to HEAD has no body and so no reason: a wrong secret looks like a missing right. A GET of one byte has
 * one, or tells what HEAD should have.
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
