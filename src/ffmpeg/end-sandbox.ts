/** Ends a sandbox and everything that runs in it. */
import type { ChildProcess } from 'node:child_process'
import { readOf, send, statOf } from '../files/processes.ts'

/** Number of polls; enough for a process to stop, unless the machine is very busy. */
const MOST_LOOKS = 1000

/**
 * Kills the first process of a sandbox, which ends all others, then bubblewrap itself. Bubblewrap is stopped first: it
 * does not forward signals, and a process it starts at the last moment would survive it.
 */
export function endSandbox(bwrap: ChildProcess): void {
  const { pid } = bwrap
  if (pid === undefined || !send(pid, 'SIGSTOP')) return
  for (let looks = 0; looks < MOST_LOOKS && !isStopped(pid); looks++);
  for (const child of childrenOf(pid)) send(child, 'SIGKILL')
  bwrap.kill('SIGKILL')
}

function isStopped(pid: number): boolean {
  const [state] = statOf(readOf(pid, 'stat'))
  // A process that is gone starts no others.
  return state === undefined || 'TtZX'.includes(state)
}

function childrenOf(pid: number): number[] {
  return readOf(pid, `task/${pid}/children`).split(' ').filter(Boolean).map(Number)
}
