/** Whether what was uploaded is what the bucket has. */
import { JobError } from '../errors.ts'
import { type Algorithm, hashOfFile, plainEtag, startHash } from './content-hash.ts'
import { fileError } from '../files/file-error.ts'
import { bytesOf } from './s3-body.ts'
import type { Upload } from './s3-upload.ts'
import { lookUp, type Version } from './s3-version.ts'

/** What was sent, as far as it can be told from an answer. */
export interface Sent {
  readonly bytes: number
  /** The ETag the object has where ETags are made of MD5 sums. */
  readonly etagIfMd5: string
  /** False where the service may have kept what it had before. */
  readonly isSure: boolean
}

/**
 * Compares length and content. A hash that is not what was expected is a suspicion, for it can be a hash of something
 * else: then the object is read back.
 * @throws JobError `uploadDiffers`, `uploadDamaged`, and as `lookUp` and `bytesOf` do.
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

/** Whether the service tells the hash that the file has; undefined where it tells none. */
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
 * Compares what the bucket has with the file, byte for byte by a hash of both.
 * @throws JobError `uploadDamaged` where they differ.
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
