/** Other processes as listed under /proc; none on systems without it. */
import { readFileSync } from 'node:fs'

/** @returns empty if there is no such process, or it belongs to another user */
export function readOf(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}

/**
 * The fields of a process's `stat` from the third, its state, on; empty for an empty line. The second field is the name
 * in parentheses, which may itself contain spaces and parentheses.
 */
export function statOf(line: string): readonly string[] {
  return line === '' ? [] : line.slice(line.lastIndexOf(')') + 2).split(' ')
}

/** @returns whether the process exists and may be signalled */
export function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}
