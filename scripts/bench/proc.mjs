/** Processes as Linux shows them under /proc: a tree's CPU time and memory at one moment. */
import { readFileSync, readlinkSync } from 'node:fs'

/** Clock ticks per second in /proc: 100 on every Linux that Node runs on. */
const TICKS = 100

/**
 * @param {string} text of /proc/<pid>/stat
 * @returns {{ownMs: number, childrenMs: number, pages: number}} CPU time of a process, of its children that ended
 *   and were waited for, and the pages it has in memory
 */
export function parseStat(text) {
  // The name in brackets may hold anything, brackets and blanks too.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const ms = (index) => (Number(fields[index]) * 1000) / TICKS
  return { ownMs: ms(11) + ms(12), childrenMs: ms(13) + ms(14), pages: Number(fields[21]) }
}

/**
 * @param {string} text of /proc/<pid>/smaps_rollup
 * @returns {{own: number, shared: number}} bytes in memory that are this process's alone, and others' too
 */
export function parseRollup(text) {
  const bytes = (name) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0)
  return {
    own: bytes('Private_Clean') + bytes('Private_Dirty'),
    shared: bytes('Shared_Clean') + bytes('Shared_Dirty'),
  }
}

/**
 * Memory of several processes: what processes of one program share counts once, whoever else shares it.
 * @param {readonly {program: string, own: number, shared: number}[]} processes
 * @returns {number} bytes
 */
export function together(processes) {
  const shared = new Map()
  for (const one of processes) shared.set(one.program, Math.max(one.shared, shared.get(one.program) ?? 0))
  return [...processes.map(({ own }) => own), ...shared.values()].reduce((sum, bytes) => sum + bytes, 0)
}

/**
 * @param {string} text of the shell's `times`: its own, then its children's user and system time
 * @returns {number} the children's, in ms
 */
export function parseTimes(text) {
  const all = [...text.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, seconds]) => 60 * Number(minutes) + Number(seconds),
  )
  if (all.length !== 4) throw new Error(`not what "times" prints: ${text}`)
  return 1000 * (all[2] + all[3])
}

/** @returns {number} time in ms for which the machine's cores have worked, or were withheld, since it started */
export function busyMs() {
  return parseBusy(readFileSync('/proc/stat', 'latin1'))
}

/** @param {string} text of /proc/stat @returns {number} ms */
export function parseBusy(text) {
  const [user, nice, system, , , irq, softIrq, steal] = text.slice(5).trim().split(/\s+/, 8).map(Number)
  return ((user + nice + system + irq + softIrq + steal) * 1000) / TICKS
}

/** @returns {number[]} a process and everything below it that lives */
export function treeOf(pid) {
  const pids = [pid]
  for (let i = 0; i < pids.length; i++) {
    // Children are listed under the thread that started them: every contender starts them from its first one.
    const children = read(pids[i], `task/${pids[i]}/children`)
    pids.push(...children.split(' ').filter(Boolean).map(Number))
  }
  return pids
}

/** @returns {string} empty when the process is gone */
export function read(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1')
  } catch {
    return ''
  }
}

/** @returns {string} path of the program that a process runs, empty when it is gone */
export function programOf(pid) {
  try {
    return readlinkSync(`/proc/${pid}/exe`)
  } catch {
    return ''
  }
}
