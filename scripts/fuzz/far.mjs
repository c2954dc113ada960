/** Timestamps near the ends of what fits, in other units, and wrapped at 16, 32 and 33 bits. Pure. */
import { ID, elementsOf, inElements, put, unsigned } from './ebml.mjs'
import { EDGES, FAR } from './hostile.mjs'
import { boxesNamed, inBoxes, table, word64 } from './mp4.mjs'
import { below, pick, repeatedly, some } from './random.mjs'

export function far(job, random) {
  for (const recording of some(job.recordings.slice(1), random)) {
    recording.isHonest = false
    recording.bytes = inElements(recording.bytes, (file) =>
      repeatedly(2, random, () => pick(MATROSKA_TIMES, random)(file, random)),
    )
    recording.bytes = inBoxes(recording.bytes, (file) =>
      repeatedly(2, random, () => pick(MP4_TIMES, random)(file, random)),
    )
  }
}

const MATROSKA_TIMES = [
  // All clusters, or those from one on, or one alone.
  (file, random) => {
    const stamps = elementsOf(file, ID.timestamp)
    const first = below(stamps.length, random)
    const last = random() < 0.3 ? first : stamps.length
    const by = pick(FAR, random)
    for (const stamp of stamps.slice(first, last + 1)) {
      const said = BigInt(`0x0${stamp.body.toString('hex')}`)
      stamp.body = word64(said + by)
    }
  },
  // Times inside a cluster have 16 bits.
  (file, random) => {
    const blocks = elementsOf(file, ID.simpleBlock)
    const from = below(blocks.length, random)
    const by = pick([0x7fff, 0x8000, -0x8000, 30_000, -30_000], random)
    for (const { body } of random() < 0.5 ? blocks.slice(from) : [blocks[from]]) {
      body.writeInt16BE(((body.readInt16BE(1) + by) << 16) >> 16, 1)
    }
  },
  (file, random) => {
    const scale = pick([0, 1, 1000, 1_000_000_000, 2 ** 40, Number(1n << 52n)], random)
    put(pick(elementsOf(file, ID.info), random), unsigned('2ad7b1', scale))
  },
  // What is cut off at the beginning, how long a frame lasts, how long the file says it is.
  (file, random) => {
    const entry = pick(elementsOf(file, ID.entry), random)
    put(entry, unsigned(pick(['56aa', '56bb', '23e383'], random), pick(FAR, random)))
  },
  (file, random) => {
    const length = Buffer.alloc(8)
    length.writeDoubleBE(pick([0, -1, 1e300, NaN, Infinity, 1e15], random))
    put(pick(elementsOf(file, ID.info), random), { id: '4489', body: length })
  },
]

const MP4_TIMES = [
  (file, random) => {
    for (const traf of some(boxesNamed(file, 'traf'), random)) {
      const others = traf.boxes.filter(({ name }) => name !== 'tfdt')
      const [header, ...rest] = others
      traf.boxes = [header, table('tfdt', 0x01000000, [], word64(pick(FAR, random))), ...rest]
    }
  },
  // Lengths of samples: one, or from one on.
  (file, random) => {
    const [one] = some(boxesNamed(file, 'stts'), random)
    const count = one ? (one.body.length - 8) / 8 : 0
    if (count >= 1) one.body.writeUInt32BE(pick(EDGES, random), 12 + 8 * below(count, random))
  },
  (file, random) => {
    const stbl = pick(boxesNamed(file, 'stbl'), random)
    const entries = Array.from({ length: 20 }, () => [1, pick(EDGES, random)]).flat()
    const others = stbl.boxes.filter(({ name }) => name !== 'ctts')
    stbl.boxes = [...others, table('ctts', pick([0, 0x01000000], random), [20, ...entries])]
  },
  // Units of a second: none, one, four billion.
  (file, random) => {
    const { body } = pick([...boxesNamed(file, 'mdhd'), ...boxesNamed(file, 'mvhd')], random)
    body.writeUInt32BE(pick(EDGES, random), 12)
  },
  (file, random) => {
    const { body } = pick(boxesNamed(file, 'trun').concat(boxesNamed(file, 'trex')), random) ?? {}
    if (body && body.length >= 20) body.writeUInt32BE(pick(EDGES, random), 12 + 4 * below(2, random))
  },
]
