/** Edit lists: thousands of entries, huge ones, negative ones, other speeds. Pure. */
import { EDGES, FAR } from './hostile.mjs'
import { boxesNamed, inBoxes, word64, words32 } from './mp4.mjs'
import { below, pick, some } from './random.mjs'

const RATES = [0x10000, 0x10000, 0x10000, 0, 0x8000, 0x20000, 0xffff0000]

export function edits(job, random) {
  const files = job.recordings.slice(1).filter(({ bytes }) => bytes.toString('latin1', 4, 8) === 'ftyp')
  for (const recording of some(files, random)) {
    recording.isHonest = false
    recording.bytes = inBoxes(recording.bytes, (file) => {
      for (const trak of some(boxesNamed(file, 'trak'), random)) {
        const others = trak.boxes.filter(({ name }) => name !== 'edts')
        const [header, ...rest] = others
        trak.boxes = [header, { name: 'edts', boxes: [list(random)] }, ...rest]
      }
    })
  }
}

function list(random) {
  const isWide = random() < 0.3
  const count = pick([1, 2, 3, 10, 1000, 20_000], random)
  const repeated = random() < 0.5 ? entry(random, isWide) : undefined
  const entries = Array.from({ length: count }, () => repeated ?? entry(random, isWide))
  const claimed = random() < 0.1 ? pick(EDGES, random) : count
  const body = Buffer.concat([words32(isWide ? 0x01000000 : 0, claimed), ...entries])
  return { name: 'elst', body }
}

function entry(random, isWide) {
  const length = pick([0, 1, 500, 1000, 1500, 100_000, ...EDGES], random)
  const start = pick([0, 0, 1, 512, 1024, 10_000, 0xffffffff, below(100_000, random), ...EDGES], random)
  const rate = words32(pick(RATES, random))
  if (!isWide) return Buffer.concat([words32(length, start), rate])
  const wide = (value) => word64(random() < 0.3 ? pick(FAR, random) : BigInt(value | 0))
  return Buffer.concat([wide(length), wide(start), rate])
}
