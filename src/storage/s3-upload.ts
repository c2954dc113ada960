/** Shared by single-request and multipart uploads. */
import type { PutObjectCommandInput } from '@aws-sdk/client-s3'
import type { S3Vendor } from '../model/job.ts'
import { contentTypeOf } from '../plan/output-keys.ts'
import type { S3Session } from './s3-session.ts'
import type { PutOptions } from './storage.ts'

/** UCloud requires exactly this part size; the other vendors accept any from 5 MiB up. */
export const PART_BYTES = 8 * 1024 * 1024

export interface Upload {
  readonly session: S3Session
  readonly key: string
  readonly fromPath: string
  readonly options: PutOptions | undefined
}

/** The object's bucket, key and content type for requests. */
export function objectOf({
  session,
  key,
}: Pick<Upload, 'session' | 'key'>): Pick<PutObjectCommandInput, 'Bucket' | 'Key' | 'ContentType'> {
  const type = contentTypeOf(key)
  return { Bucket: session.bucket, Key: key, ContentType: type }
}

/** Services that document conditional writes; others ignore the condition or reject the request because of it. */
const COMPARE: ReadonlySet<S3Vendor> = new Set(['aws', 's3'])

/** The precondition of the write, if the service supports it and there is something to compare. */
export function conditionOf({ session, options }: Upload): { IfMatch?: string; IfNoneMatch?: string } {
  const { replaces } = options ?? {}
  if (replaces === undefined || !COMPARE.has(session.vendor) || session.learnt.comparesNot) return {}
  if (replaces === null) return { IfNoneMatch: '*' }
  return replaces.etag === undefined ? {} : { IfMatch: replaces.etag }
}

/** A body with its length, and with its MD5 sum for the service to verify. */
export function bodyOf(session: S3Session, body: Buffer, md5: Buffer) {
  // US3 does not document how it treats this header.
  const sum = session.vendor === 'ucloud' ? {} : { ContentMD5: md5.toString('base64') }
  return { Body: body, ContentLength: body.length, ...sum }
}

/** The rate if the settings name none. */
const SLOWEST_BYTES_PER_SECOND = 16_384

/**
 * Returns the timeout for a request that sends this many bytes: the time they take at the minimum rate, plus the
 * request timeout, which covers only the response.
 */
export function timeFor({ settings }: S3Session, bytes: number): { requestTimeout: number } {
  const rate = settings.minBytesPerSecond || SLOWEST_BYTES_PER_SECOND
  return { requestTimeout: settings.requestTimeoutMs + Math.ceil((bytes / rate) * 1000) }
}
