/** Files that hold another recording behind the first, which ffmpeg passes over, or reads by the codecs of the first. */
import type { FileHandle } from 'node:fs/promises'
import type { Demuxer } from '../model/room.ts'
import { openRegular } from '../files/read-file.ts'

/** Of top-level boxes: two for each fragment of a recording. More are not walked through. */
const MOST_BOXES = 1_000_000
const EBML = Buffer.from([0x1a, 0x45, 0xdf, 0xa3])
const CODEC_ID = 0x86
const TRACK_ENTRY = 0xae
const TRACKS = Buffer.from([0x16, 0x54, 0xae, 0x6b])
const CHUNK_BYTES = 2 ** 20
/** How far behind a file's beginning its tracks are described. */
const HEAD_BYTES = 64 * 1024

/**
 * Where a recording begins that is not read as it is, in bytes from the start of the file; undefined where all of the
 * file is.
 * @param restarts how often its clock begins anew: a WebM whose clock never does has no other in it
 */
export async function unreadPart(
  path: string,
  demuxer: Demuxer,
  restarts: number,
): Promise<number | undefined> {
  if (demuxer === 'matroska' && restarts === 0) return undefined
  const file = await openRegular(path)
  try {
    const { size } = await file.stat()
    return demuxer === 'mov' ? await secondMovie(file, size) : await otherCodecs(file, size)
  } finally {
    await file.close()
  }
}

/** Of several tables of samples only the first is read; fragments go on under it. */
async function secondMovie(file: FileHandle, size: number): Promise<number | undefined> {
  let startAt = 0
  let plainMovies = 0
  let beginsAt: number | undefined
  for (let at = 0, count = 0; at + 8 <= size && count < MOST_BOXES; count++) {
    const head = await bytesAt(file, at, 16)
    const type = head.toString('latin1', 4, 8)
    const short = head.length < 8 ? 0 : head.readUInt32BE(0)
    const length = short === 1 && head.length === 16 ? Number(head.readBigUInt64BE(8)) : short
    if (type === 'ftyp') startAt = at
    if (type === 'moof') plainMovies = 0
    if (type === 'moov') {
      // It may lie behind its samples: the recording begins with its `ftyp`.
      if (plainMovies++ > 0) beginsAt ??= startAt > 0 ? startAt : at
    }
    if (length < 8) break
    at += length
  }
  return beginsAt
}

/** WebM files one behind the other are read through, by the tracks of the first. */
async function otherCodecs(file: FileHandle, size: number): Promise<number | undefined> {
  const first = codecsOf(await bytesAt(file, 0, HEAD_BYTES))
  for (let from = 1; from < size; from += CHUNK_BYTES) {
    const chunk = await bytesAt(file, from, CHUNK_BYTES + EBML.length - 1)
    for (let at = chunk.indexOf(EBML); at >= 0; at = chunk.indexOf(EBML, at + 1)) {
      const codecs = codecsOf(await bytesAt(file, from + at, HEAD_BYTES))
      if (codecs !== '' && codecs !== first) return from + at
    }
  }
  return undefined
}

/** The codecs that a WebM's head names, in order; empty where it describes no tracks. */
function codecsOf(head: Buffer): string {
  const tracksAt = head.indexOf(TRACKS)
  if (tracksAt < 0) return ''
  const found: string[] = []
  const end = Math.min(head.length, contentOf(head, tracksAt + TRACKS.length).endAt)
  let at = contentOf(head, tracksAt + TRACKS.length).startAt
  while (at < end) {
    const id = head[at] ?? 0
    const idBytes = Math.clz32(id) - 23
    const { startAt, endAt } = contentOf(head, at + idBytes)
    if (idBytes === 1 && id === CODEC_ID) found.push(head.toString('latin1', startAt, endAt))
    // Entries are looked into, everything else is passed over.
    at = idBytes === 1 && id === TRACK_ENTRY ? startAt : endAt
  }
  return found.join(' ')
}

/** Where an element's content lies whose size is at `at`. */
function contentOf(head: Buffer, at: number): { startAt: number; endAt: number } {
  const first = head[at] ?? 0
  const bytes = Math.clz32(first) - 23
  let size = first & (0xff >> bytes)
  for (let i = 1; i < bytes; i++) size = size * 256 + (head[at + i] ?? 0)
  return { startAt: at + bytes, endAt: at + bytes + size }
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position })
  return buffer.subarray(0, bytesRead)
}
