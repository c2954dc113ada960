/** Other processes, as the system shows them under /proc; where it has none, there are none. */
import { readFileSync } from 'node:fs'

/** @returns empty where there is no such process, or it is somebody else's */
export function readOf(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}

/**
 * The fields of a process's `stat` from its state on, which is the third; empty where there is no such process. The
 * second is its name in brackets, which may itself hold spaces and brackets.
 */
export function statOf(line: string): readonly string[] {
  return line === '' ? [] : line.slice(line.lastIndexOf(')') + 2).split(' ')
}

/** @returns whether there is such a process that may be sent signals */
export function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}
