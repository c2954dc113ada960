/** The machine, and which of the programs that can be held against the worker it has. */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { join } from 'node:path'

/** @returns {{cpu: string, cores: number, memoryGiB: number, system: string}} */
export function machineFacts(cores) {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
  }
}

/** @returns {number} how many processes wanted a core on average, over the last minute */
export function load() {
  return Math.round(loadavg()[0] * 100) / 100
}

/**
 * @returns {{programs: Record<string, {path: string, script?: string, version: string}>, missing: string[]}}
 */
export function findPrograms() {
  const found = { melt: findMelt(), gstreamer: findGstreamer() }
  const programs = Object.fromEntries(Object.entries(found).filter(([, program]) => program))
  return { programs, missing: Object.keys(found).filter((name) => !found[name]) }
}

function findMelt() {
  const { status, stdout, stderr } = spawnSync('melt', ['--version'], { encoding: 'utf8' })
  if (status !== 0) return undefined
  return { path: 'melt', version: /melt ([\d.]+)/.exec(stdout + stderr)?.[1] ?? 'unknown' }
}

/** Its bindings belong to the system's Python, which need not be the first one. */
function findGstreamer() {
  const script = join(import.meta.dirname, 'contenders/gstreamer.py')
  for (const path of ['python3', '/usr/bin/python3']) {
    const { status, stdout } = spawnSync(path, [script, '--check'], { encoding: 'utf8' })
    if (status === 0) return { path, script, version: stdout.trim().replace('GStreamer ', '') }
  }
  return undefined
}

/** @returns {string} as ffmpeg says it */
export function ffmpegVersion(ffmpeg) {
  return /version (\S+)/.exec(execFileSync(ffmpeg, ['-version'], { encoding: 'utf8' }))?.[1] ?? 'unknown'
}

/** @returns {string} which state of the worker was measured; `-changed` when files differ from its commit */
export function commitOf(folder) {
  const git = (...args) => spawnSync('git', ['-C', folder, ...args], { encoding: 'utf8' })
  const { status, stdout } = git('rev-parse', '--short', 'HEAD')
  if (status !== 0) return 'unknown'
  const isChanged = git('status', '--porcelain', 'src', 'conf').stdout.trim() !== ''
  return stdout.trim() + (isChanged ? '-changed' : '')
}
