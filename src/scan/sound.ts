/** Reads what audio files say about themselves. */
import type { Facts } from '../folder/model.ts'

/** RFC 3533, 7845 (Opus) and the Vorbis specification. */
export function oggFacts(head: Buffer, tail: Buffer): Facts {
  const hasVideo = head.includes('\x80theora', 0, 'latin1')
  const vorbisAt = head.indexOf('\x01vorbis', 0, 'latin1')
  const isOpus = head.includes('OpusHead', 0, 'latin1')
  const hz = isOpus
    ? 48_000
    : vorbisAt >= 0 && vorbisAt + 16 <= head.length
      ? head.readUInt32LE(vorbisAt + 12)
      : 0
  const at = tail.lastIndexOf('OggS', undefined, 'latin1')
  const samples = at >= 0 && at + 14 <= tail.length ? Number(tail.readBigInt64LE(at + 6)) : 0
  const comment = vorbisComment(head)
  return {
    hasVideo,
    hasAudio: isOpus || vorbisAt >= 0 || !hasVideo,
    ...(hz > 0 && samples > 0 && { lengthMs: (samples / hz) * 1000 }),
    comment,
  }
}

/** The first `comment=` of a comment header. */
function vorbisComment(head: Buffer): string | undefined {
  const opusAt = head.indexOf('OpusTags', 0, 'latin1')
  const vorbisAt = head.indexOf('\x03vorbis', 0, 'latin1')
  let at = opusAt >= 0 ? opusAt + 8 : vorbisAt >= 0 ? vorbisAt + 7 : NaN
  const number = (): number => {
    const value = at + 4 <= head.length ? head.readUInt32LE(at) : NaN
    at += 4
    return value
  }
  at += number()
  for (let left = Math.min(number(), 1000); left > 0 && at < head.length; left--) {
    const bytes = number()
    const text = head.toString('utf8', at, at + Math.min(bytes, 65_536))
    if (/^comment=/i.test(text)) return text.slice('comment='.length)
    at += bytes
  }
  return undefined
}

/** @param size of the file in bytes */
export function wavFacts(head: Buffer, size: number): Facts {
  const at = head.indexOf('fmt ', 0, 'latin1')
  const bytesPerSecond = at >= 0 && at + 20 <= head.length ? head.readUInt32LE(at + 16) : 0
  const dataAt = head.indexOf('data', 0, 'latin1')
  const bytes = dataAt >= 0 ? size - dataAt - 8 : 0
  return {
    hasVideo: false,
    hasAudio: true,
    ...(bytesPerSecond > 0 && bytes > 0 && { lengthMs: (bytes / bytesPerSecond) * 1000 }),
  }
}

/** The stream's description is the first block: RFC 9639. */
export function flacFacts(head: Buffer): Facts {
  const known = { hasVideo: false, hasAudio: true }
  if (head.length < 26) return known
  const hz = head.readUIntBE(18, 3) >> 4
  const samples = ((head[21] ?? 0) & 0xf) * 2 ** 32 + head.readUInt32BE(22)
  return { ...known, ...(hz > 0 && samples > 0 && { lengthMs: (samples / hz) * 1000 }) }
}
