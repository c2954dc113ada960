/** Reads facts about an MP4 from its headers. ISO/IEC 14496-12 */
import type { FileHandle } from 'node:fs/promises'
import { openWindow } from '../ffmpeg/ebml.ts'
import { BOX_HEAD_BYTES, readBoxHead } from '../ffmpeg/mp4-box.ts'
import { mp4Tracks } from '../ffmpeg/mp4-tracks.ts'
import type { Facts } from '../folder/model.ts'

const MOST_BOXES = 10_000
/** Tags are at the end of the movie's header. */
const TAGS_BYTES = 256 * 1024
/** Times count from 1904-01-01, in seconds. */
const EPOCH_MS = Date.UTC(1904, 0, 1)

export async function mp4Facts(path: string, file: FileHandle, size: number): Promise<Facts> {
  const kinds = (await mp4Tracks(path)).map(({ kind }) => kind)
  const tracks = { hasVideo: kinds.includes('vide'), hasAudio: kinds.includes('soun') }
  const bytesAt = openWindow(file, TAGS_BYTES)
  for (let at = 0, count = 0; at + 8 <= size && count < MOST_BOXES; count++) {
    const head = readBoxHead(await bytesAt(at, BOX_HEAD_BYTES))
    if (!head) break
    const end = head.bytes === 0 ? size : Math.min(size, at + head.bytes)
    if (head.name === 'moov') {
      const body = await bytesAt(at + head.headerBytes, Math.min(200, end - at))
      const tags = await bytesAt(Math.max(at, end - TAGS_BYTES), Math.min(TAGS_BYTES, end - at))
      return { ...tracks, ...headerFacts(body), ...commentFact(tags) }
    }
    if (end <= at) break
    at = end
  }
  return tracks
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

/** iTunes metadata: the box `©cmt` holds a box `data`, whose text follows 16 bytes. */
function commentFact(tags: Buffer): Pick<Facts, 'comment'> {
  const at = tags.indexOf(Buffer.from([0xa9, 0x63, 0x6d, 0x74]))
  if (at < 0 || at + 20 > tags.length || tags.toString('latin1', at + 8, at + 12) !== 'data') return {}
  return {
    comment: tags.toString('utf8', at + 20, Math.min(tags.length, at + 4 + tags.readUInt32BE(at + 4))),
  }
}
