/** Runs one planned command. */
import { dirname } from 'node:path'
import { JobError } from '../errors.ts'
import { type Command, type LocalCommand, outputPath, processesOf, shellLine } from '../model/command.ts'
import { type Locations, localCommand } from '../plan/locate.ts'
import { writeText } from '../files/write-file.ts'
import { commandLine, outputOptions } from './arguments.ts'
import { makePipes, removePipes } from './pipes.ts'
import { runFfmpeg } from './process.ts'
import { watchForStall } from './stall.ts'
import type { FencedFfmpeg } from './types.ts'

/** Progress of a command. */
interface Progress {
  readonly frames: number
  readonly outMs: number
}

interface RunOptions {
  readonly ffmpeg: FencedFfmpeg
  /** Paths of its places. */
  readonly at: Locations
  /** Whether nothing else runs at the same time, so that it may use all of the job's memory. */
  readonly isAlone?: boolean
  /** A command that makes no progress for this long is ended. */
  readonly stallMs: number
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: (progress: Progress) => void
  /** Receives each command line in a form that can be pasted into a shell, and the name of the command or composer. */
  readonly onStart?: (line: string, name: string) => void
  /** Receives ffmpeg's output other than progress, likewise. */
  readonly onSaid?: (line: string, name: string) => void
}

/** Maximum number of ffmpeg's last lines that an error quotes. */
const TAIL_LINES = 3

/**
 * Writes the command's files, runs ffmpeg and what composes its pictures, and checks that each produced the planned
 * number of frames.
 * @throws JobError `ffmpegFailed`, `ffmpegStalled`, `ffmpegFenced`, `framesWrong`, `workDiskFull` or `noPipe`
 */
export async function runCommand(planned: Command, options: RunOptions): Promise<void> {
  const command = localCommand(planned, options.at)
  const { composers = [] } = command
  if (composers.length === 0) return runProcess(command, options)
  const pipes = composers.map(({ output }) => output)
  await makePipes(pipes)
  try {
    await together(processesOf(command), options)
  } finally {
    await removePipes(pipes)
  }
}

/**
 * Runs processes of which each reads what the one before it writes. One failure ends the others.
 * @throws the error of the process that failed by itself
 */
async function together(processes: readonly LocalCommand[], options: RunOptions): Promise<void> {
  const failed = new AbortController()
  const signal = AbortSignal.any([failed.signal, ...(options.signal ? [options.signal] : [])])
  const last = processes.at(-1)
  let cause: Error | undefined
  await Promise.all(
    processes.map((one) =>
      runProcess(one, {
        ...options,
        signal,
        ...(one !== last && { onProgress: () => undefined }),
      }).catch((error: Error) => {
        // A writer whose reader has failed reports a broken pipe, maybe before the reader's failure is known.
        if (!cause || isBrokenPipe(cause)) cause = error
        if (!isBrokenPipe(error)) failed.abort(error)
      }),
    ),
  )
  options.signal?.throwIfAborted()
  if (cause) throw cause
}

function isBrokenPipe(error: Error): boolean {
  return (
    error instanceof JobError &&
    error.said.code === 'ffmpegFailed' &&
    error.said.params.detail.includes('Broken pipe')
  )
}

async function runProcess(command: LocalCommand, options: RunOptions): Promise<void> {
  const { graph } = command
  await Promise.all(
    [...command.files, ...(graph ? [graph] : [])].map(({ path, text }) => writeText(path, text)),
  )

  const watch = watchProgress(command, options)
  const end = await runFfmpeg({
    ffmpeg: options.ffmpeg,
    fence: options.ffmpeg.fences.command(command.durationMs, options.isAlone === true),
    hasDevices: isOfHardware(command),
    inputs: command.inputs,
    outputs: [{ args: outputOptions(command, options.ffmpeg.syntax), to: outputPath(command) }],
    cwd: command.cwd,
    graph,
    files: command.files,
    reads: command.after,
    onStderrLine: watch.line,
    onStart: () => options.onStart?.(shellLine(command, commandLine(options.ffmpeg, command)), command.name),
    signal: watch.signal,
  }).finally(watch.done)
  options.signal?.throwIfAborted()
  const name = command.name
  if (watch.stalled()) {
    throw new JobError({
      code: 'ffmpegStalled',
      params: { name, seconds: Math.round(options.stallMs / 1000) },
    })
  }
  if (!end.ok) {
    if (watch.tail().some((line) => /No space left on device|Disk quota exceeded/.test(line))) {
      const folder = dirname(command.output)
      throw new JobError({ code: 'workDiskFull', params: { name, folder } }, { retryable: true })
    }
    if (end.reached !== undefined) {
      const { reached } = end
      throw new JobError({ code: 'ffmpegFenced', params: { name, reached } })
    }
    const detail = watch.tail().join(' | ') || end.reason
    throw new JobError({ code: 'ffmpegFailed', params: { name, detail, isCrash: end.isCrash } })
  }
  const made = watch.progress().frames
  if (graph && command.frames !== undefined && made !== command.frames) {
    throw new JobError({ code: 'framesWrong', params: { name, made, planned: command.frames } })
  }
}

/** Whether it uses a hardware encoder. */
function isOfHardware({ args }: LocalCommand): boolean {
  return args.some((arg) => /^h264_(nvenc|qsv|vaapi|videotoolbox)$/.test(arg))
}

function watchProgress(command: LocalCommand, options: RunOptions) {
  const watch = watchForStall(options.stallMs, options.signal)
  const tail: string[] = []
  let progress: Progress = { frames: 0, outMs: 0 }
  let last = { frames: -1, outMs: -1 }
  const line = (text: string) => {
    const [key, value] = /^([a-z_]+)=\s*(\S+)$/.exec(text)?.slice(1) ?? []
    if (key === undefined || value === undefined) {
      if (/^[a-z0-9_]+=/.test(text) || text.trim() === '') return
      tail.push(text.trim())
      if (tail.length > TAIL_LINES) tail.shift()
      options.onSaid?.(text, command.name)
      return
    }
    if (key === 'frame') progress = { ...progress, frames: Number(value) }
    else if (key === 'out_time_us' && value !== 'N/A') progress = { ...progress, outMs: Number(value) / 1000 }
    else if (key === 'progress') {
      const isFurther = progress.frames > last.frames || progress.outMs > last.outMs
      if (isFurther) {
        last = progress
        watch.alive()
      }
      options.onProgress?.({
        frames: progress.frames,
        outMs: Math.max(0, Math.min(progress.outMs, command.durationMs)),
      })
    }
  }
  return {
    line,
    signal: watch.signal,
    done: watch.done,
    stalled: watch.stalled,
    tail: () => tail,
    progress: () => progress,
  }
}
