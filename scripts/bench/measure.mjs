/** Runs a script and measures it with everything that it starts: time, CPU, memory. */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { causeOf, causesOf } from './causes.mjs'
import { busyMs, parseRollup, parseStat, parseTimes, programOf, read, together, treeOf } from './proc.mjs'

const EVERY_MS = 50
const PAGE = 4096
/** Shared pages are counted properly when memory has grown by this much: reading that takes milliseconds. */
const GROWTH = 1.02
const IS_ENCODER = /\0-c:v\0(?!copy|rawvideo)/

/** Running groups of processes, for whoever has to end them. */
export const running = new Set()

/**
 * @typedef {object} Measured
 * @property {number} wallMs
 * @property {number} cpuMs user and system time of all processes, those that ended included
 * @property {number} peakBytes most memory of all processes at once; what processes of a program share counts once
 * @property {number} peakRssBytes the same with shared pages counted in each process
 * @property {number | null} coresBusy CPU over time while a video encoder ran; null when that was too short to tell
 * @property {Record<string, number>} causes CPU time in ms by what processes do
 * @property {number} othersShare of all cores' time, what other programs took or a hypervisor withheld
 * @property {string} stdout
 *
 * @param {string} path of a shell script
 * @returns {Promise<Measured>}
 * @throws when the script fails
 */
export function measure(path) {
  return new Promise((resolve, reject) => {
    // The shell waits for all there is below it, so its `times` holds the children of children too.
    const wrapper = 'sh "$1"; status=$?; times >&3; exit $status'
    const start = performance.now()
    const before = { busyMs: busyMs(), own: process.cpuUsage() }
    const child = spawn('sh', ['-c', wrapper, 'sh', path], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    })
    running.add(child.pid)
    const watch = watchTree(child.pid, start)
    const timer = setInterval(watch.look, EVERY_MS)
    let [stdout, stderr, times] = ['', '', '']
    let [wallMs, machineMs] = [0, 0]
    child.stdio[1].on('data', (chunk) => (stdout += chunk))
    child.stdio[2].on('data', (chunk) => (stderr = (stderr + chunk).slice(-4000)))
    child.stdio[3].on('data', (chunk) => (times += chunk))
    child.on('exit', () => {
      wallMs = performance.now() - start
      machineMs = busyMs() - before.busyMs - ownMs(before.own)
      clearInterval(timer)
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      running.delete(child.pid)
      if (code !== 0) reject(new Error(`${path} ended with ${signal ?? code}\n${stderr}`))
      else {
        const cpuMs = parseTimes(times)
        const othersShare = thousandths(Math.max(0, machineMs - cpuMs) / (wallMs * availableParallelism()))
        resolve({ wallMs, cpuMs, othersShare, ...watch.seen(cpuMs), stdout })
      }
    })
  })
}

function thousandths(value) {
  return Math.round(value * 1000) / 1000
}

/** CPU time of this process since then. */
function ownMs(since) {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}

function watchTree(root, start) {
  const encoders = new Map()
  const processes = new Map()
  let peakRss = 0
  let exact = { rss: 1, bytes: 1 }
  let nextExactAt = 0
  let encoding
  const look = () => {
    const pids = treeOf(root).slice(1)
    const stats = [root, ...pids].map((pid) => parseStat(read(pid, 'stat') || ') '.padEnd(60, '0 ')))
    // Of the wrapper's own, what ended below it counts.
    const cpuMs = stats.reduce((sum, one, i) => sum + one.childrenMs + (i > 0 ? one.ownMs : 0), 0)
    const rss = stats.slice(1).reduce((sum, { pages }) => sum + pages * PAGE, 0)
    const now = performance.now()
    peakRss = Math.max(peakRss, rss)
    if (rss > exact.rss * GROWTH && now >= nextExactAt) {
      const parts = pids.map((pid) => ({ program: programOf(pid), text: read(pid, 'smaps_rollup') }))
      // One that has just ended would be missing from the sum.
      if (parts.every(({ text }) => text !== '')) {
        const memory = parts.map(({ program, text }) => ({ program, ...parseRollup(text) }))
        exact = { rss, bytes: together(memory) }
      }
      // At most a twentieth of the time is spent on reading it.
      nextExactAt = now + 20 * (performance.now() - now)
    }
    pids.forEach((pid, i) => {
      const ms = stats[i + 1].ownMs
      // When it is gone its last sample stays. What started it has its command line at first, and replaces itself.
      if (ms > 0) processes.set(pid, { cause: causeOf(read(pid, 'cmdline')), ms })
    })
    for (const pid of pids) {
      // A process that has only just started still has its parent's command line.
      if (!encoders.get(pid)) encoders.set(pid, IS_ENCODER.test(read(pid, 'cmdline')))
    }
    if (!pids.some((pid) => encoders.get(pid))) return
    const at = { ms: now - start, cpuMs }
    encoding = { first: encoding?.first ?? at, last: at }
  }
  return {
    look,
    seen: (totalMs) => {
      const { first, last } = encoding ?? { first: { ms: 0, cpuMs: 0 }, last: { ms: 0, cpuMs: 0 } }
      const long = last.ms - first.ms > 1000
      return {
        peakBytes: Math.round((peakRss * exact.bytes) / exact.rss),
        peakRssBytes: peakRss,
        causes: causesOf(processes.values(), totalMs),
        coresBusy: long ? thousandths((last.cpuMs - first.cpuMs) / (last.ms - first.ms)) : null,
      }
    },
  }
}

/** Ends everything that is being measured. */
export function endAll() {
  for (const pid of running) {
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // It has just ended.
    }
  }
}
