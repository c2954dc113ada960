/**
 * Runs ffmpeg on media, and is the only importer of fluent-ffmpeg. It passes complete tokens and uses none of the
 * library's conveniences (option splitting, progress, capability checks), so that `spawn` could replace it in this file
 * alone.
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { resolve as resolvePath } from 'node:path'
import FluentFfmpeg from 'fluent-ffmpeg'
import { JobError, asJobError, isSystemLimit } from '../errors.ts'
import type { CommandInput, LocalCommand } from '../model/command.ts'
import type { Fence, Reached } from '../model/fence.ts'
import { type Places, placesOf } from '../plan/places.ts'
import { endSandbox } from './end-sandbox.ts'
import { harmlessEnvironment } from './environment.ts'
import { guardPrefix, ownFence } from './guards.ts'
import { launcher } from './launch.ts'
import { takePlanted } from './planted.ts'
import type { Guards } from './types.ts'

export interface FfmpegRun {
  readonly ffmpeg: { readonly path: string; readonly guards: Guards }
  readonly fence: Fence
  /** Whether it uses graphics hardware. */
  readonly hasDevices?: boolean
  readonly inputs: readonly CommandInput[]
  /** Each output's options and destination: a path, or a function that receives its lines. */
  readonly outputs: readonly { readonly args: readonly string[]; readonly to: string | OnLine }[]
  /** The working directory; defaults to the worker's. */
  readonly cwd?: string | undefined
  /** Its filter graph, if that is in a file. */
  readonly graph?: LocalCommand['graph']
  /** Other files written for it. */
  readonly files?: LocalCommand['files']
  /** Further files that it reads. */
  readonly reads?: readonly string[] | undefined
  /** Further folders that it writes to, besides those of its outputs. */
  readonly writes?: readonly string[] | undefined
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
      /** The limit it reached, if that is the reason. */
      readonly reached?: Reached | undefined
      /** Whether it crashed, rather than refuse its input or be ended. */
      readonly isCrash?: boolean
    }

/**
 * A decoder that cannot allocate a picture skips it, and ffmpeg still succeeds, with wrong output. So the first match
 * ends the run. Text from the file itself is logged as info and is not matched.
 */
const WANTS_MEMORY =
  /get_buffer\(\) failed|annot allocate memory|ould not allocate memory|malloc of size \d+ failed|ailed to allocate/
/** ffmpeg's messages for SIGXCPU, which is 24 on Linux. */
const WAS_TOO_LONG = /eceived signal 24\b|eceived > 3 system signals/
/** SIGXCPU before ffmpeg handles it; a sandbox reports it as exit code 152. ffmpeg's output may follow. */
const WAS_ENDED_FOR_CPU = /^ffmpeg (?:was killed with signal SIGXCPU|exited with code 152)\b/
/**
 * SIGILL, SIGABRT, SIGBUS, SIGFPE or SIGSEGV; a sandbox reports them as 128 more than their numbers. SIGKILL is not among
 * them: it is how a machine that is out of memory ends ffmpeg.
 */
const HAS_CRASHED =
  /^ffmpeg (?:was killed with signal SIG(?:ILL|ABRT|BUS|FPE|SEGV)|exited with code 1(?:32|34|35|36|39))\b/
/** Matches are limited to the start of a line, which ffmpeg itself writes. */
const LONGEST_LOOK = 300

/** A child is killed this long after it was asked to end. */
const GRACE_MS = 3000
/** In characters. ffmpeg's own lines are shorter; text from a recording may have any length. */
const LONGEST_LINE = 4096
/** After stdin, stdout and stderr. */
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
 * Runs ffmpeg and resolves however it ends. An aborted run resolves with `ok: false`, and so does a sandboxed one that
 * leaves anything but files and folders in its output folders.
 * @throws JobError `systemLimit` if it cannot be started for lack of file descriptors or processes; `sandboxFailed` if
 *   its sandbox cannot be created
 */
export async function runFfmpeg(run: FfmpegRun): Promise<FfmpegEnd> {
  const outputs = run.outputs.flatMap(({ to }) => (typeof to === 'string' ? [to] : []))
  const places = placesOf({ ...run, outputs })
  const end = await start(run, places)
  // Only in a sandbox is it certain that no process survives and adds more.
  if (run.ffmpeg.guards.sandbox === undefined) return end
  const planted = await takePlanted(places.writes)
  return planted.length > 0
    ? { ok: false, reason: `it has left links or devices: ${planted.join(', ')}` }
    : end
}

async function start(run: FfmpegRun, places: Places): Promise<FfmpegEnd> {
  const ownPath = programPath(run.ffmpeg.path)
  const { guards } = run.ffmpeg
  const isBoxed = guards.sandbox !== undefined
  const { fence, hasDevices = false, cwd } = run
  const prefix = guardPrefix(guards, { fence, places, hasDevices, cwd })
  const fenced = hasDevices ? [] : ownFence(fence)
  const [program = ownPath, ...before] = [...(await launcher({ isBoxed })), ...prefix, ownPath]
  return new Promise((resolve, reject) => {
    if (run.signal?.aborted) {
      resolve({ ok: false, reason: 'stopped' })
      return
    }
    const command = FluentFfmpeg({ stdoutLines: 1 }).setFfmpegPath(program)
    // By default the library queries ffmpeg's formats and encoders before every job: two extra processes.
    const unchecked = command as unknown as Unchecked
    unchecked._checkCapabilities = (done) => done()
    unchecked.availableEncoders = (done) => done(null, {})

    // The library shares one path between all its commands.
    unchecked._getFfmpegPath = (done) => done(null, program)
    const readers: OnLine[] = []
    const drained: Promise<unknown>[] = []
    // The library passes its options to `spawn`, but has none for the environment and further pipes.
    const spawn = unchecked._spawnFfmpeg.bind(command)
    unchecked._spawnFfmpeg = (args, options, onProcess, onEnd) => {
      // The library also reads the output and pipes of a process that could not be started.
      const ended: OnEnd = (error, out = SILENT, err = SILENT) => onEnd(error, out, err)
      try {
        const stdio = Array.from({ length: FIRST_PIPE + readers.length }, () => 'pipe')
        const started: OnProcess = (child, ...said) => {
          running = child
          drained.push(...readers.map((onLine, i) => readLines(child, FIRST_PIPE + i, onLine)))
          onProcess(child, ...said)
        }
        const settings = { ...options, stdio, env: harmlessEnvironment({ isBoxed }), cwd }
        spawn([...before, ...fenced, ...args], settings, started, ended)
      } catch (error) {
        // The reason is reported a moment later; this applies only if it is not.
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

    let running: ChildProcess | undefined
    let killer: NodeJS.Timeout | undefined
    let reached: Reached | undefined
    let firstLine: string | undefined
    const stop = () => {
      if (killer) return
      if (isBoxed && running) endSandbox(running)
      else command.kill('SIGTERM')
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
        firstLine ??= line
        run.onStderrLine(line.slice(0, LONGEST_LINE))
        const fence = reachedBy(line.slice(0, LONGEST_LOOK))
        reached ??= fence
        if (fence === 'memory') stop()
      })
      .on('end', () => end(reached === 'memory' ? { ok: false, reason: reached, reached } : { ok: true }))
      .on('error', (error: NodeJS.ErrnoException) => {
        if (isSystemLimit(error.code)) reject(asJobError(error))
        if (run.signal?.aborted) return end({ ok: false, reason: 'stopped' })
        // The sandbox fails before ffmpeg starts, so only the first line counts: later ones may come from a recording.
        if (isBoxed && firstLine?.startsWith('bwrap: ')) return reject(sandboxFailed(firstLine))
        if (WAS_ENDED_FOR_CPU.test(error.message)) reached ??= 'cpu'
        const isCrash = HAS_CRASHED.test(error.message)
        end({ ok: false, reason: error.message, reached, isCrash })
      })
      .run()
  })
}

function sandboxFailed(line: string): JobError {
  const detail = line.slice(0, LONGEST_LOOK)
  return new JobError({ code: 'sandboxFailed', params: { detail } }, { fault: 'config' })
}

/** A relative path must work in any working directory; a bare name is looked up in PATH. */
function programPath(ffmpegPath: string): string {
  return ffmpegPath.includes('/') ? resolvePath(ffmpegPath) : ffmpegPath
}

function reachedBy(line: string): Reached | undefined {
  if (!line.includes('[info]') && WANTS_MEMORY.test(line)) return 'memory'
  return WAS_TOO_LONG.test(line) ? 'cpu' : undefined
}

/** The library splits a single argument at spaces, but takes several as they are. */
function whole(args: readonly string[]): [string, string, ...string[]] {
  const [first, second, ...rest] = args
  if (first === undefined || second === undefined) throw new Error('ffmpeg options come in twos at least')
  return [first, second, ...rest]
}

/** Passes on the lines from one of a child's pipes. Resolves when all are read. */
async function readLines(child: ChildProcess, fd: number, onLine: OnLine): Promise<void> {
  const pipe = child.stdio[fd]
  if (!pipe) return
  let rest = ''
  pipe.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString('latin1')).split('\n')
    rest = (lines.pop() ?? '').slice(0, LONGEST_LINE)
    for (const line of lines) onLine(line.slice(0, LONGEST_LINE))
  })
  // Rejects if the child could not be started.
  await once(pipe, 'close').catch(() => undefined)
  if (rest) onLine(rest)
}
