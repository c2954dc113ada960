/**
 * As much Matroska as exact timestamps need: packets out of what ffmpeg encoded, and packets into a file as a
 * recording server writes it: no duration, no cues, every timestamp as it was asked for.
 */

export interface Packet {
  /** File time in ms. */
  readonly timeMs: number
  /** What the file says instead. */
  readonly saysMs?: number
  readonly isKey: boolean
  readonly data: Uint8Array
}

/** One track as its codec describes itself. */
export interface Track {
  readonly codecId: string
  readonly codecPrivate?: Uint8Array
  /** How much of the first packets is not heard, in ns. */
  readonly codecDelayNs?: number
  readonly video?: {
    readonly width: number
    readonly height: number
    readonly colour?: { readonly matrix: 'bt601' | 'bt709'; readonly range: 'limited' | 'full' }
    /** Size in pixels at which it is to be shown. */
    readonly display?: { readonly width: number; readonly height: number }
  }
  readonly audio?: { readonly sampleRate: number; readonly channels: number; readonly bitDepth?: number }
}

const ID = {
  ebml: 0x1a45dfa3,
  segment: 0x18538067,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  cluster: 0x1f43b675,
  blockGroup: 0xa0,
  timecode: 0xe7,
  simpleBlock: 0xa3,
  block: 0xa1,
  codecId: 0x86,
  codecPrivate: 0x63a2,
  codecDelay: 0x56aa,
} as const
/** Opened by not skipping them: an unknown size then makes no difference. */
const OPENED = new Set<number>([ID.segment, ID.tracks, ID.trackEntry, ID.cluster, ID.blockGroup])

/** Reads a file of one track with timestamps in ms. */
export function readMatroska(bytes: Uint8Array): { track: Track; packets: readonly Packet[] } {
  const packets: Packet[] = []
  let codecId = ''
  let codecPrivate: Uint8Array | undefined
  let codecDelayNs: number | undefined
  let clusterMs = 0
  let at = 0
  while (at < bytes.length) {
    const id = vint(bytes, at, true)
    const size = vint(bytes, at + id.length, false)
    const start = at + id.length + size.length
    const data = bytes.subarray(start, start + size.value)
    switch (id.value) {
      case ID.timecode:
        clusterMs = whole(data)
        break
      case ID.codecId:
        codecId = Buffer.from(data).toString('latin1')
        break
      case ID.codecPrivate:
        codecPrivate = data
        break
      case ID.codecDelay:
        codecDelayNs = whole(data)
        break
      case ID.simpleBlock:
      case ID.block: {
        const track = vint(data, 0, false)
        const view = new DataView(data.buffer, data.byteOffset + track.length)
        packets.push({
          timeMs: clusterMs + view.getInt16(0),
          isKey: id.value === ID.block || (view.getUint8(2) & 0x80) !== 0,
          data: data.subarray(track.length + 3),
        })
        break
      }
    }
    at = OPENED.has(id.value) ? start : start + size.value
  }
  return {
    track: {
      codecId,
      ...(codecPrivate && { codecPrivate }),
      ...(codecDelayNs !== undefined && { codecDelayNs }),
    },
    packets,
  }
}

function vint(bytes: Uint8Array, at: number, keepMarker: boolean): { value: number; length: number } {
  const first = bytes[at] ?? 0
  const length = Math.clz32(first) - 23
  let value = keepMarker ? first : first & (0xff >> length)
  for (let i = 1; i < length; i++) value = value * 256 + (bytes[at + i] ?? 0)
  return { value, length }
}

function whole(data: Uint8Array): number {
  return data.reduce((sum, byte) => sum * 256 + byte, 0)
}

/**
 * Writes packets as they are. Times are rounded to `tickUs`; the packets' own order is kept where times tie.
 * @param options.tickUs 1000 for WebM as everybody writes it, 1 for a step on the way to an MP4
 */
export function writeMatroska(options: {
  tracks: readonly { readonly track: Track; readonly packets: readonly Packet[] }[]
  docType: 'webm' | 'matroska'
  tickUs: number
  /** All blocks in one cluster: their times wrap round where 16 bits are too few. */
  isOneCluster?: boolean
  /** A tag of the first track: its name is taken as it is, which no muxer of ffmpeg's does. */
  tag?: { readonly name: string; readonly value: string }
}): Buffer {
  const { tracks, docType, tickUs, tag, isOneCluster = false } = options
  const ticks = (ms: number) => Math.round((ms * 1000) / tickUs)
  const blocks = tracks
    .flatMap(({ track, packets }, i) =>
      packets.map((packet, order) => ({
        number: i + 1,
        order,
        tick: ticks(packet.timeMs + (track.codecDelayNs ?? 0) / 1e6),
        packet,
      })),
    )
    // Coding order within a track, time order between tracks.
    .sort((a, b) => (a.number === b.number ? a.order - b.order : a.tick - b.tick || a.number - b.number))
  const out = [
    element(ID.ebml, [
      element(0x4286, number(1)),
      element(0x42f7, number(1)),
      element(0x42f2, number(4)),
      element(0x42f3, number(8)),
      element(0x4282, Buffer.from(docType)),
      element(0x4287, number(4)),
      element(0x4285, number(2)),
    ]),
    Buffer.from([0x18, 0x53, 0x80, 0x67, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    element(0x1549a966, [
      element(0x2ad7b1, number(tickUs * 1000)),
      element(0x4d80, Buffer.from('harness')),
      element(0x5741, Buffer.from('harness')),
    ]),
    element(
      ID.tracks,
      tracks.map(({ track }, i) => trackEntry(track, i + 1)),
    ),
    ...(tag
      ? [
          element(0x1254c367, [
            element(0x7373, [
              element(0x63c0, [element(0x63c5, number(1))]),
              element(0x67c8, [
                element(0x45a3, Buffer.from(tag.name)),
                element(0x4487, Buffer.from(tag.value)),
              ]),
            ]),
          ]),
        ]
      : []),
  ]
  let cluster: Buffer[] = []
  let base = 0
  const flush = () => {
    if (cluster.length > 0) out.push(element(ID.cluster, [element(ID.timecode, number(base)), ...cluster]))
    cluster = []
  }
  for (const { number: track, tick: due, packet } of blocks) {
    const tick = packet.saysMs === undefined ? due : ticks(packet.saysMs)
    if (tick < 0) throw new Error(`Matroska has no place for a packet at ${packet.timeMs} ms`)
    if (cluster.length === 0 || (!isOneCluster && (tick - base > 5000 || tick < base))) {
      flush()
      base = tick
    }
    const head = Buffer.from([0x80 | track, 0, 0, packet.isKey ? 0x80 : 0])
    head.writeInt16BE(((tick - base) << 16) >> 16, 1)
    cluster.push(element(ID.simpleBlock, [head, packet.data]))
  }
  flush()
  return Buffer.concat(out)
}

function trackEntry(track: Track, trackNumber: number): Buffer {
  const { video, audio, codecPrivate, codecDelayNs } = track
  return element(ID.trackEntry, [
    element(0xd7, number(trackNumber)),
    element(0x73c5, number(trackNumber)),
    element(0x83, number(video ? 1 : 2)),
    element(0x9c, number(0)),
    element(ID.codecId, Buffer.from(track.codecId)),
    ...(codecPrivate ? [element(ID.codecPrivate, codecPrivate)] : []),
    ...(codecDelayNs ? [element(ID.codecDelay, number(codecDelayNs))] : []),
    ...(codecDelayNs && track.codecId === 'A_OPUS' ? [element(0x56bb, number(80_000_000))] : []),
    ...(video
      ? [
          element(0xe0, [
            element(0xb0, number(video.width)),
            element(0xba, number(video.height)),
            ...(video.display
              ? [element(0x54b0, number(video.display.width)), element(0x54ba, number(video.display.height))]
              : []),
            ...(video.colour ? [colourElement(video.colour)] : []),
          ]),
        ]
      : []),
    ...(audio
      ? [
          element(0xe1, [
            element(0xb5, float(audio.sampleRate)),
            element(0x9f, number(audio.channels)),
            ...(audio.bitDepth ? [element(0x6264, number(audio.bitDepth))] : []),
          ]),
        ]
      : []),
  ])
}

function colourElement({ matrix, range }: { matrix: 'bt601' | 'bt709'; range: 'limited' | 'full' }): Buffer {
  const code = matrix === 'bt709' ? 1 : 6
  return element(0x55b0, [
    element(0x55b1, number(code)),
    element(0x55b9, number(range === 'full' ? 2 : 1)),
    element(0x55ba, number(code)),
    element(0x55bb, number(code)),
  ])
}

function element(id: number, content: Uint8Array | readonly Uint8Array[]): Buffer {
  const data = content instanceof Uint8Array ? content : Buffer.concat(content)
  const size = Buffer.alloc(8)
  size.writeBigUInt64BE(BigInt(data.length) | (1n << 56n))
  return Buffer.concat([number(id), size, data])
}

function number(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  do {
    bytes.unshift(rest % 256)
    rest = Math.floor(rest / 256)
  } while (rest > 0)
  return Buffer.from(bytes)
}

function float(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return bytes
}
