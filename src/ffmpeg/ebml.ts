/** EBML, the format of Matroska files: its numbers, and the elements of a file read through a moving window. */
import type { FileHandle } from 'node:fs/promises'

export const SEGMENT = 0x18538067
export const CLUSTER = 0x1f43b675
/** Elements of a segment other than its clusters. */
export const OF_SEGMENT: ReadonlySet<number> = new Set([
  0x114d9b74, 0x1549a966, 0x1654ae6b, 0x1c53bb6b, 0x1254c367, 0x1043a770, 0x1941a469,
])

const WINDOW_BYTES = 2 ** 20
/** An id has at most 4 bytes, a size at most 8. */
const MOST_HEADER_BYTES = 12

export interface Element {
  readonly id: number
  /** Offset of its id in the file. */
  readonly at: number
  /** Offset and length of its size field. */
  readonly sizeAt: number
  readonly sizeBytes: number
  /** Offset of its content. */
  readonly bodyAt: number
  /** Undefined where the size is unknown. */
  readonly bodyBytes: number | undefined
}

/** Reads bytes of a file at an offset; returns fewer at its end. */
export type BytesAt = (at: number, length: number) => Promise<Buffer>

/** @param windowBytes bytes per read */
export function openWindow(file: Pick<FileHandle, 'read'>, windowBytes = WINDOW_BYTES): BytesAt {
  let from = 0
  let window = Buffer.alloc(0)
  return async (at, length) => {
    if (at < from || at + length > from + window.length) {
      const buffer = Buffer.alloc(Math.max(length, windowBytes))
      const { bytesRead } = await file.read({ buffer, position: at })
      from = at
      window = buffer.subarray(0, bytesRead)
    }
    return window.subarray(at - from, at - from + length)
  }
}

/** The element at an offset; undefined at the end of the file and for invalid data. */
export async function elementAt(bytesAt: BytesAt, at: number): Promise<Element | undefined> {
  const head = await bytesAt(at, MOST_HEADER_BYTES)
  const idBytes = numberBytes(head[0])
  const sizeBytes = numberBytes(head[idBytes])
  if (idBytes > 4 || sizeBytes > 8 || idBytes + sizeBytes > head.length) return undefined
  return {
    id: head.readUIntBE(0, idBytes),
    at,
    sizeAt: at + idBytes,
    sizeBytes,
    bodyAt: at + idBytes + sizeBytes,
    bodyBytes: sizeIn(head.subarray(idBytes, idBytes + sizeBytes)),
  }
}

/** Yields consecutive Matroska elements; one of unknown size extends to the end. */
export function* elementsIn(bytes: Buffer): Generator<{ id: string; body: Buffer }> {
  let at = 0
  while (at < bytes.length) {
    const idBytes = numberBytes(bytes[at])
    const sizeAt = at + idBytes
    const sizeBytes = numberBytes(bytes[sizeAt])
    const start = sizeAt + sizeBytes
    if (idBytes > 4 || sizeBytes > 8 || start > bytes.length) return
    const size = sizeIn(bytes.subarray(sizeAt, start))
    const end = size === undefined ? bytes.length : start + size
    yield { id: bytes.toString('hex', at, sizeAt), body: bytes.subarray(start, end) }
    at = end
  }
}

/** Decodes an element size; undefined for an unknown size, which is encoded as all ones. */
export function sizeIn(bytes: Buffer): number | undefined {
  const mask = 0xff >> bytes.length
  let size = (bytes[0] ?? 0) & mask
  let isUnknown = size === mask
  for (const byte of bytes.subarray(1)) {
    size = size * 256 + byte
    isUnknown &&= byte === 0xff
  }
  return isUnknown ? undefined : size
}

/** The length of a number in bytes, from its first byte; 9 where that is invalid. */
export function numberBytes(first = 0): number {
  return Math.clz32(first) - 23
}
