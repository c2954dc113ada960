/**
 * The one place that starts ffmpeg, and the only importer of fluent-ffmpeg. It is handed finished tokens; its
 * own conveniences (splitting of options, progress, capability checks) are left aside, so that `spawn` could
 * take its place in this file alone.
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { resolve as resolvePath } from 'node:path'
import FluentFfmpeg from 'fluent-ffmpeg'
import { asJobError, isSystemLimit } from '../errors.ts'
import type { CommandInput } from '../model/command.ts'
import type { Fence, Reached } from '../model/fence.ts'
import { harmlessEnvironment } from './environment.ts'
import { type Guards, guardPrefix, ownFence } from './guards.ts'
import { launcher } from './launch.ts'

export interface FfmpegRun {
  readonly ffmpeg: { readonly path: string; readonly guards: Guards }
  readonly fence: Fence
  /** It drives graphics hardware. */
  readonly hasDevices?: boolean
  readonly inputs: readonly CommandInput[]
  /** Each output's options, and where it goes: a path, or who is handed its lines. */
  readonly outputs: readonly { readonly args: readonly string[]; readonly to: string | OnLine }[]
  /** The folder that it runs in; the worker's own where nothing is said. */
  readonly cwd?: string
  readonly onStderrLine: OnLine
  readonly onStart?: (commandLine: string) => void
  readonly signal?: AbortSignal | undefined
}

type OnLine = (line: string) => void

export type FfmpegEnd =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly reason: string
      /** The fence that it has reached, where that is why. */
      readonly reached?: Reached
    }

/**
 * A decoder that gets no memory for a picture goes on without it, and ffmpeg ends well: a wrong film. So the run ends
 * with the first such line. What a file says of itself is printed as information and meets no pattern.
 */
const WANTS_MEMORY =
  /get_buffer\(\) failed|annot allocate memory|ould not allocate memory|malloc of size \d+ failed|ailed to allocate/
/** ffmpeg's own words for SIGXCPU, which is 24 on every Linux. */
const WAS_TOO_LONG = /eceived signal 24\b|eceived > 3 system signals/
/** What it says of itself stands in the first characters of a line. */
const LONGEST_LOOK = 300

/** A child that has been asked to end is killed after this long. */
const GRACE_MS = 3000
/** In characters. ffmpeg's own lines are shorter; what a recording makes it say may have any length. */
const LONGEST_LINE = 4096
/** Behind stdin, stdout and stderr. */
const FIRST_PIPE = 3

interface Said {
  readonly get: () => string
}
type OnEnd = (error: unknown, stdout?: Said, stderr?: Said) => void
type OnProcess = (child: ChildProcess, stdout: unknown, stderr: unknown) => void
const SILENT: Said = { get: () => '' }

interface Unchecked {
  _spawnFfmpeg: (args: string[], options: object, onProcess: OnProcess, onEnd: OnEnd) => void
  _checkCapabilities: (done: (error?: Error) => void) => void
  _getFfmpegPath: (done: (error: null, path: string) => void) => void
  availableEncoders: (done: (error: Error | null, encoders: object) => void) => void
}

/**
 * Runs ffmpeg to its end. Resolves however it ends; an aborted run ends with `ok: false`.
 * @throws JobError `systemLimit` where it cannot be started for want of files or processes
 */
export async function runFfmpeg(run: FfmpegRun): Promise<FfmpegEnd> {
  const ownPath = programPath(run.ffmpeg.path)
  const prefix = guardPrefix(run.ffmpeg.guards, { fence: run.fence, hasDevices: run.hasDevices === true })
  const fenced = run.hasDevices === true ? [] : ownFence(run.fence)
  const [program = ownPath, ...before] = [...(await launcher()), ...prefix, ownPath]
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

    // It keeps one path for all its commands.
    unchecked._getFfmpegPath = (done) => done(null, program)
    const readers: OnLine[] = []
    const drained: Promise<unknown>[] = []
    // It hands its options on to `spawn`, but has none of its own for the environment and further pipes.
    const spawn = unchecked._spawnFfmpeg.bind(command)
    unchecked._spawnFfmpeg = (args, options, onProcess, onEnd) => {
      // It also asks what a process has said that could not be started, and reads from that one's pipes.
      const ended: OnEnd = (error, out = SILENT, err = SILENT) => onEnd(error, out, err)
      try {
        const stdio = Array.from({ length: FIRST_PIPE + readers.length }, () => 'pipe')
        const started: OnProcess = (child, ...said) => {
          drained.push(...readers.map((onLine, i) => readLines(child, FIRST_PIPE + i, onLine)))
          onProcess(child, ...said)
        }
        const settings = { ...options, stdio, env: harmlessEnvironment(), cwd: run.cwd }
        spawn([...before, ...fenced, ...args], settings, started, ended)
      } catch (error) {
        // Why it could not be started is told a moment later; this counts only where it is not.
        setImmediate(() => ended(error))
      }
    }

    for (const { args, path } of run.inputs) {
      command.input(path)
      if (args.length > 0) command.inputOptions(...whole(args))
    }
    for (const { args, to } of run.outputs) {
      command.output(typeof to === 'string' ? to : `pipe:${FIRST_PIPE - 1 + readers.push(to)}`)
      command.outputOptions(...whole(args))
    }

    let killer: NodeJS.Timeout | undefined
    let reached: Reached | undefined
    const stop = () => {
      if (killer) return
      command.kill('SIGTERM')
      killer = setTimeout(() => command.kill('SIGKILL'), GRACE_MS)
    }
    run.signal?.addEventListener('abort', stop, { once: true })
    const end = (outcome: FfmpegEnd) => {
      clearTimeout(killer)
      run.signal?.removeEventListener('abort', stop)
      void Promise.all(drained).then(() => resolve(outcome))
    }
    command
      .on('start', (line: string) => run.onStart?.(line))
      .on('stderr', (line: string) => {
        run.onStderrLine(line.slice(0, LONGEST_LINE))
        const fence = reachedBy(line.slice(0, LONGEST_LOOK))
        reached ??= fence
        if (fence === 'memory') stop()
      })
      .on('end', () => end(reached === 'memory' ? { ok: false, reason: reached, reached } : { ok: true }))
      .on('error', (error: NodeJS.ErrnoException) => {
        if (isSystemLimit(error.code)) reject(asJobError(error))
        if (run.signal?.aborted) return end({ ok: false, reason: 'stopped' })
        if (/SIGXCPU|code 152$/.test(error.message)) reached ??= 'cpu'
        end({ ok: false, reason: error.message, ...(reached && { reached }) })
      })
      .run()
  })
}

/** A path of the worker's own folder holds in any other; a bare name is looked up in PATH. */
function programPath(ffmpegPath: string): string {
  return ffmpegPath.includes('/') ? resolvePath(ffmpegPath) : ffmpegPath
}

function reachedBy(line: string): Reached | undefined {
  if (!line.includes('[info]') && WANTS_MEMORY.test(line)) return 'memory'
  return WAS_TOO_LONG.test(line) ? 'cpu' : undefined
}

/** With a single argument the library would split it at a space; with several it takes them as they are. */
function whole(args: readonly string[]): [string, string, ...string[]] {
  const [first, second, ...rest] = args
  if (first === undefined || second === undefined) throw new Error('ffmpeg options come in twos at least')
  return [first, second, ...rest]
}

/** Hands on what comes through one of a child's pipes. Resolves when all of it is read. */
async function readLines(child: ChildProcess, fd: number, onLine: OnLine): Promise<void> {
  const pipe = child.stdio[fd]
  if (!pipe) return
  let rest = ''
  pipe.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString('latin1')).split('\n')
    rest = (lines.pop() ?? '').slice(0, LONGEST_LINE)
    for (const line of lines) onLine(line.slice(0, LONGEST_LINE))
  })
  // Broken where the child could not be started.
  await once(pipe, 'close').catch(() => undefined)
  if (rest) onLine(rest)
}
