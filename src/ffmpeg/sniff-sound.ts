/** Identifies audio files by their first bytes. Pure. */
import type { Demuxer } from '../model/room.ts'

/**
 * The demuxer of an audio file; undefined for other content.
 * @param head the beginning of the file, with the first two frames of a format that has no header
 * @returns a number if tags come first: the offset of what follows them
 */
export function soundDemuxer(head: Buffer): Demuxer | number | undefined {
  const start = head.toString('latin1', 0, 12)
  if (start.startsWith('OggS')) return 'ogg'
  if (/^(?:RIFF|RF64)[^]{4}WAVE$/.test(start)) return 'wav'
  if (start.startsWith('fLaC')) return 'flac'
  if (start.startsWith('ID3') && head.length >= ID3_BYTES) return ID3_BYTES + synchsafe(head.subarray(6, 10))
  if (isSequence(head, adtsFrameBytes)) return 'aac'
  return isSequence(head, mp3FrameBytes) ? 'mp3' : undefined
}

const ID3_BYTES = 10

/** Seven bits per byte. */
const synchsafe = (bytes: Buffer): number => bytes.reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0)

/** Whether a frame is followed by another, or by the end of what is there. */
function isSequence(head: Buffer, frameBytes: (head: Buffer) => number | undefined): boolean {
  const first = frameBytes(head)
  if (first === undefined) return false
  return first === head.length || frameBytes(head.subarray(first)) !== undefined
}

/** ISO/IEC 14496-3, ADTS. */
function adtsFrameBytes(head: Buffer): number | undefined {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = head
  if (head.length < 7 || a !== 0xff || (b & 0xf6) !== 0xf0 || ((c >> 2) & 0xf) > 12) return undefined
  const bytes = ((d & 3) << 11) | (e << 3) | (f >> 5)
  return bytes > 7 ? bytes : undefined
}

const MPEG1_KBPS = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const MPEG2_KBPS = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
const MPEG1_HZ = [44_100, 48_000, 32_000]

/** ISO/IEC 11172-3 and 13818-3, layer III. */
function mp3FrameBytes(head: Buffer): number | undefined {
  const [a = 0, b = 0, c = 0] = head
  const version = (b >> 3) & 3
  if (head.length < 4 || a !== 0xff || (b & 0xe0) !== 0xe0 || version === 1 || ((b >> 1) & 3) !== 1)
    return undefined
  const isFirst = version === 3
  const kbps = (isFirst ? MPEG1_KBPS : MPEG2_KBPS)[c >> 4] ?? 0
  // Version 2 halves the rates, 2.5 halves them again.
  const hz = (MPEG1_HZ[(c >> 2) & 3] ?? 0) / (isFirst ? 1 : version === 2 ? 2 : 4)
  if (kbps === 0 || hz === 0) return undefined
  return Math.floor(((isFirst ? 144_000 : 72_000) * kbps) / hz) + ((c >> 1) & 1)
}
