/**
 * The one place that starts ffmpeg, and the only importer of fluent-ffmpeg. It is handed finished tokens; its
 * own conveniences (splitting of options, progress, capability checks) are left aside, so that `spawn` could
 * take its place in this file alone.
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
  /** It drives graphics hardware. */
  readonly hasDevices?: boolean
  readonly inputs: readonly CommandInput[]
  /** Each output's options, and where it goes: a path, or who is handed its lines. */
  readonly outputs: readonly { readonly args: readonly string[]; readonly to: string | OnLine }[]
  /** The folder that it runs in; the worker's own where nothing is said. */
  readonly cwd?: string
  /** Its filter graph, where that stands in a file. */
  readonly graph?: LocalCommand['graph']
  /** Other files that were written for it. */
  readonly files?: LocalCommand['files']
  /** Files that it reads besides. */
  readonly reads?: readonly string[] | undefined
  /** Folders that it writes to besides those of its outputs. */
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
/** The same, before ffmpeg hears of it; 152 is how a sandbox tells that. What ffmpeg has said may stand behind. */
const WAS_ENDED_FOR_CPU = /^ffmpeg (?:was killed with signal SIGXCPU|exited with code 152)\b/
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
 * Runs ffmpeg to its end. Resolves however it ends; an aborted run ends with `ok: false`, and so does one that leaves
 * anything but files and folders where its outputs are read.
 * @throws JobError `systemLimit` where it cannot be started for want of files or processes; `sandboxFailed` where its
 *   sandbox cannot be made
 */
export async function runFfmpeg(run: FfmpegRun): Promise<FfmpegEnd> {
  const outputs = run.outputs.flatMap(({ to }) => (typeof to === 'string' ? [to] : []))
  const places = placesOf({ ...run, outputs })
  const end = await start(run, places)
  // In a sandbox alone is it sure that nothing of it goes on and puts more there.
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
          running = child
          drained.push(...readers.map((onLine, i) => readLines(child, FIRST_PIPE + i, onLine)))
          onProcess(child, ...said)
        }
        const settings = { ...options, stdio, env: harmlessEnvironment({ isBoxed }), cwd }
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
        // Before ffmpeg is started nothing of a recording can be said: a later line of the kind may be one.
        if (isBoxed && firstLine?.startsWith('bwrap: ')) return reject(sandboxFailed(firstLine))
        if (WAS_ENDED_FOR_CPU.test(error.message)) reached ??= 'cpu'
        end({ ok: false, reason: error.message, ...(reached && { reached }) })
      })
      .run()
  })
}

function sandboxFailed(line: string): JobError {
  const detail = line.slice(0, LONGEST_LOOK)
  return new JobError({ code: 'sandboxFailed', params: { detail } }, { fault: 'config' })
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
