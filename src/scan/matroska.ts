/** Reads facts about a Matroska file from its headers. https://www.rfc-editor.org/rfc/rfc9559 */
import { declaredTracks } from '../ffmpeg/declared.ts'
import { elementsIn } from '../ffmpeg/ebml.ts'
import type { Facts } from '../folder/model.ts'

const ID = {
  segment: '18538067',
  info: '1549a966',
  scale: '2ad7b1',
  duration: '4489',
  date: '4461',
  cluster: '1f43b675',
  time: 'e7',
  simpleBlock: 'a3',
  group: 'a0',
  block: 'a1',
  tags: '1254c367',
  tag: '7373',
  simpleTag: '67c8',
  tagName: '45a3',
  tagText: '4487',
} as const

const CLUSTER = Buffer.from(ID.cluster, 'hex')
/** Dates count from 2001-01-01, in ns. */
const EPOCH_MS = Date.UTC(2001, 0, 1)
const NS_PER_MS = 1e6

/**
 * @param head the beginning of the file
 * @param tail its end, which may overlap the beginning
 */
export function matroskaFacts(head: Buffer, tail: Buffer): Facts {
  const tracks = declaredTracks(head)
  const segment = first(head, ID.segment)
  const info = segment && first(segment, ID.info)
  const scale = (info && unsigned(first(info, ID.scale))) ?? NS_PER_MS
  const inMs = (ticks: number) => (ticks * scale) / NS_PER_MS
  const declared = info && float(first(info, ID.duration))
  const date = info && first(info, ID.date)
  const dateMs = date?.length === 8 ? EPOCH_MS + Number(date.readBigInt64BE() / 1_000_000n) : undefined
  const comment = segment && commentIn(segment)
  const fromTicks = clusterRange(segment && first(segment, ID.cluster))?.from ?? 0
  const at = tail.lastIndexOf(CLUSTER)
  const toTicks = declared ?? (at < 0 ? undefined : clusterRange(first(tail.subarray(at), ID.cluster))?.to)
  const lengthMs = toTicks === undefined ? undefined : inMs(toTicks - fromTicks)
  return {
    hasVideo: (tracks?.video ?? 0) > 0,
    hasAudio: (tracks?.audio ?? 0) > 0,
    ...(lengthMs !== undefined && lengthMs > 0 && { lengthMs }),
    ...(dateMs !== undefined && dateMs !== EPOCH_MS && dateMs > 0 && { dateMs }),
    comment,
  }
}

function first(bytes: Buffer, id: string): Buffer | undefined {
  for (const element of elementsIn(bytes)) if (element.id === id) return element.body
  return undefined
}

const unsigned = (bytes: Buffer | undefined): number | undefined =>
  bytes && bytes.length > 0 && bytes.length <= 6 ? bytes.readUIntBE(0, bytes.length) : undefined

function float(bytes: Buffer | undefined): number | undefined {
  const value = bytes?.length === 8 ? bytes.readDoubleBE() : bytes?.length === 4 ? bytes.readFloatBE() : NaN
  return Number.isFinite(value) && value > 0 ? value : undefined
}

/** From a cluster's first block to its last, in ticks. */
function clusterRange(cluster: Buffer | undefined): { from: number; to: number } | undefined {
  if (!cluster) return undefined
  let [base, from, to] = [0, Infinity, -Infinity]
  for (const { id, body } of elementsIn(cluster)) {
    if (id === ID.time) base = unsigned(body) ?? 0
    // A cluster of unknown size ends at the next one.
    if (id === ID.cluster) break
    const block = id === ID.simpleBlock ? body : id === ID.group ? first(body, ID.block) : undefined
    // A block begins with its track number, mostly in one byte.
    if (!block || block.length < 4) continue
    const ticks = base + block.readInt16BE((block[0] ?? 0) >= 0x80 ? 1 : 2)
    from = Math.min(from, ticks)
    to = Math.max(to, ticks)
  }
  return from <= to ? { from, to } : { from: base, to: base }
}

function commentIn(segment: Buffer): string | undefined {
  for (const { id, body } of elementsIn(segment)) {
    if (id === ID.cluster) return undefined
    if (id !== ID.tags) continue
    for (const tag of elementsIn(body)) {
      for (const simple of elementsIn(tag.body)) {
        if (simple.id !== ID.simpleTag) continue
        const name = first(simple.body, ID.tagName)?.toString('utf8') ?? ''
        if (/^comment$/i.test(name)) return first(simple.body, ID.tagText)?.toString('utf8')
      }
    }
  }
  return undefined
}
