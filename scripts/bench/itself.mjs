/** What the worker itself takes: from its start to the first recording that ffmpeg opens, and planning a large room. */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { output } from './inspect.mjs'
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
  const [starts, plans] = [[], []]
  for (let turn = 0; turn < turns; turn++) {
    starts.push(await startMs({ worker, ffmpeg, cfgPath, folder }))
    const told = await output(process.execPath, [join(import.meta.dirname, 'big-room.mjs'), worker])
    plans.push(JSON.parse(told.toString()))
  }
  const of = (field) => spread(plans.map((plan) => plan[field]))
  const { clips, packets, joinsAndLeaves, segments, commands } = plans[0]
  return {
    startMs: spread(starts),
    plan: { wallMs: of('wallMs'), cpuMs: of('cpuMs'), peakBytes: of('peakBytes') },
    room: { clips, packets, joinsAndLeaves, segments, commands },
  }
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
