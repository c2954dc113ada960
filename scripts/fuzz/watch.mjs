/** The worker run once, and what its whole tree of processes took. */
import { spawn } from 'node:child_process'
import { parseStat, read, treeOf } from '../bench/proc.mjs'

/** How often memory is looked at. */
const EVERY_MS = 100
/** Megabytes of text would say nothing more. */
const MOST_TEXT = 20_000_000

/**
 * @param {string[]} line command and arguments
 * @param {{env: object, limitMs: number, limitMb: number}} options what is over a limit is ended
 */
export function watch(line, { env, limitMs, limitMb }) {
  return new Promise((resolve) => {
    const startMs = performance.now()
    const child = spawn(line[0], line.slice(1), { stdio: ['ignore', 'pipe', 'pipe'], env })
    const texts = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8')
      child[name].on('data', (chunk) => {
        if (texts[name].length < MOST_TEXT) texts[name] += chunk
      })
    }
    let peakMb = 0
    let cpuMs = 0
    let beyond
    const timer = setInterval(() => {
      const pids = treeOf(child.pid)
      const mb = pids.reduce((sum, pid) => sum + pssOf(pid), 0) / 1e6
      peakMb = Math.max(peakMb, mb)
      cpuMs = cpuOf(pids) || cpuMs
      if (performance.now() - startMs > limitMs) beyond = 'time'
      else if (mb > limitMb) beyond = 'memory'
      if (beyond) for (const pid of pids.reverse()) kill(pid)
    }, EVERY_MS)
    child.on('close', (code, signal) => {
      clearInterval(timer)
      resolve({ code, signal, ...texts, beyond, peakMb, cpuMs, ms: performance.now() - startMs })
    })
  })
}

/** Bytes that a process has in memory, its share of what others have too. */
function pssOf(pid) {
  return 1024 * Number(/^Pss:\s+(\d+) kB$/m.exec(read(pid, 'smaps_rollup'))?.[1] ?? 0)
}

/** CPU time in ms of processes, and of their children that have ended. */
function cpuOf(pids) {
  return pids
    .map((pid) => read(pid, 'stat'))
    .filter(Boolean)
    .map(parseStat)
    .reduce((sum, { ownMs, childrenMs }) => sum + ownMs + childrenMs, 0)
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
