/** MPEG transport streams: packets of 188 bytes whose times may be moved. ISO/IEC 13818-1. Pure. */
import type { Facts } from '../folder/model.ts'

export const PACKET_BYTES = 188
const SYNC = 0x47
const TICKS_PER_MS = 90
/** Times have 33 bits. */
export const TURN_TICKS = 2 ** 33
/** A file that begins with so many packets is a transport stream. */
const SURE_PACKETS = 3

/** Whether content begins as a transport stream does. */
export function isTransportStream(head: Buffer): boolean {
  if (head.length < PACKET_BYTES) return false
  const packets = Math.min(SURE_PACKETS, Math.floor(head.length / PACKET_BYTES))
  return Array.from({ length: packets }, (_, i) => head[i * PACKET_BYTES]).every((byte) => byte === SYNC)
}

/** Where in a packet times are: of presentation and decoding, in a PES header, and of the clock. */
interface Times {
  readonly pesAt?: number
  readonly streamId?: number
  readonly ptsAt?: number
  readonly dtsAt?: number
  readonly pcrAt?: number
}

function timesIn(bytes: Buffer, at: number): Times | undefined {
  if (bytes[at] !== SYNC || at + PACKET_BYTES > bytes.length) return undefined
  const control = ((bytes[at + 3] ?? 0) >> 4) & 3
  const adaptation = (control & 2) !== 0 ? (bytes[at + 4] ?? 0) + 1 : 0
  const hasClock = adaptation > 7 && ((bytes[at + 5] ?? 0) & 0x10) !== 0
  const pcr = hasClock ? { pcrAt: at + 6 } : {}
  const isStart = ((bytes[at + 1] ?? 0) & 0x40) !== 0
  const pesAt = at + 4 + adaptation
  if (!isStart || (control & 1) === 0 || pesAt + 14 > at + PACKET_BYTES) return pcr
  if (bytes.readUIntBE(pesAt, 3) !== 1) return pcr
  const streamId = bytes[pesAt + 3] ?? 0
  const flags = (bytes[pesAt + 7] ?? 0) >> 6
  const isTimed = isMedia(streamId) && (flags & 2) !== 0
  return {
    ...pcr,
    pesAt,
    streamId,
    ...(isTimed && { ptsAt: pesAt + 9 }),
    ...(isTimed && flags === 3 && pesAt + 19 <= at + PACKET_BYTES && { dtsAt: pesAt + 14 }),
  }
}

const isVideo = (streamId: number): boolean => (streamId & 0xf0) === 0xe0
const isMedia = (streamId: number): boolean =>
  isVideo(streamId) || (streamId & 0xe0) === 0xc0 || streamId === 0xbd

const readTime = (bytes: Buffer, at: number): number =>
  (((bytes[at] ?? 0) >> 1) & 7) * 2 ** 30 +
  (bytes.readUInt16BE(at + 1) >> 1) * 2 ** 15 +
  (bytes.readUInt16BE(at + 3) >> 1)

function writeTime(bytes: Buffer, at: number, ticks: number): void {
  bytes[at] = ((bytes[at] ?? 0) & 0xf1) | (Math.floor(ticks / 2 ** 30) << 1)
  bytes.writeUInt16BE((Math.floor(ticks / 2 ** 15) % 2 ** 15) * 2 + 1, at + 1)
  bytes.writeUInt16BE((ticks % 2 ** 15) * 2 + 1, at + 3)
}

const turned = (ticks: number): number => ((ticks % TURN_TICKS) + TURN_TICKS) % TURN_TICKS

/** The shorter way from one time to another, which may have wrapped around. */
export function ticksBetween(from: number, to: number): number {
  const ticks = turned(to - from)
  return ticks > TURN_TICKS / 2 ? ticks - TURN_TICKS : ticks
}

export const msOf = (ticks: number): number => ticks / TICKS_PER_MS
export const ticksOf = (ms: number): number => Math.round(ms * TICKS_PER_MS)

/** Moves all times of whole packets, in place. */
export function moveTimes(bytes: Buffer, byTicks: number): void {
  for (let at = 0; at + PACKET_BYTES <= bytes.length; at += PACKET_BYTES) {
    const { ptsAt, dtsAt, pcrAt } = timesIn(bytes, at) ?? {}
    for (const time of [ptsAt, dtsAt]) {
      if (time !== undefined) writeTime(bytes, time, turned(readTime(bytes, time) + byTicks))
    }
    if (pcrAt === undefined) continue
    const base = turned(bytes.readUInt32BE(pcrAt) * 2 + ((bytes[pcrAt + 4] ?? 0) >> 7) + byTicks)
    bytes.writeUInt32BE(Math.floor(base / 2), pcrAt)
    bytes[pcrAt + 4] = ((bytes[pcrAt + 4] ?? 0) & 0x7f) | ((base % 2) << 7)
  }
}

/** The earliest and the latest presentation time, in ticks, and the media that there are. */
export function rangeOf(
  bytes: Buffer,
): { from: number; to: number; hasVideo: boolean; hasAudio: boolean } | undefined {
  let first: number | undefined
  let [least, most] = [0, 0]
  let [hasVideo, hasAudio] = [false, false]
  for (let at = firstPacket(bytes); at + PACKET_BYTES <= bytes.length; at += PACKET_BYTES) {
    const { ptsAt, streamId = 0 } = timesIn(bytes, at) ?? {}
    if (ptsAt === undefined) continue
    if (isVideo(streamId)) hasVideo = true
    else hasAudio = true
    const pts = readTime(bytes, ptsAt)
    first ??= pts
    least = Math.min(least, ticksBetween(first, pts))
    most = Math.max(most, ticksBetween(first, pts))
  }
  return first === undefined
    ? undefined
    : { from: turned(first + least), to: turned(first + most), hasVideo, hasAudio }
}

/** The part of a file may begin within a packet. */
function firstPacket(bytes: Buffer): number {
  for (let at = 0; at < PACKET_BYTES; at++) if (isTransportStream(bytes.subarray(at))) return at
  return bytes.length
}

/** Undefined if the content is not a transport stream. */
export function tsFacts(head: Buffer, tail: Buffer): Facts | undefined {
  if (!isTransportStream(head)) return undefined
  const [begin, end] = [rangeOf(head), rangeOf(tail)]
  return {
    hasVideo: begin?.hasVideo ?? false,
    hasAudio: begin?.hasAudio ?? false,
    ...(begin && end && { lengthMs: msOf(ticksBetween(begin.from, end.to)) }),
  }
}
