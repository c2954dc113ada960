/** Reads facts about an MP4 from its headers. ISO/IEC 14496-12 */
import type { FileHandle } from 'node:fs/promises'
import { type BytesAt, openWindow } from '../ffmpeg/ebml.ts'
import { BOX_HEAD_BYTES, readBoxHead } from '../ffmpeg/mp4-box.ts'
import { mp4Tracks } from '../ffmpeg/mp4-tracks.ts'
import type { Facts } from '../folder/model.ts'

const MOST_BOXES = 10_000
const WINDOW_BYTES = 64 * 1024
const MOST_COMMENT_BYTES = 4096
/** Times count from 1904-01-01, in seconds. */
const EPOCH_MS = Date.UTC(1904, 0, 1)

export async function mp4Facts(path: string, file: FileHandle, size: number): Promise<Facts> {
  const kinds = (await mp4Tracks(path)).map(({ kind }) => kind)
  const tracks = { hasVideo: kinds.includes('vide'), hasAudio: kinds.includes('soun') }
  const bytesAt = openWindow(file, WINDOW_BYTES)
  const movie = await boxIn(bytesAt, { from: 0, to: size }, 'moov')
  if (!movie) return tracks
  const header = await bytesAt(movie.from, Math.min(200, movie.to - movie.from))
  return { ...tracks, ...headerFacts(header), ...(await commentFact(bytesAt, movie)) }
}

interface Span {
  readonly from: number
  readonly to: number
}

/** The body of the first box of a name inside a span of the file. */
async function boxIn(bytesAt: BytesAt, { from, to }: Span, name: string): Promise<Span | undefined> {
  for (let at = from, count = 0; at + 8 <= to && count < MOST_BOXES; count++) {
    const head = readBoxHead(await bytesAt(at, BOX_HEAD_BYTES))
    if (!head) return undefined
    const end = head.bytes === 0 ? to : Math.min(to, at + head.bytes)
    if (head.name === name) return { from: at + head.headerBytes, to: end }
    if (end <= at) return undefined
    at = end
  }
  return undefined
}

/** The movie's header is the first box inside. */
function headerFacts(body: Buffer): Pick<Facts, 'lengthMs' | 'dateMs'> {
  if (body.length < 48 || body.toString('latin1', 4, 8) !== 'mvhd') return {}
  const isLong = body[8] === 1
  const created = isLong ? Number(body.readBigUInt64BE(12)) : body.readUInt32BE(12)
  const scale = body.readUInt32BE(isLong ? 28 : 20)
  const ticks = isLong ? Number(body.readBigUInt64BE(32)) : body.readUInt32BE(24)
  const unknown = isLong ? Number(0xffffffffffffffffn) : 0xffffffff
  return {
    ...(scale > 0 && ticks > 0 && ticks !== unknown && { lengthMs: (ticks / scale) * 1000 }),
    ...(EPOCH_MS + created * 1000 > 0 && created > 0 && { dateMs: EPOCH_MS + created * 1000 }),
  }
}

/** iTunes metadata: moov, udta, meta, ilst, `©cmt`, and in it `data`, whose text follows 8 bytes. */
async function commentFact(bytesAt: BytesAt, movie: Span): Promise<Pick<Facts, 'comment'>> {
  let span = movie
  for (const name of ['udta', 'meta', 'ilst', '\xa9cmt', 'data']) {
    const inner = await boxIn(bytesAt, span, name)
    if (!inner) return {}
    // A full box: its version and flags come before what is in it.
    span = name === 'meta' ? { ...inner, from: inner.from + 4 } : inner
  }
  if (span.to - span.from <= 8) return {}
  const bytes = await bytesAt(span.from + 8, Math.min(MOST_COMMENT_BYTES, span.to - span.from - 8))
  return { comment: bytes.toString('utf8') }
}
