/** What uploads in one request and uploads in parts share. */
import type { PutObjectCommandInput } from '@aws-sdk/client-s3'
import type { S3Vendor } from '../model/job.ts'
import { contentTypeOf } from '../plan/output-keys.ts'
import type { S3Session } from './s3-session.ts'
import type { PutOptions } from './storage.ts'

/** UCloud takes parts of this size and no other; the other vendors take any from 5 MiB up. */
export const PART_BYTES = 8 * 1024 * 1024

export interface Upload {
  readonly session: S3Session
  readonly key: string
  readonly fromPath: string
  readonly options: PutOptions | undefined
}

/** The object as requests name it. */
export function objectOf({
  session,
  key,
}: Pick<Upload, 'session' | 'key'>): Pick<PutObjectCommandInput, 'Bucket' | 'Key' | 'ContentType'> {
  const type = contentTypeOf(key)
  return { Bucket: session.bucket, Key: key, ...(type !== undefined && { ContentType: type }) }
}

/** Services that document what they do with a condition on a write; others ignore it, or refuse the request for it. */
const COMPARE: ReadonlySet<S3Vendor> = new Set(['aws', 's3'])

/** The condition under which the service shall take the file, where it can compare and there is something to compare. */
export function conditionOf({ session, options }: Upload): { IfMatch?: string; IfNoneMatch?: string } {
  const { replaces } = options ?? {}
  if (replaces === undefined || !COMPARE.has(session.vendor) || session.learnt.comparesNot) return {}
  if (replaces === null) return { IfNoneMatch: '*' }
  return replaces.etag === undefined ? {} : { IfMatch: replaces.etag }
}

/** A body with its length, and with its MD5 sum for the service to check. */
export function bodyOf(session: S3Session, body: Buffer, md5: Buffer) {
  // US3 documents no check, and nothing of what it does with such a header.
  const sum = session.vendor === 'ucloud' ? {} : { ContentMD5: md5.toString('base64') }
  return { Body: body, ContentLength: body.length, ...sum }
}

/** The rate where the settings name none. */
const SLOWEST_BYTES_PER_SECOND = 16_384

/**
 * The time limit for a request that has this many bytes to send: what they take at the least rate, on top of the
 * request timeout, which is meant for the answer.
 */
export function timeFor({ settings }: S3Session, bytes: number): { requestTimeout: number } {
  const rate = settings.minBytesPerSecond || SLOWEST_BYTES_PER_SECOND
  return { requestTimeout: settings.requestTimeoutMs + Math.ceil((bytes / rate) * 1000) }
}
