/** Where the blocks of a WebM lie, as the harness writes it. */

const SEGMENT = 0x18538067
const CLUSTER = 0x1f43b675
const TIMECODE = 0xe7
const SIMPLE_BLOCK = 0xa3

export interface Block {
  readonly track: number
  /** In whole ms: the harness's WebM files count in those. */
  readonly timeMs: number
  /** Where in the file its time lies: 16 bits, from its cluster's on. */
  readonly timeAt: number
  /** Where it begins, with its header, and where the next one does. */
  readonly from: number
  readonly to: number
}

/** Every simple block, in the file's order. */
export function simpleBlocks(bytes: Buffer): Block[] {
  const blocks: Block[] = []
  let clusterMs = 0
  for (let at = 0; at < bytes.length;) {
    const id = vint(bytes, at, true)
    const size = vint(bytes, at + id.length, false)
    const start = at + id.length + size.length
    const to = start + size.value
    if (id.value === TIMECODE) clusterMs = bytes.readUIntBE(start, size.value)
    if (id.value === SIMPLE_BLOCK) {
      const track = vint(bytes, start, false)
      const timeAt = start + track.length
      blocks.push({
        track: track.value,
        timeMs: clusterMs + bytes.readInt16BE(timeAt),
        timeAt,
        from: at,
        to,
      })
    }
    at = id.value === SEGMENT || id.value === CLUSTER ? start : to
  }
  return blocks
}

function vint(bytes: Uint8Array, at: number, keepMarker: boolean): { value: number; length: number } {
  const first = bytes[at] ?? 0
  const length = Math.clz32(first) - 23
  let value = keepMarker ? first : first & (0xff >> length)
  for (let i = 1; i < length; i++) value = value * 256 + (bytes[at + i] ?? 0)
  return { value, length }
}
