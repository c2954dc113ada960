/** Names of recordings, streams, rooms and output, as disks and file systems bear them and as programs do not. Pure. */
import { below, pick, repeatedly, some } from './random.mjs'

const NAMES = [
  ...[
    'caf\u00e9.webm',
    'cafe\u0301.webm',
    '\u202egpj.webm',
    'a\u001b[2Jb.webm',
    'line\nbreak.mp4',
    'tab\tx.mp4',
  ],
  ...[
    '-y.webm',
    '--help',
    '-i',
    '%d.webm',
    '%03d.mp4',
    '100%.webm',
    '$(id).webm',
    '`id`.mp4',
    'it\'s "x".webm',
  ],
  ...[
    'file:a.webm',
    'http:b.mp4',
    'pipe:0',
    'concat:a|b',
    'data:,x',
    'a:b.webm',
    '\\\\server\\x.mp4',
    'CON',
    '~',
  ],
  ...[
    'owt-job.json',
    'recording-1',
    'recording-1.part',
    'video-1.mp4',
    'audio.graph',
    'x.lock',
    'mux.ffmetadata',
  ],
  ...[
    '..webm',
    '...',
    ' lead.webm',
    'trail ',
    '\ufeffbom.webm',
    '\u{1F600}.webm',
    'a/b.webm',
    './c.webm',
    'd//e.mp4',
  ],
  ...['n'.repeat(250), '\u00e9'.repeat(120), 'key=value;a,b[c]', '*', '?.webm', '{a,b}.mp4', '#x.webm', '@x'],
]
/** Names that no file has: where they lead must not be looked at. */
const NOWHERE = [
  ...['..', '.', '', '../../secret.webm', '/etc/passwd', '../outside/secret.webm', 'x/../../../etc/passwd'],
  ...[
    '\ud800.webm',
    '\udfff\ud800',
    'nul\0l.webm',
    'n'.repeat(5000),
    'a/'.repeat(2000),
    'file:///etc/passwd',
    '%2e%2e/x',
  ],
]

export function names(job, random) {
  const free = NAMES.filter(() => random() < 0.5)
  for (const recording of some(job.recordings.slice(1), random)) {
    recording.isHonest = false
    recording.isShownOrTold = true
    if (random() < 0.75) {
      recording.name = free.splice(below(free.length, random), 1)[0] ?? recording.name
    } else {
      recording.name = pick(NOWHERE, random)
      recording.isMissing = true
    }
  }
  repeatedly(3, random, () => pick(PLACES, random)(job, random))
}

const storageOf = (job) => job.cfg.Data.RecordingConfig.StorageConfig
const odd = (random) => pick([...NAMES, ...NOWHERE], random)

const PLACES = [
  () => undefined,
  (job, random) => {
    const recording = pick(job.recordings.slice(1), random)
    const user = odd(random)
    recording.streamId = `${user}_1`
    // A stream of nobody is left out by name.
    if (user === '') Object.assign(recording, { isHonest: false, isShownOrTold: true })
  },
  (job, random) => {
    // Names that are the same to some file systems, and to people.
    const [, one, two] = job.recordings
    if (random() < 0.5) Object.assign(one, { streamId: 'caf\u00e9_1' })
    Object.assign(two, { streamId: 'cafe\u0301_1' })
  },
  (job, random) => {
    job.cfg.Internal.RoomId = odd(random)
    job.codes = ANY
  },
  (job, random) => {
    storageOf(job).FileNamePrefix = `${pick(['out/', '', '../', '/'], random)}${odd(random)}`
    job.codes = ANY
  },
  // Where a recording lies, in other words.
  (job, random) => {
    const { name } = pick(job.recordings, random)
    const way = pick(['', './', 'x/../', '/', '//', 'out/../'], random)
    storageOf(job).FileNamePrefix = `${way}rec/${name.normalize(pick(['NFC', 'NFD'], random))}`
    job.codes = ANY
  },
  (job, random) => {
    job.cfg.Data.MixerConfig.WaterMark = [{ Type: 3, Text: odd(random), X: 2, Y: 2, Alpha: 0.5 }]
    job.codes = ANY
  },
  (job, random) => {
    job.cfg.Data.JobConfig.KeyStream = odd(random)
  },
]

/** Exit codes of jobs whose request may be refused. */
export const ANY = [0, 1, 3, 4, 5, 6]
