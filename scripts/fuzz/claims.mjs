/**
 * What a container says of tracks that decode well: shape, turn, colour, kind, encryption, rates. A decoder that
 * believes it may show nothing, and a worker that does has to say so. Pure.
 */
import { ID, elementsOf, inElements, put, unsigned } from './ebml.mjs'
import { boxesNamed, inBoxes, table, words32 } from './mp4.mjs'
import { below, pick, repeatedly, some } from './random.mjs'

export function claims(job, random) {
  for (const recording of some(job.recordings.slice(1), random)) {
    recording.isHonest = false
    recording.isShownOrTold = true
    recording.bytes = inElements(recording.bytes, (file) =>
      repeatedly(2, random, () => pick(MATROSKA, random)(file, random, recording)),
    )
    recording.bytes = inBoxes(recording.bytes, (file) =>
      repeatedly(2, random, () => pick(MP4, random)(file, random, recording)),
    )
  }
}

const EXTREME = [0, 1, 2, 16, 65_535, 0x7fffffff, 0xffffffff]
const FIXED = [0, 1, 0x8000, 0x10000, 0x20000, 0xffff0000, 0xb504, 0xffff4afc, 0x7fffffff, 0x80000000]

const MP4 = [
  // Size and matrix of the track's header.
  (file, random) => {
    for (const { body } of boxesNamed(file, 'tkhd')) {
      body.writeUInt32BE(pick(EXTREME, random), 76)
      body.writeUInt32BE(pick(EXTREME, random), 80)
    }
  },
  (file, random) => {
    const { body } = pick(boxesNamed(file, pick(['tkhd', 'tkhd', 'mvhd'], random)), random)
    const at = body.length - 44
    for (const place of [0, 1, 3, 4]) body.writeUInt32BE(pick(FIXED, random), at + 4 * place)
    if (random() < 0.3) body.writeUInt32BE(pick(FIXED, random), at + 4 * below(9, random))
  },
  (file, random) => {
    for (const entry of boxesNamed(file, 'avc1')) {
      entry.boxes = entry.boxes.filter(({ name }) => name !== 'pasp')
      entry.boxes.push({ name: 'pasp', body: words32(pick(EXTREME, random), pick(EXTREME, random)) })
    }
  },
  (file, random) => {
    for (const entry of boxesNamed(file, 'avc1')) {
      const codes = Buffer.alloc(7)
      for (const at of [1, 3, 5]) codes[at] = below(20, random)
      codes[6] = pick([0, 0x80], random)
      entry.boxes.push({ name: 'colr', body: Buffer.concat([Buffer.from('nclx'), codes]) })
    }
  },
  // Encrypted, as it says.
  (file, random) => {
    for (const entry of [...boxesNamed(file, 'avc1'), ...boxesNamed(file, 'mp4a')]) {
      if (random() < 0.3) continue
      const original = { name: 'frma', body: Buffer.from(entry.name) }
      const scheme = table(
        'schm',
        0,
        [],
        Buffer.from(pick(['cenc', 'cbcs', 'zzzz'], random)),
        words32(0x10000),
      )
      const tenc = table('tenc', 0, [0x00000108], Buffer.alloc(16, 7))
      entry.boxes.push({ name: 'sinf', boxes: [original, scheme, { name: 'schi', boxes: [tenc] }] })
      if (random() < 0.7) entry.name = entry.name === 'avc1' ? 'encv' : 'enca'
    }
  },
  // The same track twice, or as another kind.
  (file, random) => {
    const [moov] = boxesNamed(file, 'moov')
    moov.boxes.splice(1, 0, pick(boxesNamed(file, 'trak'), random))
  },
  // What is declared as data is none of a picture or a sound.
  (file, random, recording) => {
    recording.isShownOrTold = false
    const { body } = pick(boxesNamed(file, 'hdlr'), random)
    body.write(pick(['vide', 'soun', 'tmcd', 'text', 'meta', 'subt', 'hint'], random), 8, 'latin1')
  },
  (file, random) => {
    for (const { body } of boxesNamed(file, 'tkhd')) body[3] = pick([0, 1, 7, 15], random)
  },
  (file, random) => {
    for (const { head } of boxesNamed(file, 'mp4a')) {
      head.writeUInt16BE(pick([0, 1, 2, 8, 255, 65_535], random), 16)
      head.writeUInt32BE(pick([0, 1 << 16, 8000 * 65_536, 0xffff0000], random), 24)
    }
  },
]

const MATROSKA = [
  (file, random) => {
    const video = pick(elementsOf(file, ID.video), random)
    if (!video) return
    put(video, unsigned('54b0', pick(EXTREME, random)))
    put(video, unsigned('54ba', pick(EXTREME, random)))
    if (random() < 0.5) put(video, unsigned('54b2', below(5, random)))
  },
  // Crop, stereo, fields, alpha.
  (file, random) => {
    const video = pick(elementsOf(file, ID.video), random)
    const id = pick(['54aa', '54bb', '54cc', '54dd', '53b8', '9a', '9d', '53c0'], random)
    if (video) put(video, unsigned(id, pick([1, 2, 8, 50, 100, 65_535], random)))
  },
  (file, random) => {
    const video = pick(elementsOf(file, ID.video), random)
    if (!video) return
    const codes = ['55b1', '55b9', '55ba', '55bb', '55b2'].map((id) => unsigned(id, below(20, random)))
    put(video, { id: '55b0', elements: codes })
  },
  // Turned by any angle.
  (file, random) => {
    const video = pick(elementsOf(file, ID.video), random)
    const angles = ['7673', '7674', '7675'].map((id) => {
      const body = Buffer.alloc(4)
      body.writeFloatBE(pick([0, 45, 90, -90, 180, 30, NaN, 1e30], random))
      return { id, body }
    })
    if (video) put(video, { id: '7670', elements: [unsigned('7671', below(5, random)), ...angles] })
  },
  (file, random) => {
    const audio = pick(elementsOf(file, ID.audio), random)
    const rate = Buffer.alloc(8)
    rate.writeDoubleBE(pick([0, 1, 8000, 1e9, -1, NaN], random))
    if (!audio) return
    put(audio, { id: pick(['b5', '78b5'], random), body: rate })
    put(audio, unsigned('9f', pick([0, 1, 2, 6, 255, 65_535], random)))
  },
  (file, random) => {
    const entry = pick(elementsOf(file, ID.entry), random)
    put(entry, unsigned('83', pick([1, 2, 3, 16, 17, 32], random)))
  },
  (file, random) => {
    const entry = pick(elementsOf(file, ID.entry), random)
    put(entry, unsigned(pick(['b9', '88', '55aa', '9c'], random), below(2, random)))
  },
  (file, random) => {
    const entry = pick(elementsOf(file, ID.entry), random)
    const encryption = {
      id: '5035',
      elements: [unsigned('47e1', 5), { id: '47e2', body: Buffer.alloc(16, 7) }],
    }
    const encoding = { id: '6240', elements: [unsigned('5032', 1), unsigned('5033', 1), encryption] }
    put(entry, { id: '6d80', elements: [encoding] })
  },
]
