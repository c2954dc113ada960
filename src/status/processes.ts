/** Processes as the system shows them; where it has no /proc, it shows none. */
import { readFileSync, readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { isSandbox, startsFfmpeg } from '../ffmpeg/command-line.ts'

export interface Child {
  readonly pid: number
  /** What it writes, by its name. */
  readonly output: string
  readonly bytes: number | undefined
}

/** Memory that a process has in use, in bytes. */
export function memoryOf(pid: number): number | undefined {
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(read(pid, 'status'))?.[1]
  return kb === undefined ? undefined : Number(kb) * 1024
}

/** The ffmpegs that a process runs. At once, for whoever asks wants to know how it is now. */
export function ffmpegsOf(parent: number): Child[] {
  const all = pids().map((pid) => ({ pid, parent: parentOf(pid) }))
  const below = (one: number): Child[] =>
    all
      .filter((child) => child.parent === one)
      .flatMap(({ pid }) => {
        const args = read(pid, 'cmdline').split('\0').filter(Boolean)
        if (isSandbox(args)) return below(pid)
        return startsFfmpeg(args) ? [{ pid, output: basename(args.at(-1) ?? ''), bytes: memoryOf(pid) }] : []
      })
  return below(parent)
}

function parentOf(pid: number): number {
  // Behind the name, which stands in brackets and may hold anything.
  return Number(/^\d+ \([^]*\) \S+ (\d+)/.exec(read(pid, 'stat'))?.[1])
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

function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    // It has ended meanwhile, or is somebody else's.
    return ''
  }
}
