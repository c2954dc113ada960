/**
 * Breaks recordings, cfg.json and index at random and runs the worker on them: never a crash, a hang, a stack
 * trace, a wrong exit code, a missing result, or anything left behind.
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
      WaterMark: [{ Type: 1, X: 2, Y: 2, Alpha: 0.5 }],
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

const ODD = [
  null,
  '',
  0,
  -1,
  1e308,
  1.5,
  true,
  [],
  {},
  '../../etc/passwd',
  'http://127.0.0.1:1/x',
  '\u0000',
  '😀',
  'a'.repeat(5000),
  '1/0',
  1795320226000,
]

/** Changes one value somewhere in a JSON value, or takes it away. */
function edit(value, random) {
  const paths = []
  const walk = (node, path) => {
    if (path.length > 0) paths.push(path)
    if (node !== null && typeof node === 'object')
      for (const key of Object.keys(node)) walk(node[key], [...path, key])
  }
  walk(value, [])
  const path = paths[Math.floor(random() * paths.length)]
  if (!path) return
  const parent = path.slice(0, -1).reduce((node, key) => node[key], value)
  const key = path.at(-1)
  if (random() < 0.2) delete parent[key]
  else parent[key] = ODD[Math.floor(random() * ODD.length)]
}

function breakText(text, random) {
  if (random() < 0.5) return text
  const at = Math.floor(random() * text.length)
  return random() < 0.5
    ? text.slice(0, at)
    : text.slice(0, at) + '{[",:]}\u0001/*'[Math.floor(random() * 10)] + text.slice(at + 1)
}

function breakBytes(bytes, random) {
  const out = Buffer.from(bytes)
  const kind = random()
  if (kind < 0.2) return out.subarray(0, Math.floor(random() * out.length))
  // Headers are short and matter most: half of the flips go there.
  const flips = 1 + Math.floor(random() ** 3 * 400)
  for (let i = 0; i < flips; i++) {
    const at = Math.floor(random() * (random() < 0.5 ? Math.min(2048, out.length) : out.length))
    out[at] = Math.floor(random() * 256)
  }
  if (kind < 0.3) {
    const at = Math.floor(random() * out.length)
    return Buffer.concat([out.subarray(0, at), out.subarray(at + Math.floor(random() * 5000))])
  }
  return kind < 0.35 ? Buffer.concat([Buffer.from('#EXTM3U\nfile:///etc/passwd\n'), out]) : out
}

function prepare(folder, random) {
  const root = join(folder, 'bucket', index.Root)
  mkdirSync(root, { recursive: true })
  const broken = { cfg: structuredClone(cfg), index: structuredClone(index) }
  for (const { name, bytes } of recordings) {
    writeFileSync(join(root, name), random() < 0.5 ? breakBytes(bytes, random) : bytes)
  }
  const what = random()
  if (what < 0.3) for (let i = 0; i <= random() * 3; i++) edit(broken.cfg, random)
  if (what > 0.2 && what < 0.5) for (let i = 0; i <= random() * 3; i++) edit(broken.index, random)
  const cfgText = JSON.stringify(broken.cfg, null, 2)
  const indexText = JSON.stringify(broken.index, null, 2)
  writeFileSync(join(folder, 'cfg.json'), what > 0.95 ? breakText(cfgText, random) : cfgText)
  writeFileSync(
    join(folder, `${JOB}.json`),
    what > 0.9 && what < 0.95 ? breakText(indexText, random) : indexText,
  )
}

function run(folder) {
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [
        join(home, 'bin/owt-main'),
        ...['--json', '--index', join(folder, `${JOB}.json`), '--work-dir', join(folder, 'work')],
        ...['--log-dir', join(folder, 'logs'), join(folder, 'cfg.json')],
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, AWS_SECRET_ACCESS_KEY: 'secret-of-the-environment' },
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
function faults(folder, { code, signal, stdout, stderr, hung }) {
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
  const made =
    existsSync(join(folder, 'bucket')) &&
    readdirSync(join(folder, 'bucket'), { recursive: true }).some(
      (name) => /\.mp4$|\.part$/.test(name) && !recordings.some((one) => name.endsWith(one.name)),
    )
  if (code !== 0 && made) found.push('a failed job left something in the bucket')
  if (code !== 0 && !/^error: /m.test(stderr)) found.push('a failure without an error line')
  const left = existsSync(join(folder, 'work')) ? readdirSync(join(folder, 'work')) : []
  if (left.length > 0) found.push(`left in the work folder: ${left}`)
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
    prepare(folder, randomFrom(Number(values.seed) * 1_000_003 + number))
    const ended = await run(folder)
    codes.set(ended.code, (codes.get(ended.code) ?? 0) + 1)
    const found = faults(folder, ended)
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
