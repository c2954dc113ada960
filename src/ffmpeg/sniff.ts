/** Identifies a file by its content; its name is not trusted. */
import type { Demuxer, VideoDemuxer } from '../model/room.ts'
import { openRegular } from '../files/read-file.ts'
import { type TrackCounts, declaredReferences, declaredTracks } from './declared.ts'
import { elementsIn } from './ebml.ts'
import { soundDemuxer } from './sniff-sound.ts'

const EBML = Buffer.from([0x1a, 0x45, 0xdf, 0xa3])
const MP4_BOXES = new Set(['ftyp', 'styp', 'moov', 'moof', 'mdat', 'free', 'skip', 'wide', 'sidx', 'pnot'])

/** Enough for the first two frames of a file that is a sequence of audio frames. */
const FRAMES_BYTES = 16 * 1024

/** The demuxer for a recording's first bytes; undefined for files in none of these formats. */
export async function sniffDemuxer(path: string): Promise<Demuxer | 'empty' | undefined> {
  const head = await readHead(path, FRAMES_BYTES)
  if (head.length === 0) return 'empty'
  if (head.subarray(0, 4).equals(EBML)) return 'matroska'
  if (MP4_BOXES.has(head.toString('latin1', 4, 8))) return 'mov'
  const sound = soundDemuxer(head)
  // Tags may come before the frames.
  return typeof sound === 'number' ? soundAfterTags(path, sound) : sound
}

async function soundAfterTags(path: string, at: number): Promise<Demuxer | undefined> {
  const head = await readAt(path, FRAMES_BYTES, () => at)
  const sound = soundDemuxer(head)
  return typeof sound === 'number' ? undefined : sound
}

/**
 * Whether a file starts as a WebM or MP4 does. Fragments of an MP4 do not: they are `none`, like unknown content;
 * undefined for a file that is empty or unreadable.
 */
export async function sniffBeginning(path: string): Promise<VideoDemuxer | 'none' | undefined> {
  const head = await readHead(path).catch(() => Buffer.alloc(0))
  if (head.length === 0) return undefined
  if (head.subarray(0, 4).equals(EBML)) return 'matroska'
  return head.toString('latin1', 4, 8) === 'ftyp' ? 'mov' : 'none'
}

/** Boxes that may start a file that continues another. */
const FRAGMENT_BOXES = new Set(['styp', 'moof', 'sidx'])

/** Whether a file starts with a fragment of an MP4. */
export async function isFragment(path: string): Promise<boolean> {
  const head = await readHead(path).catch(() => Buffer.alloc(0))
  return FRAGMENT_BOXES.has(head.toString('latin1', 4, 8))
}

/** How many bytes of a file's start are searched for its index and tracks. */
const HEAD_BYTES = 256 * 1024
/** Cues, or a reference to them in a SeekHead, the list of element positions; it may refer to another SeekHead. */
const CUES = Buffer.from([0x1c, 0x53, 0xbb, 0x6b])
const SEEK_HEAD = Buffer.from([0x11, 0x4d, 0x9b, 0x74])
/** Fragments, with or without an index: their demuxer looks for one at both ends of the file. */
const MP4_INDEX = ['mvex', 'moof', 'sidx'].map((box) => Buffer.from(box, 'latin1'))
/** The last box of a fragmented file with an index of its fragments. */
const MFRO_BYTES = 16

/**
 * Whether a seek may use an index of keyframes in the file itself. Without one, a demuxer uses the packets (or the
 * sample tables they are read by), which are correct. May give false positives.
 */
async function sniffIndex(path: string, demuxer: Demuxer, head: Buffer): Promise<boolean> {
  if (demuxer !== 'matroska' && demuxer !== 'mov') return false
  if (demuxer === 'matroska') {
    return head.includes(CUES) || head.indexOf(SEEK_HEAD) !== head.lastIndexOf(SEEK_HEAD)
  }
  if (MP4_INDEX.some((box) => head.includes(box))) return true
  const tail = await readTail(path, MFRO_BYTES)
  return tail.toString('latin1', 4, 8) === 'mfro'
}

/** Path of Matroska elements to the one that declares separate alpha. */
const TO_ALPHA = ['18538067', '1654ae6b', 'ae', 'e0', '53c0']

/**
 * Whether a recording declares that alpha is stored separately from its pictures, as MediaRecorder, OBS and ffmpeg
 * write VP8 and VP9.
 * @param bytes content of a file, possibly truncated
 */
function saysAlpha(bytes: Buffer, [wanted, ...further]: readonly string[]): boolean {
  for (const { id, body } of elementsIn(bytes)) {
    if (id !== wanted) continue
    if (further.length > 0 ? saysAlpha(body, further) : body.some((byte) => byte !== 0)) return true
  }
  return false
}

/** Formats with one audio track and nothing else. */
const SOUND_ONLY: ReadonlySet<Demuxer> = new Set(['wav', 'mp3', 'flac', 'aac'])

/** Properties of a recording found at its beginning. */
export interface Beginning {
  /** Whether it contains an index of keyframes. */
  readonly hasIndex: boolean
  /** Whether it declares that alpha is stored separately from its pictures. */
  readonly hasAlpha: boolean
  /** The tracks that it declares; undefined if unknown. */
  readonly declared: TrackCounts | undefined
  /** Number of reference pictures that its video decoder keeps, as declared; undefined if not. */
  readonly references: number | undefined
}

export async function sniffRecording(path: string, demuxer: Demuxer): Promise<Beginning> {
  const head = await readHead(path, HEAD_BYTES)
  const isMatroska = demuxer === 'matroska'
  return {
    hasIndex: await sniffIndex(path, demuxer, head),
    hasAlpha: isMatroska && saysAlpha(head, TO_ALPHA),
    declared: isMatroska
      ? declaredTracks(head)
      : SOUND_ONLY.has(demuxer)
        ? { video: 0, audio: 1 }
        : undefined,
    references: isMatroska ? declaredReferences(head) : undefined,
  }
}

/** The demuxer of a watermark image; undefined for files that are not PNG, JPEG, WebP, BMP or GIF. */
export async function sniffImage(path: string): Promise<string | undefined> {
  const head = (await readHead(path)).toString('latin1')
  if (head.startsWith('\x89PNG')) return 'png_pipe'
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg_pipe'
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'webp_pipe'
  if (head.startsWith('BM')) return 'bmp_pipe'
  if (head.startsWith('GIF8')) return 'gif'
  return undefined
}

async function readHead(path: string, bytes = 16): Promise<Buffer> {
  return readAt(path, bytes, () => 0)
}

async function readTail(path: string, bytes: number): Promise<Buffer> {
  return readAt(path, bytes, (size) => Math.max(0, size - bytes))
}

async function readAt(path: string, bytes: number, from: (size: number) => number): Promise<Buffer> {
  const file = await openRegular(path)
  try {
    const { size } = await file.stat()
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(bytes), position: from(size) })
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
