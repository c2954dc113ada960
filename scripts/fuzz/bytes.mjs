/** Recordings and pictures that are cut off, mixed up, or changed here and there. Pure. */
import { below, pick, repeatedly } from './random.mjs'

export function bytes(job, random) {
  const all = job.recordings.map((recording) => recording.bytes)
  for (const recording of job.recordings) {
    if (random() < 0.5) continue
    recording.isHonest = false
    recording.bytes = broken(recording.bytes, all, random)
  }
  // What is left may be nothing.
  if (job.recordings.every(({ isHonest }) => !isHonest)) job.codes = [0, 6]
  if (random() < 0.5) return
  job.cfg.Data.MixerConfig.WaterMark = [
    { Type: 1, X: 2, Y: 2, Alpha: 0.5 },
    { Type: 2, X: 60, Y: 40, Image: 'logo.png' },
  ]
  if (random() < 0.5) return
  job.logo = broken(job.logo, all, random)
  job.codes = [0, 1, 4, 6]
}

/** Places in which a file says how large, how long, and where something is. */
const MARKS = {
  box: [
    ...['mvhd', 'tkhd', 'mdhd', 'elst', 'stts', 'ctts', 'stsc', 'stsz', 'stco', 'stss', 'stsd', 'avcC'],
    ...['esds', 'moof', 'tfhd', 'trun', 'tfdt'],
  ],
  // Timestamp of a cluster, its blocks, tracks, sizes, channels, sampling frequency, codec delay, a VP8 keyframe.
  ebml: [
    '\xe7',
    '\xa3',
    '\xae',
    '\xb0',
    '\xba',
    '\x9f',
    '\xb5',
    '\x56\xaa',
    '\x1f\x43\xb6\x75',
    '\x9d\x01\x2a',
  ],
}

function broken(bytes, others, random) {
  const out = Buffer.from(bytes)
  const kind = random()
  const other = pick(others, random)
  const somewhere = () => below(out.length, random)
  // Cut off: anywhere, among the headers, just before the end.
  if (kind < 0.1) return out.subarray(0, somewhere())
  if (kind < 0.16) return out.subarray(0, below(2048, random))
  if (kind < 0.2) return out.subarray(0, out.length - 1 - below(64, random))
  if (kind < 0.26) return other
  // One recording's beginning and another's end; a part twice; a part missing; a part blank.
  if (kind < 0.32) return Buffer.concat([out.subarray(0, somewhere()), other.subarray(somewhere())])
  if (kind < 0.36) {
    const at = somewhere()
    return Buffer.concat([out.subarray(0, at), out.subarray(Math.floor(at * random()))])
  }
  if (kind < 0.4) {
    const at = somewhere()
    return Buffer.concat([out.subarray(0, at), out.subarray(at + below(5000, random))])
  }
  if (kind < 0.44) {
    const at = somewhere()
    return out.fill(0, at, Math.min(out.length, at + below(20_000, random)))
  }
  if (kind < 0.47) return Buffer.concat([Buffer.from('#EXTM3U\nfile:///etc/passwd\n'), out])
  if (kind < 0.49)
    return Buffer.from(
      pick(['', '\0', 'ffconcat version 1.0\nfile x\n', 'RIFF', '\x1aE\xdf\xa3'], random),
      'latin1',
    )
  if (kind < 0.75) return brokenAtMarks(out, random)
  // Headers are short and matter most: half of the flips go there.
  const flips = 1 + Math.floor(random() ** 3 * 400)
  for (let i = 0; i < flips; i++) {
    out[below(random() < 0.5 ? Math.min(2048, out.length) : out.length, random)] = below(256, random)
  }
  return out
}

function brokenAtMarks(out, random) {
  const isMp4 = out.toString('latin1', 4, 8) === 'ftyp'
  repeatedly(4, random, () => {
    const mark = pick(isMp4 ? MARKS.box : MARKS.ebml, random)
    const from = Math.floor(random() ** 2 * out.length)
    const at = out.indexOf(mark, from, 'latin1')
    const found = at < 0 ? out.indexOf(mark, 0, 'latin1') : at
    if (found < 0) return
    // A box's length stands before its name.
    const start = isMp4 && random() < 0.3 ? found - 4 : found + mark.length
    const length = 1 + below(isMp4 ? 24 : 6, random)
    const fill = pick([0, 0xff, 0x7f, undefined], random)
    for (let n = start; n < Math.min(out.length, start + length); n++) {
      if (random() < 0.6) out[n] = fill ?? below(256, random)
    }
  })
  return out
}
