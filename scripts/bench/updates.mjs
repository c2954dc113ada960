/**
 * Measures what timed updates cost: CPU of the bundled room with 20 of them over the same without, in turns.
 *
 *   npm run build && node scripts/bench/updates.mjs [--turns 5] [--only kinds,watermarks]
 *
 * CPU is user and system time of the worker and all that it starts. Everything that is made lies in work/bench.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parse } from 'jsonc-parser'
import { CONTENDERS } from './contenders/index.mjs'
import { endAll, measure } from './measure.mjs'
import { pairedRatios } from './statistics.mjs'

const home = join(import.meta.dirname, '../..')
const folder = join(home, 'work/bench/updates')
const room = join(folder, 'mixer')
const ffmpeg = process.env.FFMPEG_PATH || 'ffmpeg'
const COUNT = 20
/** Length of the bundled room. */
const SECONDS = 20
/** What a room with updates may take of the CPU of the same without. */
const BOUND = 1.08

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '5' },
    only: { type: 'string', default: 'kinds,watermarks' },
  },
})
const turns = Number(values.turns)

const mixer = (MixerConfig) => ({ Action: 'job.mixer.update', Data: { MixerConfig } })
const stream = (entry) => ({
  Action: 'job.stream.update',
  Data: { StreamConfig: [{ RtcStreamId: 'bob_1', ...entry }] },
})
const text = (Text) => ({ WaterMark: { Type: 3, X: 24, Y: 20, Text } })

/** Each kind of change and, next, its end: the room is on average as without them. */
const KINDS = [
  ...[mixer({ MixedVideoLayout: 4 }), mixer({ MixedVideoLayout: 1 })],
  ...[mixer({ MaxResolutionStream: 'bob_1' }), mixer({ MaxResolutionStream: null })],
  ...[mixer({ BackgroundColor: { R: 90, G: 20, B: 20 } }), mixer({ BackgroundColor: null })],
  ...[mixer(text('live')), mixer({ WaterMark: [] })],
  ...[stream({ MuteAudio: true }), stream({ MuteAudio: false })],
]

const COMPARED = {
  kinds: {
    title: `${COUNT} updates of every kind over none`,
    mixerConfig: {},
    update: (i) => KINDS[i % KINDS.length],
  },
  watermarks: {
    title: `a text that changes ${COUNT} times over one that stays`,
    mixerConfig: text('part 0'),
    update: (i) => mixer(text(`part ${i + 1}`)),
  },
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    endAll()
    process.exit(signal === 'SIGINT' ? 130 : 143)
  })
}

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
cpSync(join(home, 'mixer'), room, { recursive: true })
const preset = parse(readFileSync(join(room, 'gallery/updates.json'), 'utf8'))
const wanted = values.only.split(',')
for (const [name, compared] of Object.entries(COMPARED)) {
  if (wanted.includes(name)) await compare(name, compared)
}

async function compare(name, { title, mixerConfig, update }) {
  const updates = Array.from({ length: COUNT }, (_, i) => ({
    // On no frame of the output.
    At: ((i + 1) * SECONDS) / (COUNT + 1) + 0.007,
    ...update(i),
  }))
  const jobs = [
    { title: 'with', cfgPath: cfgOf(`${name}-with`, mixerConfig, updates), cpuMs: [] },
    { title: 'without', cfgPath: cfgOf(`${name}-without`, mixerConfig, []), cpuMs: [] },
  ]
  for (let turn = 0; turn < turns; turn++) {
    // Back and forth, so that none is always behind the other.
    for (const job of turn % 2 === 0 ? jobs : jobs.toReversed()) {
      const cpuMs = await run(job.cfgPath)
      job.cpuMs.push(cpuMs)
      say(`turn ${turn + 1} of ${turns}  ${name}  ${job.title}: CPU ${(cpuMs / 1000).toFixed(2)} s`)
    }
  }
  const { median, least, most } = pairedRatios(jobs[0].cpuMs, jobs[1].cpuMs)
  const range = `${least.toFixed(3)} to ${most.toFixed(3)}`
  const isMet = Number(median.toFixed(2)) <= BOUND
  process.stdout.write(
    `${title}: ${median.toFixed(3)} (${range}, ${turns} turns), at most ${BOUND}: ${isMet ? 'met' : 'not met'}\n`,
  )
  if (!isMet) process.exitCode = 1
}

function cfgOf(name, mixerConfig, Updates) {
  const cfg = structuredClone(preset)
  Object.assign(cfg.Data.MixerConfig, mixerConfig)
  cfg.Data.Updates = Updates
  const path = join(room, `gallery/${name}.json`)
  writeFileSync(path, JSON.stringify(cfg, null, 2) + '\n')
  return path
}

async function run(cfgPath) {
  const run = join(folder, 'run')
  // Nothing is left of the run before.
  rmSync(run, { recursive: true, force: true })
  mkdirSync(run)
  const places = { node: process.execPath, ffmpeg, worker: home, cfgPath, folder: run }
  const [part] = CONTENDERS.worker(places).parts
  const path = join(run, 'run.sh')
  writeFileSync(path, part.script)
  return (await measure(path)).cpuMs
}

function say(message) {
  process.stderr.write(`bench: ${message}\n`)
}
