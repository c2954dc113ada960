/**
 * What the worker itself takes: from its start to the first recording that ffmpeg opens, planning a large room, and
 * what of the bundled room's time is not encoding.
 */
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { output } from './inspect.mjs'
import { PARTS, partsOf } from './parts.mjs'
import { quoted } from './shell.mjs'
import { spread } from './statistics.mjs'

/**
 * @param {object} options
 * @param {string} options.worker home of the worker
 * @param {string} options.ffmpeg
 * @param {string} options.cfgPath of a job whose recordings lie on this machine
 * @param {string} options.cache where it may write
 * @param {number} options.turns
 */
export async function measureItself({ worker, ffmpeg, cfgPath, cache, turns }) {
  const folder = join(cache, 'run/itself')
  mkdirSync(folder, { recursive: true })
  const [starts, plans, bundled] = [[], [], []]
  for (let turn = 0; turn < turns; turn++) {
    starts.push(await startMs({ worker, ffmpeg, cfgPath, folder }))
    const told = await output(process.execPath, [join(import.meta.dirname, 'big-room.mjs'), worker])
    plans.push(JSON.parse(told.toString()))
    bundled.push(await bundledRoom({ worker, ffmpeg, folder: join(folder, 'bundled') }))
  }
  const of = (field) => spread(plans.map((plan) => plan[field]))
  const { clips, packets, joinsAndLeaves, segments, commands } = plans[0]
  return {
    startMs: spread(starts),
    plan: { wallMs: of('wallMs'), cpuMs: of('cpuMs'), peakBytes: of('peakBytes') },
    bundled: Object.fromEntries(
      [...PARTS, 'others'].map((name) => [name, spread(bundled.map((parts) => parts[name]))]),
    ),
    room: { clips, packets, joinsAndLeaves, segments, commands },
  }
}

/** Runs the bundled room on a machine that has run jobs before. @returns its parts in ms */
async function bundledRoom({ worker, ffmpeg, folder }) {
  const [room, logs] = [join(folder, 'mixer'), join(folder, 'logs')]
  rmSync(room, { recursive: true, force: true })
  rmSync(logs, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  cpSync(join(worker, 'mixer'), room, { recursive: true })
  const conf = join(folder, 'conf.json')
  writeFileSync(conf, JSON.stringify({ ffmpeg: { path: ffmpeg } }))
  const places = ['--conf', conf, '--work-dir', join(folder, 'work'), '--log-dir', logs]
  const argv = (command) => [
    ...[join(worker, 'bin/owt-main'), ...command, '--quiet', ...places],
    join(room, 'cfg.json'),
  ]
  // What ffmpeg says about itself, and whether a sandbox works here, is known from then on.
  await output(process.execPath, argv(['plan']))
  rmSync(logs, { recursive: true, force: true })
  const now = () => performance.timeOrigin + performance.now()
  const startedAt = now()
  await output(process.execPath, argv(['--force']))
  const endedAt = now()
  const name = readdirSync(logs).find((one) => one.endsWith('.log'))
  return partsOf(readFileSync(join(logs, name), 'utf8'), { startedAt, endedAt })
}

/** Time in ms until an ffmpeg is started that opens a recording: the one that is asked its version is not counted. */
async function startMs({ worker, ffmpeg, cfgPath, folder }) {
  const mark = join(folder, 'started')
  const shim = join(folder, 'ffmpeg')
  rmSync(mark, { force: true })
  // It notes the time outside of what it would see in a sandbox.
  const note = `[ "$1" = -version ] || [ -e ${quoted(mark)} ] || date +%s%N > ${quoted(mark)}`
  writeFileSync(shim, `#!/bin/sh\n${note}\nexec ${quoted(ffmpeg)} "$@"\n`)
  chmodSync(shim, 0o755)
  const conf = join(folder, 'conf.json')
  writeFileSync(conf, JSON.stringify({ ffmpeg: { path: shim, sandbox: 'off' } }))
  const places = ['--conf', conf, '--work-dir', join(folder, 'work'), '--log-dir', folder]
  const argv = [join(worker, 'bin/owt-main'), 'plan', '--quiet', '--json', ...places, cfgPath]
  const startedAt = performance.timeOrigin + performance.now()
  await output(process.execPath, argv)
  return Number(readFileSync(mark, 'utf8')) / 1e6 - startedAt
}
