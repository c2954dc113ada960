/** Processes as the system shows them; where it has no /proc, it shows none. */
import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { readOf, statOf } from '../files/processes.ts'
import { isSandbox, startsFfmpeg } from '../ffmpeg/command-line.ts'

export interface Child {
  readonly pid: number
  /** What it writes, by its name. */
  readonly output: string
  readonly bytes: number | undefined
}

/** Memory that a process has in use, in bytes. */
export function memoryOf(pid: number): number | undefined {
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readOf(pid, 'status'))?.[1]
  return kb === undefined ? undefined : Number(kb) * 1024
}

/** The ffmpegs that a process runs. At once, for whoever asks wants to know how it is now. */
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
