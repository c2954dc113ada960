/** Checks that the bucket has what was uploaded. */
import { JobError } from '../errors.ts'
import { type Algorithm, hashOfFile, plainEtag, startHash } from './content-hash.ts'
import { fileError } from '../files/file-error.ts'
import { bytesOf } from './s3-body.ts'
import type { Upload } from './s3-upload.ts'
import { lookUp, type Version } from './s3-version.ts'

/** What was sent, as far as a response can confirm it. */
export interface Sent {
  readonly bytes: number
  /** The object's ETag if the service derives ETags from MD5 sums. */
  readonly etagIfMd5: string
  /** False if the service may have kept the previous object. */
  readonly isSure: boolean
}

/**
 * Compares length and content. A hash mismatch is not conclusive, since the reported value may be a hash of something
 * else; the object is then read back.
 * @throws JobError `uploadDiffers`, `uploadDamaged`; the errors of `lookUp` and `bytesOf`
 */
export async function checkArrived(upload: Upload, sent: Sent): Promise<Version> {
  const { session, key } = upload
  const version = await lookUp(upload)
  if (version?.bytes !== sent.bytes) {
    const params = { where: session.where, key, sentBytes: sent.bytes, foundBytes: version?.bytes }
    throw new JobError({ code: 'uploadDiffers', params }, { fault: 'destination', retryable: true })
  }
  const { algorithm, isSame } = (await compare(upload, sent, version)) ?? {}
  const { hashes } = session.learnt
  if (isSame === true && algorithm) hashes.set(algorithm, 'right')
  if (isSame === true || (isSame === undefined && sent.isSure)) return version
  await readBack(upload, version, algorithm)
  if (algorithm && hashes.get(algorithm) !== 'right') hashes.set(algorithm, 'else')
  return version
}

/** Whether the service reports the file's hash; undefined if it reports no hash. */
async function compare(
  { session, fromPath, options }: Upload,
  sent: Sent,
  version: Version,
): Promise<{ algorithm: Algorithm; isSame: boolean } | undefined> {
  const { claim, isMd5Etag } = version
  const isElse = (algorithm: Algorithm): boolean => session.learnt.hashes.get(algorithm) === 'else'
  const etag = plainEtag(version.etag)?.toLowerCase()
  if (etag === sent.etagIfMd5) return { algorithm: 'md5', isSame: true }
  if (claim && !isElse(claim.algorithm)) {
    const { algorithm, hex } = claim
    return { algorithm, isSame: (await hashHere({ fromPath, algorithm, options })) === hex }
  }
  const isOfParts = isMd5Etag && /^[0-9a-f]{32}-\d+$/.test(etag ?? '') && !isElse('md5')
  return isOfParts ? { algorithm: 'md5', isSame: false } : undefined
}

/**
 * Compares the object in the bucket with the file by hashing both.
 * @throws JobError `uploadDamaged` if they differ
 */
async function readBack(upload: Upload, version: Version, doubted: Algorithm | undefined): Promise<void> {
  const { session, key, options } = upload
  session.log?.warn({ where: session.where, key, doubted }, 'reading back what was uploaded')
  const hash = startHash('sha256')
  const quiet = { ...upload, options: options?.signal && { signal: options.signal } }
  for await (const chunk of bytesOf(quiet, version, { at: 0 })) hash.update(chunk)
  if (hash.hex() === (await hashHere({ ...upload, algorithm: 'sha256' }))) return
  const params = { where: session.where, key, algorithm: 'sha256' }
  throw new JobError({ code: 'uploadDamaged', params }, { fault: 'destination', retryable: true })
}

async function hashHere(
  from: Pick<Upload, 'fromPath' | 'options'> & { algorithm: Algorithm },
): Promise<string> {
  const { fromPath, options, algorithm } = from
  try {
    return await hashOfFile(fromPath, algorithm, options?.signal)
  } catch (error) {
    options?.signal?.throwIfAborted()
    throw fileError(fromPath, error)
  }
}
