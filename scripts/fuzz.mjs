/**
 * Breaks recordings, cfg.json and index at random and runs the worker on them: never a crash, a hang, a stack
 * trace, a wrong exit code, a missing result, a recording that vanishes unnamed, or anything left behind.
 *
 *   npm run fuzz -- [--runs 200] [--seed 1] [--jobs 2] [--keep]
 *
 * The same seed breaks the same things. A failure is printed with its run number and kept in its folder.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const home = join(import.meta.dirname, '..')
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '2' },
    first: { type: 'string', default: '0' },
    keep: { type: 'boolean', default: false },
  },
})
const JOB = 'job-demo-20261122-0001'
const LIMIT_MS = 120_000
const bucket = join(home, 'mixer/bucket')
const index = JSON.parse(readFileSync(join(bucket, `${JOB}.json`), 'utf8'))
const recordings = index.Files.map(({ Name }) => ({
  name: Name,
  bytes: readFileSync(join(bucket, index.Root, Name)),
}))
const logo = readFileSync(join(home, 'mixer/gallery/logo.png'))

/** Small and fast, but with every part of the worker in use. */
const cfg = {
  Version: '1.0',
  Action: 'job.start',
  Token: 'secret-token',
  Internal: { RequestId: '0', JobId: JOB, AppId: 'a', RoomId: 'demo4711', Mode: 1, ChannelType: 0 },
  Data: {
    JobConfig: { IdleTime: 1, KeyStream: 'alice_1' },
    TranscodingConfig: {
      Video: { Codec: 'h264', Width: 96, Height: 64, Fps: 5, BitRate: 100, Profile: 'main' },
      Audio: { Codec: 'aac', SampleRate: 48000 },
    },
    MixerConfig: {
      MaxResolutionStream: 'alice_2',
      BackgroundColor: { R: 1, G: 2, B: 3 },
      ResizeMode: 2,
      MixedVideoLayout: 1,
      WaterMark: [
        { Type: 1, X: 2, Y: 2, Alpha: 0.5 },
        { Type: 2, X: 60, Y: 40, Image: 'logo.png' },
      ],
    },
    SubscribeConfig: { VideoStreamType: 0, MaxSubscriptions: 32, SubscribeAudio: [], UnsubscribeVideo: [''] },
    RecordingConfig: {
      MediaChannel: 3,
      FileType: ['mp4'],
      StorageConfig: { Vendor: 'local', Bucket: 'bucket', FileNamePrefix: 'out/$Jobid.mp4' },
    },
  },
}

/** mulberry32: a small generator whose runs can be repeated. */
function randomFrom(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const START_MS = index.StartTime
const ODD = [
  null,
  '',
  0,
  -1,
  1e308,
  -1e308,
  Number.MAX_SAFE_INTEGER,
  4294967296,
  1.5,
  true,
  [],
  {},
  [[]],
  nested(60),
  nested(500),
  '../../etc/passwd',
  'http://127.0.0.1:1/x',
  '\u0000',
  '\ud800',
  '😀',
  'a'.repeat(5000),
  '1/0',
  '99999999999/1',
  START_MS,
  START_MS / 1000,
  String(START_MS),
  String(START_MS / 1000),
  `${START_MS}.25`,
  '1e400',
  'NaN',
  '0x10',
  '__proto__',
]

function nested(depth) {
  let value = 1
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { Files: value }
  return value
}

const pick = (list, random) => list[Math.floor(random() * list.length)]

/** Changes one value somewhere in a JSON value, or takes it away. */
function edit(value, random) {
  const paths = []
  const walk = (node, path) => {
    if (path.length > 0) paths.push(path)
    if (node !== null && typeof node === 'object' && path.length < 12)
      for (const key of Object.keys(node)) walk(node[key], [...path, key])
  }
  walk(value, [])
  const path = pick(paths, random)
  if (!path) return
  const parent = path.slice(0, -1).reduce((node, key) => node[key], value)
  const key = path.at(-1)
  if (random() < 0.2) delete parent[key]
  else parent[key] = structuredClone(pick(ODD, random))
}

/** Breaks the index as recorders do: its times in other units, shifted, as text; its entries many or mixed up. */
function editIndex(value, random) {
  const kind = random()
  const files = value.Files
  const write = pick([(ms) => ms, String, (ms) => ms / 1000, (ms) => String(ms / 1000)], random)
  if (kind < 0.35) {
    value.StartTime = write(START_MS)
    for (const file of files) {
      const shiftMs = random() < 0.3 ? Math.floor((random() - 0.5) * 600_000) : 0
      file.StartTime = write(file.StartTime + shiftMs)
      if (random() < 0.3) file.EndTime = write(START_MS + Math.floor(random() * 60_000))
    }
  } else if (kind < 0.5) {
    const names = files.map(({ Name }) => Name)
    for (const file of files) file.Name = pick(names, random)
  } else if (kind < 0.6) {
    const [first] = files
    for (let i = 0; i < 300; i++) files.push({ ...first, StreamId: `u${i % 7}_1`, Name: `none-${i}.webm` })
  } else if (kind < 0.7) {
    files.reverse()
    for (const file of files) file.StreamId = pick(['alice_1', 'alice_2', '_1', 'a_b_c_1', 'x_9'], random)
  } else {
    for (let i = 0; i <= random() * 3; i++) edit(value, random)
  }
}

function breakText(text, random) {
  const kind = random()
  const at = Math.floor(random() * text.length)
  if (kind < 0.3) return text.slice(0, at)
  if (kind < 0.7) return text.slice(0, at) + '{[",:]}\u0001/*'[Math.floor(random() * 10)] + text.slice(at + 1)
  if (kind < 0.75) return `\ufeff${text}`
  if (kind < 0.8) return '['.repeat(50_000)
  if (kind < 0.85) return `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`
  if (kind < 0.9) return text.replace(/\d+/, '1e999')
  if (kind < 0.95) return text.replace(/"(\w+)":/, '"$1": 1, "$1":')
  return Buffer.from(text, 'utf16le').toString('latin1')
}

/** Places in which a file says how large, how long, and where something is. */
const MARKS = {
  box: [
    'mvhd',
    'tkhd',
    'mdhd',
    'elst',
    'stts',
    'ctts',
    'stsc',
    'stsz',
    'stco',
    'stss',
    'stsd',
    'avcC',
    'esds',
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

function breakStructure(out, random) {
  const isMp4 = out.toString('latin1', 4, 8) === 'ftyp'
  for (let i = 0; i <= random() * 4; i++) {
    const mark = pick(isMp4 ? MARKS.box : MARKS.ebml, random)
    const from = Math.floor(random() ** 2 * out.length)
    const at = out.indexOf(mark, from, 'latin1')
    const found = at < 0 ? out.indexOf(mark, 0, 'latin1') : at
    if (found < 0) continue
    // A box's length stands before its name.
    const start = isMp4 && random() < 0.3 ? found - 4 : found + mark.length
    const length = 1 + Math.floor(random() * (isMp4 ? 24 : 6))
    const fill = pick([0, 0xff, 0x7f, undefined], random)
    for (let n = start; n < Math.min(out.length, start + length); n++) {
      if (random() < 0.6) out[n] = fill ?? Math.floor(random() * 256)
    }
  }
  return out
}

function breakBytes(bytes, random) {
  const out = Buffer.from(bytes)
  const kind = random()
  const other = pick(recordings, random).bytes
  const somewhere = () => Math.floor(random() * out.length)
  // Cut off: anywhere, among the headers, just before the end.
  if (kind < 0.1) return out.subarray(0, somewhere())
  if (kind < 0.16) return out.subarray(0, Math.floor(random() * 2048))
  if (kind < 0.2) return out.subarray(0, out.length - 1 - Math.floor(random() * 64))
  if (kind < 0.26) return other
  // One recording's beginning and another's end; a part twice; a part missing; a part blank.
  if (kind < 0.32) return Buffer.concat([out.subarray(0, somewhere()), other.subarray(somewhere())])
  if (kind < 0.36) {
    const at = somewhere()
    return Buffer.concat([out.subarray(0, at), out.subarray(Math.floor(at * random()))])
  }
  if (kind < 0.4) {
    const at = somewhere()
    return Buffer.concat([out.subarray(0, at), out.subarray(at + Math.floor(random() * 5000))])
  }
  if (kind < 0.44) {
    const at = somewhere()
    return out.fill(0, at, Math.min(out.length, at + Math.floor(random() * 50_000)))
  }
  if (kind < 0.47) return Buffer.concat([Buffer.from('#EXTM3U\nfile:///etc/passwd\n'), out])
  if (kind < 0.49)
    return Buffer.from(
      pick(['', '\0', 'ffconcat version 1.0\nfile x\n', 'RIFF', '\x1aE\xdf\xa3'], random),
      'latin1',
    )
  if (kind < 0.75) return breakStructure(out, random)
  // Headers are short and matter most: half of the flips go there.
  const flips = 1 + Math.floor(random() ** 3 * 400)
  for (let i = 0; i < flips; i++) {
    const at = Math.floor(random() * (random() < 0.5 ? Math.min(2048, out.length) : out.length))
    out[at] = Math.floor(random() * 256)
  }
  return out
}

function prepare(folder, random) {
  const root = join(folder, 'bucket', index.Root)
  mkdirSync(root, { recursive: true })
  const broken = { cfg: structuredClone(cfg), index: structuredClone(index) }
  for (const { name, bytes } of recordings) {
    writeFileSync(join(root, name), random() < 0.5 ? breakBytes(bytes, random) : bytes)
  }
  writeFileSync(join(folder, 'logo.png'), random() < 0.5 ? breakBytes(logo, random) : logo)
  const what = random()
  if (what < 0.3) for (let i = 0; i <= random() * 3; i++) edit(broken.cfg, random)
  if (what > 0.2 && what < 0.5) editIndex(broken.index, random)
  const cfgText = JSON.stringify(broken.cfg, null, 2)
  const indexText = JSON.stringify(broken.index, null, 2)
  // A broken length may be up to this; what is longer has to be left out, and what stands still ended.
  const conf = { ffmpeg: { stallMs: 20_000 }, limits: { maxHours: 0.5 } }
  writeFileSync(join(folder, 'conf.json'), JSON.stringify(conf))
  writeFileSync(join(folder, 'cfg.json'), what > 0.95 ? breakText(cfgText, random) : cfgText)
  writeFileSync(
    join(folder, `${JOB}.json`),
    what > 0.9 && what < 0.95 ? breakText(indexText, random) : indexText,
  )
  // What the index lists in vain has to be named; a cfg.json that was changed may leave anything out.
  return what >= 0.5 && what < 0.9 ? recordings.map(({ name }) => name) : []
}

function run(folder) {
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [
        join(home, 'bin/owt-main'),
        ...['--json', '--index', join(folder, `${JOB}.json`), '--work-dir', join(folder, 'work')],
        ...['--log-dir', join(folder, 'logs'), '--conf', join(folder, 'conf.json'), join(folder, 'cfg.json')],
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, LC_ALL: 'C', AWS_SECRET_ACCESS_KEY: 'secret-of-the-environment' },
      },
    )
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => (stdout += chunk))
    child.stderr.on('data', (chunk) => (stderr += chunk))
    let hung = false
    const timer = setTimeout(() => {
      hung = true
      child.kill('SIGKILL')
    }, LIMIT_MS)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal, stdout, stderr, hung })
    })
  })
}

/** What is wrong with how a run ended; empty when nothing is. */
function faults(folder, listed, { code, signal, stdout, stderr, hung }) {
  const found = []
  if (hung) return ['it hangs']
  if (signal) found.push(`it died of ${signal}`)
  if (![0, 1, 3, 4, 5, 6].includes(code)) found.push(`exit code ${code}`)
  if (/^\s+at .*[:(]\d+/m.test(stdout + stderr) || /internal error/.test(stderr))
    found.push('a stack trace or an internal error')
  if (/secret-token|secret-of-the-environment/.test(stdout + stderr)) found.push('a secret is shown')
  let result
  try {
    result = JSON.parse(stdout)
  } catch {
    found.push('stdout is not the result')
  }
  if (result && (result.exitCode !== code || (code === 0) !== (result.status === 'ok')))
    found.push('the result contradicts the exit code')
  if (result && /^(ffmpeg|frames)/.test(result.error?.code ?? '')) found.push('a recording broke the job')
  if (code === 0 && result) {
    const told = JSON.stringify([result.streams, result.skipped, result.warnings])
    const vanished = listed.filter((name) => !told.includes(name))
    if (vanished.length > 0) found.push(`nothing is said of ${vanished}`)
  }
  if (stderr.length > 200_000) found.push(`${stderr.length} bytes on stderr`)
  const made =
    existsSync(join(folder, 'bucket')) &&
    readdirSync(join(folder, 'bucket'), { recursive: true }).some(
      (name) => /\.mp4$|\.part$/.test(name) && !recordings.some((one) => name.endsWith(one.name)),
    )
  if (code !== 0 && made) found.push('a failed job left something in the bucket')
  if (code !== 0 && !/^error: /m.test(stderr)) found.push('a failure without an error line')
  const left = existsSync(join(folder, 'work')) ? readdirSync(join(folder, 'work')) : []
  // A job that failed may keep its own work for its next run, and nothing else.
  const isKept = (name) => code !== 0 && existsSync(join(folder, 'work', name, 'owt-job.json'))
  const strays = left.filter((name) => !isKept(name))
  if (strays.length > 0) found.push(`left in the work folder: ${strays}`)
  return found
}

const base = mkdtempSync(join(tmpdir(), 'owt-fuzz-'))
const runs = Number(values.runs)
const codes = new Map()
let next = Number(values.first)
const end = next + runs
let failed = 0
let skips = 0
async function worker() {
  while (next < end) {
    const number = next++
    const folder = join(base, String(number))
    mkdirSync(folder)
    const listed = prepare(folder, randomFrom(Number(values.seed) * 1_000_003 + number))
    const ended = await run(folder)
    codes.set(ended.code, (codes.get(ended.code) ?? 0) + 1)
    const found = faults(folder, listed, ended)
    try {
      skips += JSON.parse(ended.stdout).skipped.length
    } catch {
      // Told above.
    }
    if (found.length > 0) {
      failed++
      writeFileSync(join(folder, 'stderr.txt'), ended.stderr)
      process.stdout.write(
        `run ${number}: ${found.join('; ')} (${folder})\n${ended.stderr.split('\n').slice(-4).join('\n')}\n`,
      )
    } else if (!values.keep) rmSync(folder, { recursive: true })
    if ((number + 1) % 100 === 0) process.stdout.write(`${number + 1} of ${end}, ${failed} failed\n`)
  }
}
await Promise.all(Array.from({ length: Number(values.jobs) }, worker))
const spread = [...codes].toSorted((a, b) => a[0] - b[0]).map(([code, count]) => `${count} x ${code}`)
process.stdout.write(
  `${runs} runs with seed ${values.seed}: exit codes ${spread.join(', ')}; ${skips} recordings skipped\n`,
)
process.stdout.write(`${runs - failed} passed, ${failed} failed\n`)
if (failed === 0 && !values.keep) rmSync(base, { recursive: true })
process.exitCode = failed === 0 ? 0 : 1
