/**
 * Reads what an MP4 declares about its tracks from its box headers, before ffmpeg opens it: work that a few bytes in its
 * tables can demand, and facts that ffmpeg reads but does not report.
 */
import { openRegular } from '../files/read-file.ts'
import { type BytesAt, openWindow } from './ebml.ts'
import { BOX_HEAD_BYTES, type BoxHead, readBoxHead } from './mp4-box.ts'
import { referencesOf } from './parameter-sets.ts'

export interface Mp4Track {
  /** Handler type: `vide`, `soun`; empty if there is none. */
  readonly kind: string
  /**
   * For a mirrored picture: the clockwise rotation in degrees that makes it upright, applied before a horizontal flip.
   */
  readonly mirroredTurn: number | undefined
  /** Number of entries in its edit list. */
  readonly edits: number
  /** Whether any of the first entries changes the speed or holds a picture. */
  readonly changesSpeed: boolean
  /** As declared in its sample size table. Excludes fragments, to which edit lists do not apply. */
  readonly samples: number
  /** Number of reference pictures that its decoder keeps, as declared; undefined if not. */
  readonly references: number | undefined
}

/** A file has about 15 boxes per track, and two at top level per fragment; its samples may precede its tables. */
const MOST_BOXES = 10_000
const PLAIN = ['trak', 'mdia', 'minf', 'stbl', 'edts', 'udta', 'tref', 'gmhd', 'sinf', 'schi', 'wave']
/** Boxes to descend into, wherever they are, and the number of their own bytes before the boxes inside. */
const OPENED: ReadonlyMap<string, number> = new Map([
  ...PLAIN.map((name) => [name, 0] as const),
  ...[['stsd', 8] as const],
  ...['avc1', 'avc3', 'hvc1', 'hev1'].map((name) => [name, 78] as const),
])
/** Deeper than in real files; bounds the recursion. */
const MOST_DEPTH = 16
const WINDOW_BYTES = 2 ** 16
/** Number of entries whose speed is read. */
const READ_EDITS = 1000
/** Decoder configuration; real ones have about a hundred bytes. */
const CONFIG_BYTES = 4096
const NORMAL_SPEED = 0x10000
/** Media time of an edit in which nothing is shown. */
const EMPTY_EDIT = -1

const NOTHING: Mp4Track = {
  kind: '',
  mirroredTurn: undefined,
  edits: 0,
  changesSpeed: false,
  samples: 0,
  references: undefined,
}

/** Returns no tracks if there is no `moov`, or none within the limits. */
export async function mp4Tracks(path: string): Promise<readonly Mp4Track[]> {
  const file = await openRegular(path)
  try {
    const { size } = await file.stat()
    return await tracksIn(openWindow(file, WINDOW_BYTES), size)
  } finally {
    await file.close()
  }
}

async function tracksIn(bytesAt: BytesAt, size: number): Promise<readonly Mp4Track[]> {
  const tracks: Mp4Track[] = []
  let left = MOST_BOXES
  const walk = async (from: number, to: number, depth: number): Promise<void> => {
    for (let at = from; at + 8 <= to && left > 0; left--) {
      const head = readBoxHead(await bytesAt(at, BOX_HEAD_BYTES))
      if (!head) return
      const { name, bodyAt, endAt } = boxIn(head, at, to)
      // Only the first `moov` is read.
      if (name === 'moov' && depth === 0) return walk(bodyAt, endAt, 1)
      if (name === 'trak') tracks.push(NOTHING)
      const read = READERS[name]
      const last = tracks.at(-1)
      if (read && last) {
        const body = await bytesAt(bodyAt, Math.min(read.bytes, endAt - bodyAt))
        tracks[tracks.length - 1] = { ...last, ...read.facts(body, endAt - bodyAt) }
      }
      const own = depth > 0 && depth < MOST_DEPTH ? OPENED.get(name) : undefined
      if (own !== undefined) await walk(bodyAt + own, endAt, depth + 1)
      at = endAt
    }
  }
  await walk(0, size, 0)
  return tracks
}

/** @param to end of the enclosing box; an invalid size extends to there */
function boxIn(head: BoxHead, at: number, to: number): { name: string; bodyAt: number; endAt: number } {
  const { name, headerBytes, bytes } = head
  const bodyAt = at + headerBytes
  const endAt = at + bytes
  return {
    name,
    bodyAt,
    endAt: endAt < bodyAt || endAt > to ? Math.max(to, bodyAt) : endAt,
  }
}

/** Extracts facts about a track from a box, and the number of bytes of it that this takes. */
interface Reader {
  readonly bytes: number
  readonly facts: (body: Buffer, bodyBytes: number) => Partial<Mp4Track>
}

const READERS: Readonly<Partial<Record<string, Reader>>> = {
  hdlr: { bytes: 12, facts: readKind },
  tkhd: { bytes: 92, facts: readHeader },
  elst: { bytes: 8 + 20 * READ_EDITS, facts: readEdits },
  stsz: { bytes: 12, facts: readSizes },
  stz2: { bytes: 12, facts: readSizes },
  avcC: { bytes: CONFIG_BYTES, facts: (body) => ({ references: referencesOf('h264', body) }) },
  hvcC: { bytes: CONFIG_BYTES, facts: (body) => ({ references: referencesOf('hevc', body) }) },
}

function readKind(body: Buffer): Partial<Mp4Track> {
  return { kind: body.toString('latin1', 8, 12) }
}

function readHeader(body: Buffer): Partial<Mp4Track> {
  // Version 1 has 64-bit times.
  const at = body[0] === 1 ? 52 : 40
  if (body.length < at + 20) return {}
  const [a, b, c, d] = [0, 4, 12, 16].map((of) => body.readInt32BE(at + of)) as [
    number,
    number,
    number,
    number,
  ]
  // ffmpeg reports a mirrored picture as rotated by 180 degrees.
  const isMirrored = a * d - b * c < 0
  return { mirroredTurn: isMirrored ? (Math.atan2(b, -a) * 180) / Math.PI : undefined }
}

function readEdits(body: Buffer, bodyBytes: number): Partial<Mp4Track> {
  const isLong = body[0] === 1
  const each = isLong ? 20 : 12
  // Derived from the box size, as in ffmpeg, and not from the declared count.
  const edits = Math.max(0, Math.floor((bodyBytes - 8) / each))
  let changesSpeed = false
  for (let at = 8; at + each <= body.length; at += each) {
    const from = isLong ? Number(body.readBigInt64BE(at + 8)) : body.readInt32BE(at + 4)
    changesSpeed ||= from !== EMPTY_EDIT && body.readInt32BE(at + each - 4) !== NORMAL_SPEED
  }
  return { edits, changesSpeed }
}

function readSizes(body: Buffer): Partial<Mp4Track> {
  return body.length < 12 ? {} : { samples: body.readUInt32BE(8) }
}
