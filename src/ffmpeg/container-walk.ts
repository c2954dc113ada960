/**
 * Walks a file's outermost elements as bytes arrive, to tell whether a part continues where the last one ended. Pure.
 */
import type { VideoDemuxer } from '../model/room.ts'
import { CLUSTER, OF_SEGMENT, SEGMENT, numberBytes, sizeIn } from './ebml.ts'
import { BOX_HEAD_BYTES, readBoxHead } from './mp4-box.ts'

/** Elements of a WebM's top level, segments and clusters, which are walked as one flat list. */
const EBML_IDS = new Set([
  ...[0x1a45dfa3, SEGMENT, 0xec, 0xbf],
  ...OF_SEGMENT,
  ...[CLUSTER, 0xe7, 0x5854, 0xa7, 0xab, 0xa3, 0xa0, 0xaf],
])
const EBML_HEADER = 0x1a45dfa3

const MP4_BOXES = new Set([
  ...['ftyp', 'styp', 'moov', 'moof', 'mdat', 'free', 'skip', 'wide', 'sidx', 'mfra', 'emsg', 'prft', 'uuid'],
  ...['pssh', 'meta', 'pdin', 'ssix'],
])

/** Maximum length of an element or box header. */
const MOST_HEADER_BYTES = 16

/** An element's header. A `bodyBytes` of 0 means that the walk enters the body rather than skipping it. */
interface Header {
  readonly headerBytes: number
  readonly bodyBytes: number
  /** Maximum number of bytes in the file after the header. */
  readonly restBytes?: number | undefined
}

/**
 * @returns a function that takes the file's bytes in order and reports whether all bytes so far can be those of one
 *   WebM or MP4; once false, it stays false
 */
export function walkContainer(demuxer: VideoDemuxer): (chunk: Buffer) => boolean {
  const read = demuxer === 'matroska' ? readElement : readBox
  let isWellFormed = true
  let bodyLeft = 0
  let started: Buffer = Buffer.alloc(0)
  let passed = 0
  let endsAt = Infinity
  return (chunk) => {
    let at = 0
    while (isWellFormed && at < chunk.length) {
      if (bodyLeft > 0) {
        const step = Math.min(bodyLeft, chunk.length - at)
        bodyLeft -= step
        at += step
        continue
      }
      const position = passed + at - started.length
      const bytes = Buffer.concat([started, chunk.subarray(at, at + MOST_HEADER_BYTES - started.length)])
      const header = position >= endsAt ? 'wrong' : read(bytes, position === 0)
      if (header === 'more') {
        at += bytes.length - started.length
        started = bytes
      } else if (header === 'wrong') {
        isWellFormed = false
      } else {
        at += header.headerBytes - started.length
        started = Buffer.alloc(0)
        bodyLeft = header.bodyBytes
        if (header.restBytes !== undefined) endsAt = position + header.headerBytes + header.restBytes
      }
    }
    passed += chunk.length
    return isWellFormed
  }
}

function readElement(bytes: Buffer, isFirst: boolean): Header | 'more' | 'wrong' {
  const idBytes = numberBytes(bytes[0])
  if (idBytes > 4) return 'wrong'
  if (bytes.length < idBytes) return 'more'
  const id = bytes.readUIntBE(0, idBytes)
  // Only the first element may be an EBML header: a second one starts another file.
  if (!EBML_IDS.has(id) || isFirst !== (id === EBML_HEADER)) return 'wrong'
  if (bytes.length === idBytes) return 'more'
  const sizeBytes = numberBytes(bytes[idBytes])
  if (sizeBytes > 8) return 'wrong'
  const headerBytes = idBytes + sizeBytes
  if (bytes.length < headerBytes) return 'more'
  const size = sizeIn(bytes.subarray(idBytes, headerBytes))
  if (id === CLUSTER) return { headerBytes, bodyBytes: 0 }
  if (id === SEGMENT) return { headerBytes, bodyBytes: 0, restBytes: size }
  return size === undefined ? 'wrong' : { headerBytes, bodyBytes: size }
}

function readBox(bytes: Buffer): Header | 'more' | 'wrong' {
  const head = readBoxHead(bytes)
  if (!head) return 'more'
  if (!MP4_BOXES.has(head.name)) return 'wrong'
  const { headerBytes, bytes: size } = head
  if (headerBytes < BOX_HEAD_BYTES) {
    // The box extends to the end of the file.
    if (size === 0) return { headerBytes, bodyBytes: Infinity }
    // Its size is in the 64-bit field, which is not there yet.
    if (size === 1) return 'more'
  }
  return size < headerBytes ? 'wrong' : { headerBytes, bodyBytes: size - headerBytes }
}
