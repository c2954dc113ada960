/** Content hashes that services report, and the same hashes computed from local bytes. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { S3Vendor } from '../model/job.ts'
import { CRC32, CRC32C, CRC64_ECMA, CRC64_NVME, startCrc } from './crc.ts'

export type Algorithm = 'sha256' | 'sha1' | 'crc64nvme' | 'crc64ecma' | 'crc32c' | 'crc32' | 'md5'

/** A hash of the whole content, as reported by the service. */
export interface Claim {
  readonly algorithm: Algorithm
  /** Hexadecimal, lowercase. */
  readonly hex: string
}

/** Response headers with lowercase names. */
export type Headers = Readonly<Record<string, string>>

/** AWS checksums, also used by compatible services; in order of preference. */
const CHECKSUMS = ['sha256', 'sha1', 'crc64nvme', 'crc32c', 'crc32'] as const
const BYTES = { sha256: 32, sha1: 20, crc64nvme: 8, crc32c: 4, crc32: 4, md5: 16 } as const

/** Checksums of the whole object from Aliyun, Tencent and Volcengine, regardless of how it was uploaded; decimal. */
const ECMA_HEADERS = ['x-oss-hash-crc64ecma', 'x-cos-hash-crc64ecma', 'x-tos-hash-crc64ecma']

/** Vendors whose ETags are not MD5 sums. */
const OWN_ETAGS: ReadonlySet<S3Vendor> = new Set(['ucloud', 'qiniu'])

/**
 * Returns the best hash that a response reports for the whole object, or undefined if it reports none. An ETag that
 * looks like an MD5 sum is taken for one unless something indicates otherwise; it may still be something else.
 * @param headers of a response about the whole object, not about a range of it
 */
export function claimOf(headers: Headers, vendor: S3Vendor): Claim | undefined {
  // A composite checksum ends in the number of parts and cannot be checked without their sizes.
  if (headers['x-amz-checksum-type'] !== 'COMPOSITE') {
    for (const algorithm of CHECKSUMS) {
      const hex = hexOf(headers[`x-amz-checksum-${algorithm}`], BYTES[algorithm])
      if (hex !== undefined) return { algorithm, hex }
    }
  }
  for (const name of ECMA_HEADERS) {
    const decimal = headers[name]
    if (decimal !== undefined && /^\d{1,20}$/.test(decimal))
      return { algorithm: 'crc64ecma', hex: BigInt(decimal).toString(16).padStart(16, '0') }
  }
  const contentMd5 = hexOf(headers['content-md5'], BYTES.md5)
  if (contentMd5 !== undefined) return { algorithm: 'md5', hex: contentMd5 }
  const etag = plainEtag(headers['etag'])?.toLowerCase()
  if (etag === undefined || !/^[0-9a-f]{32}$/.test(etag) || !canTellMd5(headers, vendor)) return undefined
  return { algorithm: 'md5', hex: etag }
}

/** Whether ETags of this service can be MD5 sums: not a vendor-specific format and not of an encrypted object. */
export function canTellMd5(headers: Headers, vendor: S3Vendor): boolean {
  if (OWN_ETAGS.has(vendor)) return false
  return Object.entries(headers).every(
    ([name, value]) =>
      !/^x-[a-z]+-server-side-encryption/.test(name) || (name.endsWith('-encryption') && value === 'AES256'),
  )
}

/**
 * Returns an ETag without its quotes; undefined if it is missing or weak, since a weak ETag does not identify bytes.
 */
export function plainEtag(etag: string | undefined): string | undefined {
  const text = etag?.trim()
  return text === undefined || text === '' || text.startsWith('W/')
    ? undefined
    : text.replace(/^"(.*)"$/, '$1')
}

function hexOf(base64: string | undefined, bytes: number): string | undefined {
  if (base64 === undefined) return undefined
  const sum = Buffer.from(base64, 'base64')
  return sum.length === bytes && sum.toString('base64') === base64 ? sum.toString('hex') : undefined
}

interface RunningHash {
  update(bytes: Uint8Array): void
  /** Hexadecimal, lowercase. Finishes the hash. */
  hex(): string
}

export function startHash(algorithm: Algorithm): RunningHash {
  switch (algorithm) {
    case 'crc64nvme':
      return startCrc(CRC64_NVME)
    case 'crc64ecma':
      return startCrc(CRC64_ECMA)
    case 'crc32c':
      return startCrc(CRC32C)
    case 'crc32':
      return startCrc(CRC32)
    case 'sha256':
    case 'sha1':
    case 'md5': {
      const hash = createHash(algorithm)
      return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest('hex') }
    }
  }
}

/** Hashes a file. If the signal aborts, throws the file system's own error. */
export async function hashOfFile(
  path: string,
  algorithm: Algorithm,
  signal: AbortSignal | undefined,
): Promise<string> {
  const hash = startHash(algorithm)
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal })) {
    hash.update(chunk as Buffer)
  }
  return hash.hex()
}
