/** Runs ffmpeg on a file, ends it when it makes no progress, and reads its small results. */
import { readFile, rm } from 'node:fs/promises'
import { type CommandInput, type LocalCommand, PROGRESS } from '../model/command.ts'
import type { Fence } from '../model/fence.ts'
import { runFfmpeg } from './process.ts'
import { watchForStall } from './stall.ts'
import type { FencedFfmpeg } from './types.ts'

export interface Watching {
  readonly ffmpeg: FencedFfmpeg
  /** A run that makes no progress for this long is ended. */
  readonly stallMs: number
  readonly signal: AbortSignal
}

/**
 * Resolves however the run ends.
 * @param run.args options of the output, after those common to all runs
 * @param run.onLine receives ffmpeg's output, including progress
 * @returns whether it succeeded, and how far it got in frames or microseconds of output; 0 if nothing came out
 * @throws the signal's reason if aborted
 */
export async function runWatched(
  { ffmpeg, stallMs, signal }: Watching,
  run: {
    fence: Fence
    input: CommandInput
    moreInputs?: readonly CommandInput[]
    logLevel: 'info' | 'error' | 'fatal'
    args: readonly string[]
    to: string
    /** Files written for it. */
    files?: LocalCommand['files']
    /** Further folders that it writes to, besides that of its output. */
    writes?: readonly string[]
    onLine?: (line: string) => void
  },
): Promise<{ readonly ok: boolean; readonly reached: number }> {
  const { fence, input, moreInputs = [], logLevel, args, to, files = [], writes, onLine } = run
  const always = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', logLevel, ...PROGRESS]
  const watch = watchForStall(stallMs, signal)
  const end = await runFfmpeg({
    ffmpeg,
    fence,
    inputs: [input, ...moreInputs],
    outputs: [{ args: [...always, ...args], to }],
    files,
    writes,
    onStderrLine: (line) => {
      watch.line(line)
      onLine?.(line)
    },
    signal: watch.signal,
  }).finally(watch.done)
  signal.throwIfAborted()
  return { ok: end.ok, reached: watch.reached() }
}

/** Reads a run's output file and removes it; empty if there is none. */
export async function takeFile(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch(() => Buffer.alloc(0))
  await rm(path, { force: true })
  return bytes
}

/** The same as text: ffmpeg's own figures, in ASCII. */
export async function takeText(path: string): Promise<string> {
  return Buffer.from(await takeFile(path)).toString('latin1')
}
