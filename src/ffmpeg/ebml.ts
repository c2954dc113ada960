/** EBML, which Matroska files are written in: its numbers, and the elements of a file read through a moving window. */
import type { FileHandle } from 'node:fs/promises'

export const SEGMENT = 0x18538067
export const CLUSTER = 0x1f43b675
/** Elements of a segment beside its clusters. */
export const OF_SEGMENT: ReadonlySet<number> = new Set([
  0x114d9b74, 0x1549a966, 0x1654ae6b, 0x1c53bb6b, 0x1254c367, 0x1043a770, 0x1941a469,
])

const WINDOW_BYTES = 2 ** 20
/** An id has 4 bytes at most, a size 8. */
const MOST_HEADER_BYTES = 12

export interface Element {
  readonly id: number
  /** Where its id begins in the file. */
  readonly at: number
  /** Where its size is written, and in how many bytes. */
  readonly sizeAt: number
  readonly sizeBytes: number
  /** Where its content begins. */
  readonly bodyAt: number
  /** Undefined where its size is unknown. */
  readonly bodyBytes: number | undefined
}

/** Bytes of a file by their place; fewer than asked for at its end. */
export type BytesAt = (at: number, length: number) => Promise<Buffer>

/** @param windowBytes how much is read at once */
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

/** The element that begins at a place; undefined at the end of the file, and for what is none. */
export async function elementAt(bytesAt: BytesAt, at: number): Promise<Element | undefined> {
  const head = await bytesAt(at, MOST_HEADER_BYTES)
  const idBytes = numberBytes(head[0])
  const sizeBytes = numberBytes(head[idBytes])
  if (idBytes > 4 || sizeBytes > 8 || idBytes + sizeBytes > head.length) return undefined
  return {
    ...{ id: head.readUIntBE(0, idBytes), at },
    ...{ sizeAt: at + idBytes, sizeBytes, bodyAt: at + idBytes + sizeBytes },
    bodyBytes: sizeIn(head.subarray(idBytes, idBytes + sizeBytes)),
  }
}

/** Matroska's elements one after another; one of unknown size is all the rest. */
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

/** The size that these bytes say; undefined where it is unknown, which all ones say. */
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

/** How many bytes a number takes, by its first; 9 where that cannot be one. */
export function numberBytes(first = 0): number {
  return Math.clz32(first) - 23
}
