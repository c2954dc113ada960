/**
 * Breaks recordings, cfg.json, the index and the folders they lie in at random, and runs the worker on them: never a
 * crash, a hang, a stack trace, a wrong exit code, more memory than allowed, a changed recording, a recording that
 * vanishes unnamed, a film that lacks somebody whose recording is sound, or anything left behind.
 *
 *   npm run fuzz -- [--runs 200] [--seed 1] [--jobs 2] [--first 0] [--kinds tags,far] [--seconds 60] [--keep]
 *
 * The same seed breaks the same things. A failure is printed with its run number and kept in its folder. A run may take
 * --seconds, of which a busy machine needs more. `--kinds` picks among the modules of `fuzz/`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bytes } from './fuzz/bytes.mjs'
import { claims } from './fuzz/claims.mjs'
import { edits } from './fuzz/edits.mjs'
import { far } from './fuzz/far.mjs'
import { contentOf, writeFolder } from './fuzz/folder.mjs'
import { makeJob, SECRETS } from './fuzz/job.mjs'
import { faults } from './fuzz/judge.mjs'
import { links } from './fuzz/links.mjs'
import { makeMaterial } from './fuzz/material.mjs'
import { names } from './fuzz/names.mjs'
import { pipes } from './fuzz/pipes.mjs'
import { pick, randomFrom } from './fuzz/random.mjs'
import { references } from './fuzz/references.mjs'
import { request } from './fuzz/request.mjs'
import { tables } from './fuzz/tables.mjs'
import { tags } from './fuzz/tags.mjs'
import { watch } from './fuzz/watch.mjs'

const KINDS = { bytes, request, tags, tables, edits, far, references, claims, links, pipes, names }
const LIMIT_MB = 1500

const home = join(import.meta.dirname, '..')
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '2' },
    first: { type: 'string', default: '0' },
    kinds: { type: 'string', default: Object.keys(KINDS).join(',') },
    seconds: { type: 'string', default: '60' },
    keep: { type: 'boolean', default: false },
  },
})
const kinds = values.kinds.split(',')
const base = mkdtempSync(join(tmpdir(), 'owt-fuzz-'))
const material = makeMaterial(home, base)

/** What has been seen so far. */
const seen = {
  codes: new Map(),
  skipped: 0,
  failed: 0,
  most: { mb: 0, run: 0 },
  longest: { ms: 0, run: 0 },
  busiest: { ms: 0, run: 0 },
}

async function runOne(number) {
  const random = randomFrom(Number(values.seed) * 1_000_003 + number)
  // Work is shared, so that what ffmpeg says of itself is asked for once.
  const job = makeJob({ id: `fuzz-${number}`, work: '../work', material })
  const kind = pick(kinds, random)
  KINDS[kind](job, random)
  const folder = join(base, String(number))
  writeFolder(folder, job)
  const before = contentOf(folder)
  const at = (name) => join(folder, name)
  const ended = await watch(
    [
      ...[process.execPath, join(home, 'bin/owt-main'), '--json', '--index', at(`${job.id}.json`)],
      ...['--work-dir', at(job.work), '--log-dir', at('logs'), '--conf', at('conf.json'), at('cfg.json')],
    ],
    {
      env: { ...process.env, LC_ALL: 'C', AWS_SECRET_ACCESS_KEY: SECRETS.at(-1) },
      limitMs: 1000 * Number(values.seconds),
      limitMb: LIMIT_MB,
    },
  )
  const found = faults({ folder, job, before, after: contentOf(folder), ended })
  count(number, kind, ended)
  if (found.length > 0) tell({ number, kind, folder, found, ended })
  else if (!values.keep) rmSync(folder, { recursive: true })
}

function count(number, kind, { code, peakMb, cpuMs, ms, stdout }) {
  const key = `${kind} ${code}`
  seen.codes.set(key, (seen.codes.get(key) ?? 0) + 1)
  if (peakMb > seen.most.mb) seen.most = { mb: peakMb, run: number }
  if (cpuMs > seen.busiest.ms) seen.busiest = { ms: cpuMs, run: number }
  if (ms > seen.longest.ms) seen.longest = { ms, run: number }
  try {
    seen.skipped += JSON.parse(stdout).skipped.length
  } catch {
    // Told as a fault.
  }
}

function tell({ number, kind, folder, found, ended }) {
  seen.failed += 1
  writeFileSync(join(folder, 'stderr.txt'), ended.stderr)
  writeFileSync(join(folder, 'stdout.txt'), ended.stdout)
  const last = JSON.stringify(ended.stderr.trimEnd().split('\n').at(-1)?.slice(0, 300))
  process.stdout.write(`run ${number} (${kind}): ${found.join('; ').slice(0, 1000)}\n  ${folder}: ${last}\n`)
}

function summary(runs) {
  const by = (part) => {
    const counts = new Map()
    for (const [key, times] of seen.codes) {
      const name = key.split(' ')[part]
      counts.set(name, (counts.get(name) ?? 0) + times)
    }
    return [...counts].toSorted().map(([name, times]) => `${times} x ${name}`)
  }
  return [
    `${runs} runs with seed ${values.seed}: exit codes ${by(1).join(', ')}; ${seen.skipped} recordings skipped`,
    `kinds: ${by(0).join(', ')}`,
    `most memory ${seen.most.mb.toFixed()} MB (run ${seen.most.run}), longest run ` +
      `${(seen.longest.ms / 1000).toFixed(1)} s (run ${seen.longest.run}), most CPU time ` +
      `${(seen.busiest.ms / 1000).toFixed(1)} s (run ${seen.busiest.run})`,
    `${runs - seen.failed} passed, ${seen.failed} failed`,
    '',
  ].join('\n')
}

mkdirSync(join(base, 'work'), { mode: 0o700 })
let next = Number(values.first)
const end = next + Number(values.runs)
async function inTurn() {
  while (next < end) {
    const number = next++
    await runOne(number)
    if ((number + 1) % 100 === 0) process.stdout.write(`${number + 1} of ${end}, ${seen.failed} failed\n`)
  }
}
await Promise.all(Array.from({ length: Number(values.jobs) }, inTurn))
process.stdout.write(summary(Number(values.runs)))
if (seen.failed === 0 && !values.keep) rmSync(base, { recursive: true })
process.exitCode = seen.failed === 0 ? 0 : 1
