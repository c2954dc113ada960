/**
 * The one place that starts ffmpeg, and the only importer of fluent-ffmpeg. It is handed finished tokens; its
 * own conveniences (splitting of options, progress, capability checks) are left aside, so that `spawn` could
 * take its place in this file alone.
 */
import { resolve as resolvePath } from 'node:path'
import { Writable } from 'node:stream'
import FluentFfmpeg from 'fluent-ffmpeg'
import { asJobError, isSystemLimit } from '../errors.ts'
import type { CommandInput } from '../model/command.ts'
import { harmlessEnvironment } from './environment.ts'
import { launcher } from './launch.ts'

export interface FfmpegRun {
  readonly ffmpegPath: string
  readonly inputs: readonly CommandInput[]
  /** Each output's options and where it goes; `'stdout'` is handed to `onStdoutLine` line by line. */
  readonly outputs: readonly { readonly args: readonly string[]; readonly to: string }[]
  /** The folder that it runs in; the worker's own where nothing is said. */
  readonly cwd?: string
  readonly onStdoutLine?: (line: string) => void
  readonly onStderrLine: (line: string) => void
  readonly onStart?: (commandLine: string) => void
  readonly signal?: AbortSignal | undefined
}

export type FfmpegEnd = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/** A child that has been asked to end is killed after this long. */
const GRACE_MS = 3000

interface Said {
  readonly get: () => string
}
type OnEnd = (error: unknown, stdout?: Said, stderr?: Said) => void
const SILENT: Said = { get: () => '' }

interface Unchecked {
  _spawnFfmpeg: (args: string[], options: object, onProcess: unknown, onEnd: OnEnd) => void
  _checkCapabilities: (done: (error?: Error) => void) => void
  availableEncoders: (done: (error: Error | null, encoders: object) => void) => void
}

/**
 * Runs ffmpeg to its end. Resolves however it ends; an aborted run ends with `ok: false`.
 * @throws JobError `systemLimit` where it cannot be started for want of files or processes
 */
export async function runFfmpeg(run: FfmpegRun): Promise<FfmpegEnd> {
  const ownPath = programPath(run.ffmpegPath)
  const [program = ownPath, ...before] = [...(await launcher()), ownPath]
  return new Promise((resolve, reject) => {
    if (run.signal?.aborted) {
      resolve({ ok: false, reason: 'stopped' })
      return
    }
    const command = FluentFfmpeg({ stdoutLines: 1 }).setFfmpegPath(program)
    // It would ask ffmpeg for its formats and encoders before every job: two more processes for nothing.
    const unchecked = command as unknown as Unchecked
    unchecked._checkCapabilities = (done) => done()
    unchecked.availableEncoders = (done) => done(null, {})

    // It hands its options on to `spawn`, but has none of its own for the environment.
    const spawn = unchecked._spawnFfmpeg.bind(command)
    unchecked._spawnFfmpeg = (args, options, onProcess, onEnd) => {
      // It also asks what a process has said that could not be started, and reads from that one's pipes.
      const ended: OnEnd = (error, out = SILENT, err = SILENT) => onEnd(error, out, err)
      try {
        const settings = { ...options, env: harmlessEnvironment(), cwd: run.cwd }
        spawn([...before, ...args], settings, onProcess, ended)
      } catch (error) {
        // Why it could not be started is told a moment later; this counts only where it is not.
        setImmediate(() => ended(error))
      }
    }

    for (const { args, path } of run.inputs) {
      command.input(path)
      if (args.length > 0) command.inputOptions(...whole(args))
    }
    const stdout = lineSink(run.onStdoutLine ?? (() => undefined))
    for (const { args, to } of run.outputs) {
      if (to === 'stdout') command.output(stdout.stream)
      else command.output(to)
      command.outputOptions(...whole(args))
    }

    let killer: NodeJS.Timeout | undefined
    const stop = () => {
      command.kill('SIGTERM')
      killer = setTimeout(() => command.kill('SIGKILL'), GRACE_MS)
    }
    run.signal?.addEventListener('abort', stop, { once: true })
    const end = (outcome: FfmpegEnd) => {
      clearTimeout(killer)
      run.signal?.removeEventListener('abort', stop)
      stdout.flush()
      resolve(outcome)
    }
    command
      .on('start', (line: string) => run.onStart?.(line))
      .on('stderr', (line: string) => run.onStderrLine(line))
      .on('end', () => end({ ok: true }))
      .on('error', (error: NodeJS.ErrnoException) => {
        if (isSystemLimit(error.code)) reject(asJobError(error))
        end({ ok: false, reason: run.signal?.aborted ? 'stopped' : error.message })
      })
      .run()
  })
}

/** A path of the worker's own folder holds in any other; a bare name is looked up in PATH. */
function programPath(ffmpegPath: string): string {
  return ffmpegPath.includes('/') ? resolvePath(ffmpegPath) : ffmpegPath
}

/** With a single argument the library would split it at a space; with several it takes them as they are. */
function whole(args: readonly string[]): [string, string, ...string[]] {
  const [first, second, ...rest] = args
  if (first === undefined || second === undefined) throw new Error('ffmpeg options come in twos at least')
  return [first, second, ...rest]
}

function lineSink(onLine: (line: string) => void): { stream: Writable; flush: () => void } {
  let rest = ''
  const stream = new Writable({
    // The library takes the close of this stream for a failure.
    emitClose: false,
    write(chunk: Buffer, _encoding, done) {
      const lines = (rest + chunk.toString('latin1')).split('\n')
      rest = lines.pop() ?? ''
      lines.forEach(onLine)
      done()
    },
  })
  return {
    stream,
    flush: () => {
      if (rest) onLine(rest)
      rest = ''
    },
  }
}
