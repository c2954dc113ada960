/** Tables, sizes and counts that claim what is not there; things packed so that little holds much. Pure. */
import { deflateSync } from 'node:zlib'
import { ID, elementsOf, inElements, put, text, unsigned } from './ebml.mjs'
import { EDGES } from './hostile.mjs'
import { boxesNamed, inBoxes, table, word64, words32 } from './mp4.mjs'
import { below, pick, repeatedly, some } from './random.mjs'

export function tables(job, random) {
  for (const recording of some(job.recordings.slice(1), random)) {
    recording.isHonest = false
    recording.bytes = inElements(recording.bytes, (file) => inMatroska(file, random))
    recording.bytes = inBoxes(recording.bytes, (file) => inMp4(file, random))
  }
}

/** Boxes whose 32-bit numbers behind version and flags are counts, sizes, places and lengths. */
const TABLES = [
  ...['stsz', 'stts', 'stco', 'stsc', 'stss', 'ctts', 'elst', 'stsd', 'dref', 'sidx'],
  ...['trun', 'tfhd', 'tfdt', 'trex', 'mvhd', 'mdhd', 'tkhd', 'tfra', 'sgpd', 'sbgp'],
]

function inMp4(file, random) {
  repeatedly(3, random, () => {
    pick(MP4_CLAIMS, random)(file, random)
  })
}

const MP4_CLAIMS = [
  (file, random) => {
    const found = TABLES.flatMap((name) => boxesNamed(file, name))
    const box = pick(found, random)
    if (!box) return
    const body = box.body ?? box.head
    repeatedly(3, random, () => {
      const at = 4 * below(Math.min(6, Math.floor(body.length / 4)), random)
      if (at + 4 <= body.length) body.writeUInt32BE(pick(EDGES, random), at)
    })
  },
  // As many samples as a number can say, of one size, in one chunk.
  (file, random) => {
    const stbl = pick(boxesNamed(file, 'stbl'), random)
    // A packed header hides the boxes inside.
    if (!stbl) return
    const count = pick([1e6, 8e6, 80e6, 0x7fffffff, 0xffffffff], random)
    const own = {
      stsz: table('stsz', 0, [pick([1, 0, 0xffff], random), count]),
      stts: table('stts', 0, [1, count, pick([0, 1, 1024, 0x7fffffff], random)]),
      stsc: table('stsc', 0, [1, 1, count, 1]),
      ctts: table('ctts', 0, [1, count, pick(EDGES, random)]),
    }
    for (const name of some(Object.keys(own), random)) {
      stbl.boxes = [...stbl.boxes.filter((box) => box.name !== name), own[name]]
    }
  },
  // Boxes larger than the file, than what they are in, or of no size.
  (file, random) => {
    const names = ['moov', 'trak', 'mdia', 'stbl', 'stsd', 'mdat', 'ftyp', 'moof', ...TABLES]
    pick(
      names.flatMap((name) => boxesNamed(file, name)),
      random,
    ).claims = pick(EDGES, random)
  },
  // Hundreds of tracks; boxes in boxes in boxes.
  (file, random) => {
    const [moov] = boxesNamed(file, 'moov')
    const trak = pick(boxesNamed(file, 'trak'), random)
    if (!trak) return
    for (let i = below(400, random); i > 0; i--) moov.boxes.push(trak)
  },
  (file, random) => {
    let inner = { name: 'free', body: Buffer.alloc(0) }
    const name = pick(['moov', 'trak', 'udta', 'mdia', 'meta'], random)
    for (let i = pick([50, 500], random); i > 0; i--) inner = { name, boxes: [inner] }
    file.push(inner)
  },
  // A header that is packed and says how large it will be.
  (file, random) => {
    const [moov] = boxesNamed(file, 'moov')
    if (!moov) return
    const large = Buffer.alloc(pick([1e6, 50e6], random))
    const size = pick([large.length, 0x7fffffff, 0xffffffff, 1000], random)
    const packed = deflateSync(large)
    moov.boxes = [
      {
        name: 'cmov',
        boxes: [
          { name: 'dcom', body: Buffer.from('zlib') },
          { name: 'cmvd', body: Buffer.concat([words32(size), packed]) },
        ],
      },
    ]
  },
  // An index of fragments, and lists of what is encrypted, for samples that nobody has.
  (file, random) => {
    const count = pick([10, 5000, 0xffff], random)
    const entries = Buffer.alloc(12 * Math.min(count, 5000), 0x11)
    const head = words32(0, 1, pick([0, 1, 48000], random), 0, 0, count)
    file.splice(1, 0, { name: 'sidx', body: Buffer.concat([head, entries]) })
  },
  (file, random) => {
    const [where] = [...boxesNamed(file, 'traf'), ...boxesNamed(file, 'stbl')]
    const count = pick(EDGES, random)
    where?.boxes.push(
      table('saiz', 0, [0x08000000 | (count >>> 8), (count & 0xff) << 24]),
      table('saio', 0, [pick([1, count], random), 0]),
      table('senc', 2, [count], Buffer.alloc(64, 1)),
      table('sgpd', 0x01000000, [0x73656967, count, count], word64(0n)),
    )
  },
]

function inMatroska(file, random) {
  const [segment] = elementsOf(file, ID.segment)
  repeatedly(3, random, () => pick(MATROSKA_CLAIMS, random)({ file, segment, random }))
}

const SIZES = [0n, 1n, 1000n, 1n << 31n, 1n << 32n, 1n << 40n, (1n << 56n) - 2n, (1n << 56n) - 1n]

const MATROSKA_CLAIMS = [
  // Sizes beyond what an element is in, unknown ones too.
  ({ file, random }) => {
    const ids = [...Object.values(ID), '63a2', '86', 'd7', '4282', '2ad7b1', 'b0', 'b5']
    const found = ids.flatMap((id) => elementsOf(file, id))
    pick(found, random).claims = pick(SIZES, random)
  },
  ({ segment, random }) => {
    const filler = { id: ID.void, body: Buffer.alloc(below(100_000, random)), claims: pick(SIZES, random) }
    segment.elements.splice(below(segment.elements.length, random), 0, filler)
  },
  // An index of thousands of places that are not there.
  ({ segment, random }) => {
    const points = Array.from({ length: pick([5, 5000, 100_000], random) }, (_, i) => ({
      id: 'bb',
      elements: [
        unsigned('b3', i * 3),
        { id: 'b7', elements: [unsigned('f7', 1), unsigned('f1', pick([0, i, 1e12], random))] },
      ],
    }))
    segment.elements.splice(1, 0, { id: '1c53bb6b', elements: points })
  },
  // Packed blocks and headers: what little becomes much of.
  ({ file, random }) => {
    const entry = pick(elementsOf(file, ID.entry), random)
    const compression = {
      id: '5034',
      elements: [
        unsigned('4254', pick([0, 1, 2, 3, 9], random)),
        text('4255', Buffer.alloc(pick([0, 16, 1e6], random))),
      ],
    }
    const encoding = {
      id: '6240',
      elements: [unsigned('5031', 0), unsigned('5032', pick([1, 2, 3, 7], random)), compression],
    }
    entry.elements.push({ id: '6d80', elements: random() < 0.8 ? [encoding] : Array(500).fill(encoding) })
    if (random() < 0.5) {
      const bomb = deflateSync(Buffer.alloc(30e6))
      put(entry, text('63a2', bomb))
      for (const block of elementsOf(file, ID.simpleBlock).slice(0, 5)) {
        block.body = Buffer.concat([block.body.subarray(0, 4), bomb])
      }
    }
  },
  // Laced blocks that say how many frames they hold.
  ({ file, random }) => {
    for (const { body } of some(elementsOf(file, ID.simpleBlock), random)) {
      body[3] |= pick([2, 4, 6], random)
      if (body.length > 4) body[4] = pick([0, 1, 127, 255], random)
    }
  },
  ({ file, random }) => {
    const [tracks] = elementsOf(file, ID.tracks)
    const entry = pick(elementsOf(file, ID.entry), random)
    for (let i = below(400, random); i > 0; i--) {
      const own = { id: ID.entry, elements: entry.elements.filter(({ id }) => id !== 'd7') }
      put(own, unsigned('d7', i + 1))
      tracks.elements.push(own)
    }
  },
  ({ segment, random }) => {
    let inner = { id: '67c8', elements: [text('45a3', 'k')] }
    for (let i = pick([20, 500], random); i > 0; i--) inner = { id: '67c8', elements: [inner] }
    segment.elements.splice(1, 0, { id: ID.tags, elements: [{ id: '7373', elements: [inner] }] })
  },
]
