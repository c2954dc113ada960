/** Ends a sandbox with what runs in it. */
import type { ChildProcess } from 'node:child_process'
import { readOf, send, statOf } from '../files/processes.ts'

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

function isStopped(pid: number): boolean {
  const [state] = statOf(readOf(pid, 'stat'))
  // One that is gone starts nothing any more.
  return state === undefined || 'TtZX'.includes(state)
}

function childrenOf(pid: number): number[] {
  return readOf(pid, `task/${pid}/children`).split(' ').filter(Boolean).map(Number)
}
