/** Processes as reported by /proc; none on systems without it. */
import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { readOf, statOf } from '../files/processes.ts'
import { isSandbox, startsFfmpeg } from '../ffmpeg/command-line.ts'

export interface Child {
  readonly pid: number
  /** File name of its output. */
  readonly output: string
  readonly bytes: number | undefined
}

/** Resident memory of a process, in bytes. */
export function memoryOf(pid: number): number | undefined {
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readOf(pid, 'status'))?.[1]
  return kb === undefined ? undefined : Number(kb) * 1024
}

/** The ffmpeg processes of a process. Synchronous, so that the result is one moment's state. */
export function ffmpegsOf(parent: number): Child[] {
  const all = pids().map((pid) => ({ pid, parent: parentOf(pid) }))
  const below = (one: number): Child[] =>
    all
      .filter((child) => child.parent === one)
      .flatMap(({ pid }) => {
        const args = readOf(pid, 'cmdline').split('\0').filter(Boolean)
        if (isSandbox(args)) return below(pid)
        return startsFfmpeg(args) ? [{ pid, output: basename(args.at(-1) ?? ''), bytes: memoryOf(pid) }] : []
      })
  return below(parent)
}

function parentOf(pid: number): number {
  return Number(statOf(readOf(pid, 'stat'))[1])
}

function pids(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}
