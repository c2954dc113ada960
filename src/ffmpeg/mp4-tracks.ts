/**
 * What an MP4 says of its tracks, read from the headers of its boxes before ffmpeg opens it: what a few bytes of its
 * tables can ask for, and what ffmpeg reads and does not tell.
 */
import { openRegular } from '../files/read-file.ts'
import { type BytesAt, openWindow } from './ebml.ts'
import { referencesOf } from './parameter-sets.ts'

export interface Mp4Track {
  /** Its handler: `vide`, `soun`; empty where it has none. */
  readonly kind: string
  /** Clockwise turn in degrees that shows it upright where it is to be mirrored besides, left to right, after that. */
  readonly mirroredTurn: number | undefined
  /** Entries of its edit list. */
  readonly edits: number
  /** Some of the first of them play it faster or slower, or hold a picture. */
  readonly changesSpeed: boolean
  /** As its table of sizes claims; without those of fragments, which edit lists leave alone. */
  readonly samples: number
  /** How many pictures its decoder has to keep, as it says; undefined where it does not. */
  readonly references: number | undefined
}

/** A file has about 15 for each track, and two of its top for each fragment; its samples may lie before its tables. */
const MOST_BOXES = 10_000
const PLAIN = ['trak', 'mdia', 'minf', 'stbl', 'edts', 'udta', 'tref', 'gmhd', 'sinf', 'schi', 'wave']
/** Boxes that are looked into for more, wherever they stand, and how many bytes of their own stand before those inside. */
const OPENED: ReadonlyMap<string, number> = new Map([
  ...PLAIN.map((name) => [name, 0] as const),
  ...[['stsd', 8] as const],
  ...['avc1', 'avc3', 'hvc1', 'hev1'].map((name) => [name, 78] as const),
])
/** Deeper than real ones, and so deep that going down has an end. */
const MOST_DEPTH = 16
const WINDOW_BYTES = 2 ** 16
const MOST_HEADER_BYTES = 16
/** So many are read for their speed. */
const READ_EDITS = 1000
/** Parameters of a decoder: real ones have about a hundred. */
const CONFIG_BYTES = 4096
const NORMAL_SPEED = 0x10000
/** A stretch in which nothing is shown. */
const EMPTY_EDIT = -1

const NOTHING: Mp4Track = {
  kind: '',
  mirroredTurn: undefined,
  edits: 0,
  changesSpeed: false,
  samples: 0,
  references: undefined,
}

/** Without a table of samples, or one that is not found within the bounds, there are none. */
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
      const { name, bodyAt, endAt } = boxIn(await bytesAt(at, MOST_HEADER_BYTES), at, to)
      // Of several only the first is read.
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

/** @param to where what it lies in ends; a size that makes no sense reaches as far */
function boxIn(head: Buffer, at: number, to: number): { name: string; bodyAt: number; endAt: number } {
  const said = head.readUInt32BE(0)
  const isLong = said === 1 && head.length >= 16
  const bytes = isLong ? Number(head.readBigUInt64BE(8)) : said
  const bodyAt = at + (isLong ? 16 : 8)
  const endAt = at + bytes
  return {
    name: head.toString('latin1', 4, 8),
    bodyAt,
    endAt: endAt < bodyAt || endAt > to ? Math.max(to, bodyAt) : endAt,
  }
}

/** What a box says of its track, and how much of it has to be read for that. */
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
  // Version 1 has times of 64 bits.
  const at = body[0] === 1 ? 52 : 40
  if (body.length < at + 20) return {}
  const [a, b, c, d] = [0, 4, 12, 16].map((of) => body.readInt32BE(at + of)) as [
    number,
    number,
    number,
    number,
  ]
  // ffmpeg takes what it mirrors for turned by a half.
  const isMirrored = a * d - b * c < 0
  return { mirroredTurn: isMirrored ? (Math.atan2(b, -a) * 180) / Math.PI : undefined }
}

function readEdits(body: Buffer, bodyBytes: number): Partial<Mp4Track> {
  const isLong = body[0] === 1
  const each = isLong ? 20 : 12
  // By its size, as ffmpeg takes it, whatever it claims.
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
