import { describe, expect, it } from 'vitest'
import {
  type Algorithm,
  canTellMd5,
  claimOf,
  type Headers,
  plainEtag,
  startHash,
} from '../../../src/storage/content-hash.ts'

const NINE = Buffer.from('123456789')

/** The sums of "123456789", as the catalogues of such sums have them. */
const CHECKS: Readonly<Record<Algorithm, string>> = {
  sha256: '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225',
  sha1: 'f7c3bc1d808e04732adf679965ccc34ca7ae3441',
  md5: '25f9e794323b453885f5181f1b624d0b',
  crc32: 'cbf43926',
  crc32c: 'e3069283',
  crc64nvme: 'ae8b14860a799888',
  crc64ecma: '995dc9bbdf1939fa',
}

describe('startHash', () => {
  it.each(Object.entries(CHECKS) as [Algorithm, string][])('knows %s', (algorithm, sum) => {
    for (const cut of [0, 1, 5, 9]) {
      const hash = startHash(algorithm)
      hash.update(NINE.subarray(0, cut))
      hash.update(NINE.subarray(cut))
      expect(hash.hex()).toBe(sum)
    }
  })

  it.each([
    ['crc32', '00000000'],
    ['crc64ecma', '0000000000000000'],
  ] as const)('has every digit of the %s of nothing', (algorithm, sum) => {
    expect(startHash(algorithm).hex()).toBe(sum)
  })
})

describe('claimOf', () => {
  const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64')
  const etag = `"${CHECKS.md5.toUpperCase()}"`

  it.each<[string, Headers, Algorithm]>([
    ['SHA-256', { 'x-amz-checksum-sha256': base64(CHECKS.sha256), etag }, 'sha256'],
    ['SHA-1', { 'x-amz-checksum-sha1': base64(CHECKS.sha1), etag }, 'sha1'],
    [
      'CRC-64/NVME',
      { 'x-amz-checksum-crc64nvme': base64(CHECKS.crc64nvme), 'x-amz-checksum-type': 'FULL_OBJECT' },
      'crc64nvme',
    ],
    ['CRC-32C', { 'x-amz-checksum-crc32c': base64(CHECKS.crc32c) }, 'crc32c'],
    ['CRC-32', { 'x-amz-checksum-crc32': base64(CHECKS.crc32) }, 'crc32'],
    [
      'Aliyun CRC-64',
      { 'x-oss-hash-crc64ecma': BigInt(`0x${CHECKS.crc64ecma}`).toString(), etag },
      'crc64ecma',
    ],
    [
      'Tencent CRC-64',
      { 'x-cos-hash-crc64ecma': BigInt(`0x${CHECKS.crc64ecma}`).toString(), etag: '"x-2"' },
      'crc64ecma',
    ],
    ['Content-MD5', { 'content-md5': base64(CHECKS.md5), etag: '"x"' }, 'md5'],
    ['an ETag that looks like one', { etag }, 'md5'],
    [
      'an ETag of an object encrypted by the service',
      { etag, 'x-amz-server-side-encryption': 'AES256' },
      'md5',
    ],
  ])('takes %s', (_, headers, algorithm) => {
    expect(claimOf(headers, 's3')).toEqual({ algorithm, hex: CHECKS[algorithm] })
  })

  it.each<[string, Headers]>([
    ['nothing', {}],
    ['an ETag of parts', { etag: `"${CHECKS.md5}-7"` }],
    ['an ETag that is no MD5 sum', { etag: '"Fto5o-5ea0sNMlW_75VgGJCv2AcJ"' }],
    ['a weak ETag', { etag: `W/"${CHECKS.md5}"` }],
    ['an ETag of something encrypted', { etag, 'x-amz-server-side-encryption': 'aws:kms' }],
    ['an ETag of something encrypted elsewhere', { etag, 'x-oss-server-side-encryption': 'KMS' }],
    [
      'an ETag of a key of the customer',
      { etag, 'x-amz-server-side-encryption-customer-algorithm': 'AES256' },
    ],
    ['a sum of sums', { 'x-amz-checksum-crc32': base64(CHECKS.crc32), 'x-amz-checksum-type': 'COMPOSITE' }],
    ['a sum of sums by its look', { 'x-amz-checksum-sha256': `${base64(CHECKS.sha256)}-3` }],
    ['half a sum', { 'x-amz-checksum-sha256': base64(CHECKS.sha1) }],
  ])('takes nothing from %s', (_, headers) => {
    expect(claimOf(headers, 's3')).toBeUndefined()
  })

  it('takes no ETag of vendors whose ETags are sums of their own kind', () => {
    expect(claimOf({ etag }, 'ucloud')).toBeUndefined()
    expect(claimOf({ etag }, 'qiniu')).toBeUndefined()
    expect(canTellMd5({ etag }, 'ucloud')).toBe(false)
  })
})

it('takes an ETag out of its quotes', () => {
  expect(['"aB-1"', 'aB', '', undefined, 'W/"a"'].map(plainEtag)).toEqual([
    'aB-1',
    'aB',
    undefined,
    undefined,
    undefined,
  ])
})
