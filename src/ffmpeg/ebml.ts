/** Reading the elements of a Matroska file one after the other, from a window that moves along with them. */
import type { FileHandle } from 'node:fs/promises'

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

export function openWindow(file: Pick<FileHandle, 'read'>): BytesAt {
  let from = 0
  let window = Buffer.alloc(0)
  return async (at, length) => {
    if (at < from || at + length > from + window.length) {
      const buffer = Buffer.alloc(Math.max(length, WINDOW_BYTES))
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
  let size = (head[idBytes] ?? 0) & (0xff >> sizeBytes)
  let isUnknown = size === 0xff >> sizeBytes
  for (const byte of head.subarray(idBytes + 1, idBytes + sizeBytes)) {
    size = size * 256 + byte
    isUnknown &&= byte === 0xff
  }
  return {
    ...{ id: head.readUIntBE(0, idBytes), at },
    ...{ sizeAt: at + idBytes, sizeBytes, bodyAt: at + idBytes + sizeBytes },
    bodyBytes: isUnknown ? undefined : size,
  }
}

/** How many bytes a number takes, by its first; 9 where that cannot be one. */
export function numberBytes(first = 0): number {
  return Math.clz32(first) - 23
}
