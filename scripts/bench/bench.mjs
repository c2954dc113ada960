/**
 * Measures the worker against the physical limit and against others, in turns, on recordings made for it.
 *
 *   npm run bench -- [--quick] [--only W4,segments,itself] [--turns 3] [--seconds 20] [--contenders worker,limit]
 *                    [--worker FOLDER] [--out FOLDER]
 *   npm run bench -- --ffmpegs ffmpeg,PATH,PATH [--turns 3]
 *   npm run bench -- --fleet [--quick] [--turns 1]
 *
 * A whole run takes 45 minutes on two cores and writes docs/performance.md, docs/performance.svg and
 * docs/bench.json; any other writes the same into work/bench/report. Everything that is made lies in work/bench.
 * With --ffmpegs the worker alone is measured, with each of them in turns: on W4, W9 and W32, into docs/bench-ffmpegs.json
 * and the section on releases of docs/performance.md. With --fleet several workers and their queue are measured, which
 * needs redis-server, into docs/bench-fleet.json and the section on a fleet; that takes 6 to 9 minutes.
 * Leave the machine alone meanwhile: figures of a busy one mean nothing.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { format, resolveConfig } from 'prettier'
import { judge } from './bounds.mjs'
import { measureItself } from './itself.mjs'
import { boundsTable as fleetBounds } from './fleet-report.mjs'
import { measureFleet } from './fleet.mjs'
import { makeRoom } from './media.mjs'
import { CONTENDERS, TITLES } from './contenders/index.mjs'
import { commitOf, ffmpegVersion, findPrograms, load, machineFacts } from './machine.mjs'
import { endAll } from './measure.mjs'
import { boundsTable, limitTable, pageText, percent, releasesTable, runsTable } from './report.mjs'
import { plotText } from './plot.mjs'
import { spread } from './statistics.mjs'
import { runWorkload } from './turns.mjs'
import { RELEASES_NAMES, WORKLOAD_NAMES, workloads } from './workloads.mjs'

const home = join(import.meta.dirname, '../..')
const cache = join(home, 'work/bench')
const LEAST_TURNS = 3
const FLEET_TURNS = 1
/** More than this of the cores taken by others, and the figures are in doubt. */
const BUSY = 0.05
/** Among the workloads that can be asked for: what the worker takes before it encodes. */
const ITSELF = 'itself'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    turns: { type: 'string' },
    seconds: { type: 'string' },
    contenders: { type: 'string' },
    ffmpegs: { type: 'string' },
    fleet: { type: 'boolean', default: false },
    worker: { type: 'string', default: home },
    out: { type: 'string' },
  },
})
const leastTurns = values.fleet ? FLEET_TURNS : LEAST_TURNS
const turns = positive('turns', values.turns ?? (values.quick ? '1' : String(leastTurns)))
const seconds = values.seconds === undefined ? undefined : positive('seconds', values.seconds)
const ffmpegs = values.ffmpegs?.split(',')
const only = chosen('only', values.only ?? (ffmpegs && RELEASES_NAMES.join()), [...WORKLOAD_NAMES, ITSELF])
const kinds = chosen('contenders', values.contenders, Object.keys(CONTENDERS))
const worker = resolve(values.worker)
const isWhole = !values.quick && !values.only && !seconds && !values.contenders && turns >= leastTurns
const FIGURES = values.fleet ? 'bench-fleet.json' : ffmpegs ? 'bench-ffmpegs.json' : 'bench.json'
const out = resolve(values.out ?? join(home, isWhole ? 'docs' : 'work/bench/report'))

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    endAll()
    process.exit(signal === 'SIGINT' ? 130 : 143)
  })
}
try {
  await main()
} catch (error) {
  endAll()
  stop(error.message)
}

async function main() {
  build()
  const cores = availableParallelism()
  const loadAtStart = load()
  if (loadAtStart > BUSY * 10 * cores)
    say(`the machine is busy (load ${loadAtStart}): the figures will be in doubt`)
  const { programs, missing } = findPrograms()
  for (const name of missing) say(`${TITLES[name]} is not installed: it is left out`)
  const ffmpeg = await findFfmpeg()
  if (values.fleet) return reportFleet({ ffmpeg, cores, loadAtStart })
  const isThere = ({ kind }) => kinds.includes(kind) && !missing.includes(kind)
  const results = []
  const startedAt = Date.now()
  for (const workload of workloads({ quick: values.quick, ...(seconds && { seconds }) })) {
    if (!only.includes(workload.name)) continue
    const entries = ffmpegs ? onEach(workload) : workload.entries.filter(isThere)
    results.push(
      await runWorkload({ ...workload, entries }, { worker, cache, ffmpeg, cores, turns, programs, say }),
    )
  }
  const itself = only.includes(ITSELF) ? await ofItself(ffmpeg) : undefined
  const shares = results.flatMap(({ entries }) =>
    entries.flatMap((entry) => entry.turns.map((turn) => turn.othersShare)),
  )
  const report = {
    date: new Date().toISOString(),
    minutes: minutesSince(startedAt),
    turns,
    isQuick: values.quick,
    machine: machineFacts(cores),
    loadAtStart,
    othersShare: spread(shares) ?? { median: 0, least: 0, most: 0, count: 0 },
    versions: versionsOf({ ffmpeg, programs }),
    missing,
    judged: judge(results, { cores, itself }),
    ...(itself && { itself }),
    results,
  }
  // A page without a single run says nothing.
  if (results.length > 0) await write(report)
  await show(report)
}

async function reportFleet({ ffmpeg, cores, loadAtStart }) {
  const startedAt = Date.now()
  const { quick } = values
  const fleet = await measureFleet({ home, worker, cache, ffmpeg, cores, turns, quick, say })
  const { alone, one, two } = fleet
  const report = {
    date: new Date().toISOString(),
    minutes: minutesSince(startedAt),
    isQuick: quick,
    machine: machineFacts(cores),
    loadAtStart,
    othersShare: spread([...alone, ...one, ...two].map((run) => run.othersShare)),
    versions: versionsOf({ ffmpeg, programs: {} }),
    fleet,
  }
  await write(report)
  await print(fleetBounds(fleet))
  sayLast(report)
}

function minutesSince(startedAt) {
  return Math.round((Date.now() - startedAt) / 6000) / 10
}

/** The worker's run of a workload, once with each ffmpeg. */
function onEach({ entries }) {
  const own = entries.filter(({ kind }) => kind === 'worker')
  return own.flatMap((entry) =>
    ffmpegs.map((path) => ({ ...entry, name: `ffmpeg ${ffmpegVersion(path)}`, ffmpeg: path })),
  )
}

async function ofItself(ffmpeg) {
  const room = workloads({ quick: values.quick }).find(({ name }) => name === 'W4').rooms[0]
  const { cfgPath } = await makeRoom(room, { cache, ffmpeg, cores: availableParallelism(), say })
  say('the worker itself')
  return measureItself({ worker, ffmpeg, cfgPath, cache, turns })
}

/** Compiles what is to be measured. */
function build() {
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: worker, stdio: 'inherit' })
  if (status !== 0) throw new Error(`${worker} does not compile`)
}

/** The one the worker finds, for everybody. */
async function findFfmpeg() {
  const { findFfmpeg: find } = await import(join(worker, 'dist/ffmpeg/find.js'))
  return (await find({ confPath: '', env: process.env })).path
}

function versionsOf({ ffmpeg, programs }) {
  const others = Object.entries(programs).map(([name, { version }]) => [TITLES[name], version])
  const own = { worker: commitOf(worker), Node: process.versions.node, ffmpeg: ffmpegVersion(ffmpeg) }
  return { ...own, ...Object.fromEntries(others) }
}

async function write(report) {
  mkdirSync(out, { recursive: true })
  const page = join(out, 'performance.md')
  const options = { ...(await resolveConfig(join(home, 'docs/performance.md'))), parser: 'markdown' }
  writeFileSync(join(out, FIGURES), await format(JSON.stringify(report), { ...options, parser: 'json' }))
  const whole = figuresOf('bench.json')
  if (whole) {
    writeFileSync(
      page,
      await format(pageText(whole, figuresOf('bench-ffmpegs.json'), figuresOf('bench-fleet.json')), options),
    )
    writeFileSync(join(out, 'performance.svg'), plotText(whole.results))
  }
  say(`written to ${out}`)
}

/** What a run, this or an earlier one, has written there. */
function figuresOf(name) {
  const path = join(out, name)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

async function show({ judged, results, ...report }) {
  await print(ffmpegs ? releasesTable(results) : runsTable(results))
  if (results.some(({ entries }) => entries.some(({ kind }) => kind === 'limit')))
    await print(limitTable(results))
  const names = ['all', ITSELF, ...results.map(({ name }) => name)]
  if (!ffmpegs) await print(boundsTable(judged.filter(({ workload }) => names.includes(workload))))
  sayLast(report)
}

function sayLast({ othersShare, minutes }) {
  if (othersShare.most > BUSY) {
    say(
      `other programs took ${percent(othersShare.median)} of the cores, ${percent(othersShare.most)} at most: measure again`,
    )
  }
  say(`${minutes} minutes`)
}

async function print(text) {
  process.stdout.write(`\n${await format(text, { parser: 'markdown' })}`)
}

function say(text) {
  process.stderr.write(`bench: ${text}\n`)
}

function positive(name, text) {
  const number = Number(text)
  if (!(number > 0)) stop(`--${name} has to be a number above 0, not "${text}"`)
  return number
}

function chosen(name, text, known) {
  if (text === undefined) return known
  const list = text.split(',')
  const unknown = list.filter((one) => !known.includes(one))
  if (unknown.length > 0) stop(`--${name}: there is no ${unknown.join(', ')}; there are ${known.join(', ')}`)
  return list
}

function stop(text) {
  say(text)
  process.exit(1)
}
