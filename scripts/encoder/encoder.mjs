/**
 * Measures what the speeds of `video.speed` cost and give on composed rooms, against x264's stock preset veryfast at
 * the same bit rate, and the steps of the search that led to them.
 *
 *   npm run encoder -- [--quick] [--only cameras,nine] [--turns 3] [--no-search]
 *
 * A whole run takes a quarter of an hour of two idle cores and writes docs/encoder.md; any other writes the same
 * into work/encoder. CPU is user and system time of single-threaded encodes, in turns, less what reading the raw video
 * takes: other load on the machine moves it by a few percent.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { format, resolveConfig } from 'prettier'
import { encoderArgs } from '../../dist/plan/encoder.js'
import { SPEEDS } from '../../dist/model/encoding.js'
import { commitOf, ffmpegVersion, load, machineFacts } from '../bench/machine.mjs'
import { pairedRatios } from '../bench/statistics.mjs'
import { above, ssimDb } from './compare.mjs'
import { CONTENTS, makeContent } from './contents.mjs'
import { encode, quality, readingCpu } from './measure.mjs'
import { SEARCH } from './search.mjs'
import { pageText } from './page.mjs'

const home = join(import.meta.dirname, '../..')
const folder = join(home, 'work/encoder')
const ffmpeg = process.env.FFMPEG_PATH || 'ffmpeg'
/** Rates of the reference's curve, as shares of the content's own. */
const CURVE = [0.75, 1, 1.35]
/** Contents on which the search's steps are tried. */
const SEARCHED = ['cameras', 'nine']

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    turns: { type: 'string' },
    'no-search': { type: 'boolean', default: false },
  },
})
const seconds = values.quick ? 4 : 10
const turns = Number(values.turns ?? (values.quick ? 1 : 3))
const contents = CONTENTS.filter(
  ({ name }) => values.only === undefined || values.only.split(',').includes(name),
)
const withSearch = !values.quick && !values['no-search']
if (contents.length === 0 || !(turns > 0))
  throw new Error('--only takes names of contents, --turns a number above 0')
const isWhole = withSearch && contents.length === CONTENTS.length && turns >= 3

const REFERENCE = { title: 'veryfast', preset: 'veryfast', speed: 'balanced', over: '' }
const STOCK = ['superfast', 'medium'].map((preset) => ({
  title: preset,
  preset,
  speed: 'balanced',
  over: '',
}))
const OURS = SPEEDS.map((speed) => ({ title: speed, preset: '', speed, over: '' }))

mkdirSync(folder, { recursive: true })
const startedAt = new Date()
const loads = [load()]
const rows = contents.map((content) => {
  const steps = withSearch && SEARCHED.includes(content.name) ? SEARCH : []
  return { content, ...measure(content, [REFERENCE, ...STOCK, ...OURS, ...steps]) }
})
loads.push(load())
const page = isWhole ? join(home, 'docs/encoder.md') : join(folder, 'encoder.md')
const facts = {
  ...machineFacts(1),
  ffmpeg: ffmpegVersion(ffmpeg),
  commit: commitOf(home),
  day: startedAt.toISOString().slice(0, 10),
  minutes: Math.round((Date.now() - startedAt) / 60_000),
  ...{ loads, seconds, turns },
}
const seams = readFileSync(join(import.meta.dirname, 'seams.md'), 'utf8')
const options = { ...(await resolveConfig(page)), parser: 'markdown' }
const text = pageText({
  facts,
  rows,
  sets: { stock: STOCK, ours: OURS, steps: withSearch ? SEARCH : [] },
  seams,
})
writeFileSync(page, await format(text, options))
process.stdout.write(`${page}\n`)

/** Every set once per turn, so that a busy minute befalls all of them. */
function measure(content, sets) {
  const source = makeContent({ name: content.name, seconds, ffmpeg, folder, home })
  const out = join(folder, 'measured.264')
  const made = (set, rate) => encode({ ffmpeg, source, seconds, out, args: argsOf(content, set, rate) })
  const looks = () => quality({ ffmpeg, source, out, fps: content.fps })
  const curve = CURVE.map((rate) => ({ ...made(REFERENCE, rate), ...looks() }))
  const cpu = new Map(sets.map((set) => [set.title, []]))
  const results = new Map()
  for (let turn = 0; turn < turns; turn++) {
    const reading = readingCpu({ ffmpeg, source })
    for (const set of sets) {
      const one = made(set, 1)
      cpu.get(set.title).push(Math.max(0.001, one.cpu - reading))
      if (turn === 0) results.set(set.title, { kbps: one.kbps, ...looks() })
    }
    process.stderr.write(`${content.name}: turn ${turn + 1} of ${turns}\n`)
  }
  const figures = sets.map((set) => {
    const result = results.get(set.title)
    return {
      title: set.title,
      ...result,
      ssimDb: ssimDb(result.ssim),
      above: above(curve, result),
      cpu: pairedRatios(cpu.get(set.title), cpu.get(REFERENCE.title)),
      cpuSeconds: pairedRatios(
        cpu.get(set.title),
        cpu.get(set.title).map(() => 1),
      ).median,
    }
  })
  return { figures: new Map(figures.map((one) => [one.title, one])) }
}

/** The worker's own options, on one thread. @param {{preset: string, speed: string, over: string}} set */
function argsOf({ width, height, fps, kbps }, { preset, speed, over }, rate) {
  const job = {
    canvas: { width, height, fps, background: { r: 0, g: 0, b: 0 } },
    video: { bitrateKbps: Math.round(kbps * rate), profile: 'high' },
  }
  const settings = { encoder: 'x264', speed, preset, peakRatio: 0, keyframeSeconds: 2 }
  const args = encoderArgs({ job, settings, threads: 1, matrix: 'bt709' })
  const params = args.indexOf('-x264-params') + 1
  return args.map((arg, i) => (i === params && over !== '' ? `${arg}:${over}` : arg))
}
