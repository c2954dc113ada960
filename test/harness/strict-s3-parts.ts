/** The rules a multipart upload is completed by. */
import { createHash } from 'node:crypto'
import type { Refusal } from './strict-s3-signature.ts'

export const PART_BYTES = 8 * 1024 * 1024

export interface Part {
  readonly bytes: number
  readonly etag: string
}

/** Why a CompleteMultipartUpload is to be refused: unknown parts, wrong ETags or order, parts of a wrong size. */
export function refusalOfParts(xml: string, parts: ReadonlyMap<number, Part>): Refusal | undefined {
  const listed = [...xml.matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, text = '']) => ({
    number: Number(/<PartNumber>(\d+)<\/PartNumber>/.exec(text)?.[1]),
    etag: /<ETag>(.*?)<\/ETag>/.exec(text)?.[1]?.replaceAll('&quot;', '"'),
  }))
  if (listed.length === 0) return { status: 400, code: 'MalformedXML' }
  for (const [index, { number, etag }] of listed.entries()) {
    const part = parts.get(number)
    if (part === undefined || part.etag !== etag) return { status: 400, code: 'InvalidPart' }
    if (number !== index + 1) return { status: 400, code: 'InvalidPartOrder' }
    const isLast = index === listed.length - 1
    if (part.bytes > PART_BYTES) return { status: 400, code: 'EntityTooLarge' }
    if (!isLast && part.bytes < PART_BYTES) return { status: 400, code: 'EntityTooSmall' }
  }
  return undefined
}

/** The ETag of the whole as AWS makes it, of parts whose own ETags are MD5 sums. */
export function etagOfParts(parts: ReadonlyMap<number, Part>): string {
  const sums = [...parts]
    .sort(([a], [b]) => a - b)
    .map(([, { etag }]) => Buffer.from(etag.replaceAll('"', ''), 'hex'))
  return `"${createHash('md5').update(Buffer.concat(sums)).digest('hex')}-${sums.length}"`
}
