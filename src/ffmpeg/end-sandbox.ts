/** Ends a sandbox with what runs in it. */
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A process that is told to stop does so at once, unless the machine is very busy. */
const MOST_LOOKS = 1000

/**
 * Ends the first process of a sandbox, with which all others end, then the program that has made it. That one is stopped
 * before: it passes nothing on, and what it starts in its last moment would go on without it.
 */
export function endSandbox(bwrap: ChildProcess): void {
  const { pid } = bwrap
  if (pid === undefined || !send(pid, 'SIGSTOP')) return
  for (let looks = 0; looks < MOST_LOOKS && !isStopped(pid); looks++);
  for (const child of childrenOf(pid)) send(child, 'SIGKILL')
  bwrap.kill('SIGKILL')
}

/** @returns whether there is such a process */
function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

function isStopped(pid: number): boolean {
  const stat = read(pid, 'stat')
  // The name in brackets may hold anything. A process that is gone starts nothing any more.
  return stat === '' || /^[TtZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))
}

function childrenOf(pid: number): number[] {
  return read(pid, `task/${pid}/children`).split(' ').filter(Boolean).map(Number)
}

/** @returns empty where there is no such process */
function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1')
  } catch {
    return ''
  }
}
