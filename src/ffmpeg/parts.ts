/** Finds a second recording appended to a file, which ffmpeg skips or reads with the codecs of the first. */
import type { FileHandle } from 'node:fs/promises'
import type { Demuxer } from '../model/room.ts'
import { openRegular } from '../files/read-file.ts'
import { BOX_HEAD_BYTES, readBoxHead } from './mp4-box.ts'

/** Maximum number of top-level boxes to walk: two per fragment of a recording. */
const MOST_BOXES = 1_000_000
const EBML = Buffer.from([0x1a, 0x45, 0xdf, 0xa3])
const CODEC_ID = 0x86
const TRACK_ENTRY = 0xae
const TRACKS = Buffer.from([0x16, 0x54, 0xae, 0x6b])
const CHUNK_BYTES = 2 ** 20
/** Number of bytes at a recording's start in which its tracks are described. */
const HEAD_BYTES = 64 * 1024

/**
 * Byte offset of an appended recording that ffmpeg does not read correctly; undefined if the whole file is read.
 * @param restarts how often its clock restarts: a WebM whose clock never does contains no other
 */
export async function unreadPart(
  path: string,
  demuxer: Demuxer,
  restarts: number,
): Promise<number | undefined> {
  if (demuxer !== 'mov' && (demuxer !== 'matroska' || restarts === 0)) return undefined
  const file = await openRegular(path)
  try {
    const { size } = await file.stat()
    return demuxer === 'mov' ? await secondMovie(file, size) : await otherCodecs(file, size)
  } finally {
    await file.close()
  }
}

/** Only the first of several sample tables is read; fragments continue under it. */
async function secondMovie(file: FileHandle, size: number): Promise<number | undefined> {
  let startAt = 0
  let plainMovies = 0
  let beginsAt: number | undefined
  for (let at = 0, count = 0; at + 8 <= size && count < MOST_BOXES; count++) {
    const head = readBoxHead(await bytesAt(file, at, BOX_HEAD_BYTES))
    if (!head) break
    const { name: type, bytes: length } = head
    if (type === 'ftyp') startAt = at
    if (type === 'moof') plainMovies = 0
    if (type === 'moov') {
      // The `moov` may come after its samples: the recording starts at its `ftyp`.
      if (plainMovies++ > 0) beginsAt ??= startAt > 0 ? startAt : at
    }
    if (length < 8) break
    at += length
  }
  return beginsAt
}

/** Appended WebM files are all read, but with the tracks of the first. */
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

/** The codecs named in a WebM's head, in order; empty if it describes no tracks. */
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
    // Descends into track entries and skips everything else.
    at = idBytes === 1 && id === TRACK_ENTRY ? startAt : endAt
  }
  return found.join(' ')
}

/** The content range of an element whose size field is at `at`. */
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
