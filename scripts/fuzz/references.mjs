/** Pictures that claim to be huge, or to need many others: what a decoder would keep in memory. Pure. */
import { ID, elementsOf, inElements, put, unsigned } from './ebml.mjs'
import { boxesNamed, inBoxes } from './mp4.mjs'
import { below, pick, some } from './random.mjs'

export function references(job, random) {
  for (const recording of some(job.recordings.slice(1), random)) {
    recording.isHonest = false
    if (random() < 0.15) recording.bytes = job.material.manyReferences
    recording.bytes = inBoxes(recording.bytes, (file) => {
      for (const { body } of boxesNamed(file, 'avcC')) replaceSps(body, random)
      for (const { head } of boxesNamed(file, 'avc1')) {
        if (random() < 0.5) head.writeUInt32BE(pick([0, 0x00010001, 0xffffffff, 0x40004000], random), 24)
      }
    })
    recording.bytes = inElements(recording.bytes, (file) => inMatroska(file, random))
  }
}

/** In macroblocks of 16 x 16, less one. */
const SIDES = [9, 7, 63, 255, 511, 1023, 4095, 65_534, 2 ** 27]

function replaceSps(avcC, random) {
  const length = avcC.readUInt16BE(6)
  const sps = claimingSps(random)
  // The place stays: what does not fit is cut off, what is left over is filled with what ends no number.
  avcC.fill(0xff, 8, 8 + length)
  sps.copy(avcC, 8, 0, Math.min(length, sps.length))
  if (sps.length < length) avcC.writeUInt16BE(length, 6)
}

/** The parameters of an H.264 sequence, in its own coding. */
function claimingSps(random) {
  const bits = []
  const u = (value, count) => {
    for (let i = count - 1; i >= 0; i--) bits.push(Math.floor(value / 2 ** i) % 2)
  }
  const ue = (value) => {
    const count = Math.floor(Math.log2(value + 1))
    u(0, count)
    u(value + 1, count + 1)
  }
  const odd = (usual, ...others) => (random() < 0.7 ? usual : pick(others, random))
  u(odd(100, 66, 110, 244), 8)
  u(0, 8)
  u(odd(31, 9, 62, 255), 8)
  ue(0)
  ue(odd(1, 0, 3))
  ue(odd(0, 2, 6))
  ue(odd(0, 2, 6))
  u(0, 2)
  ue(odd(0, 12))
  ue(odd(2, 2))
  ue(pick([0, 1, 4, 16, 16, 17, 255], random))
  u(below(2, random), 1)
  ue(pick(SIDES, random))
  ue(pick(SIDES, random))
  u(odd(1, 0), 1)
  if (bits.at(-1) === 0) u(below(2, random), 1)
  u(1, 1)
  const isCropped = random() < 0.3
  u(isCropped ? 1 : 0, 1)
  if (isCropped) for (let i = 0; i < 4; i++) ue(pick([0, 1, 70, 5000, 2 ** 20], random))
  u(1, 1)
  u(1, 1)
  u(255, 8)
  u(pick([0, 1, 16, 65_535], random), 16)
  u(pick([0, 1, 11, 65_535], random), 16)
  u(0, 3)
  u(1, 1)
  u(pick([0, 1, 0xffffffff], random), 32)
  u(pick([0, 1, 50, 0xffffffff], random), 32)
  u(below(2, random), 1)
  u(0, 3)
  u(1, 1)
  u(1, 1)
  ue(0)
  ue(0)
  ue(16)
  ue(16)
  ue(pick([0, 16, 64], random))
  ue(pick([0, 16, 64], random))
  u(1, 1)
  while (bits.length % 8) bits.push(0)
  const bytes = [0x67]
  for (let i = 0; i < bits.length; i += 8) {
    const byte = parseInt(bits.slice(i, i + 8).join(''), 2)
    // Three bytes of what begins a unit may not stand inside one.
    if (byte <= 3 && bytes.at(-1) === 0 && bytes.at(-2) === 0) bytes.push(3)
    bytes.push(byte)
  }
  return Buffer.from(bytes)
}

const VP8_START = Buffer.from('9d012a', 'hex')

function inMatroska(file, random) {
  const side = () => pick([0, 1, 16, 4096, 8191, 16_383], random)
  if (random() < 0.5) {
    const video = pick(elementsOf(file, ID.video), random)
    if (video)
      put(video, unsigned(pick(['b0', 'ba'], random), pick([0, 1, 65_535, 2 ** 31, 2 ** 40], random)))
  }
  const blocks = elementsOf(file, ID.simpleBlock).filter(({ body }) =>
    body.subarray(0, 16).includes(VP8_START),
  )
  const from = below(blocks.length + 1, random)
  for (const { body } of blocks.slice(from)) {
    const at = body.indexOf(VP8_START) + 3
    body.writeUInt16LE(side(), at)
    body.writeUInt16LE(side(), at + 2)
  }
  // VP9 says its size in bits of its first bytes.
  for (const { body } of random() < 0.5 ? elementsOf(file, ID.simpleBlock).slice(0, 3) : []) {
    if (body.length > 14) body.fill(pick([0, 0xff, 0x55], random), 8, 8 + below(5, random))
  }
}
