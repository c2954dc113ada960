/** Finds the ffmpeg that this worker uses, and its capabilities. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { JobError } from '../errors.ts'
import { ANSWER_MS, harmlessEnvironment } from './environment.ts'
import { LISTS, readList } from './features.ts'
import { isExecutable, onPath } from './on-path.ts'
import { remembered } from './remembered.ts'
import { lastLine } from './last-line.ts'
import { type SandboxMode, sandboxFor } from './try-sandbox.ts'
import type { Features, FoundFfmpeg, Syntax } from './types.ts'

/** The major version from which demuxers, decoders, graphs and encoders of one ffmpeg run in threads of their own. */
const FIRST_THREADED = 7
const OLDEST: readonly [number, number] = [5, 1]
/** Increment when the questions or the parsing of answers change; this invalidates cached answers. */
const QUESTION = '1'

/**
 * Finds ffmpeg: the path in conf/, then `FFMPEG_PATH`, then the package ffmpeg-static, then `PATH`.
 * @param options.workFolder where its answers are cached; without it ffmpeg is asked every time
 * @param options.sandbox whether its runs are sandboxed
 * @throws JobError if there is none, if the configured one does not run, if it is too old, or if a required sandbox is
 *   unavailable
 */
export async function findFfmpeg(options: {
  confPath: string
  env: Readonly<Record<string, string | undefined>>
  sandbox: SandboxMode
  workFolder?: string
}): Promise<FoundFfmpeg> {
  const { confPath, env, sandbox: mode, workFolder } = options
  const [path, from] = await choose(confPath, env)
  const found = await checked(path, from, workFolder)
  const [prlimit, tried] = await Promise.all([
    onPath('prlimit', env['PATH'] ?? ''),
    sandboxFor({ mode, path, env, workFolder }),
  ])
  const { sandbox } = tried
  return { ...found, guards: { prlimit, sandbox }, unboxed: sandbox ? undefined : tried.why }
}

/** The path and its origin. */
async function choose(
  confPath: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly [path: string, from: string]> {
  // A configured path is used or rejected, never silently skipped.
  if (confPath) return [confPath, 'ffmpeg.path']
  const fromEnv = env['FFMPEG_PATH']
  if (fromEnv) return [fromEnv, 'FFMPEG_PATH']
  const packaged = await packagedPath()
  const found = packaged ?? (await onPath('ffmpeg', env['PATH'] ?? ''))
  if (!found) throw new JobError({ code: 'ffmpegMissing', params: {} }, { fault: 'config' })
  return [found, found]
}

async function checked(
  path: string,
  from: string,
  workFolder: string | undefined,
): Promise<Omit<FoundFfmpeg, 'guards' | 'unboxed'>> {
  const asking = remembered({ path, workFolder, question: QUESTION }, () => ask(path))
  const answers = await asking.catch((cause: unknown) => {
    const detail = lastLine(cause)
    throw new JobError({ code: 'ffmpegUnusable', params: { path, from, detail } }, { fault: 'config', cause })
  })
  const { version } = answers
  const [major, minor] = /^n?(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? []
  // A development build has no version number; it is newer than any release that is rejected.
  const isOld =
    major !== undefined &&
    minor !== undefined &&
    (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
  if (isOld) {
    throw new JobError(
      { code: 'ffmpegTooOld', params: { path, version, oldest: OLDEST.join('.') } },
      { fault: 'config' },
    )
  }
  const { filter, decoder } = answers.has
  return {
    path,
    ...answers,
    toneMaps: ['zscale', 'tonemap'].every((name) => filter?.includes(name)),
    isThreaded: major === undefined || major >= FIRST_THREADED,
    decodesAlpha: ['libvpx', 'libvpx-vp9'].every((name) => decoder?.includes(name)),
  }
}

async function ask(path: string): Promise<{ version: string; syntax: Syntax; has: Features }> {
  const [said, syntax, has] = await Promise.all([
    answer(path, ['-version']),
    askSyntax(path),
    askFeatures(path),
  ])
  const version = /^ffmpeg version (\S+)/.exec(said)?.[1]
  if (!version) throw new Error('it does not answer like ffmpeg')
  return { version, syntax, has }
}

/** No help text tells whether a rate is allowed with passthrough, so one frame is encoded to find out. */
const RATE_FOR_PASSED_FRAMES = [
  ...['-v', 'quiet', '-f', 'lavfi', '-i', 'color=size=16x16', '-fps_mode', 'passthrough', '-r', '25'],
  ...['-frames:v', '1', '-f', 'null', '-'],
]

async function askSyntax(path: string): Promise<Syntax> {
  const [help, ratePassesThrough] = await Promise.all([
    answer(path, ['-hide_banner', '-h', 'long']),
    answer(path, RATE_FOR_PASSED_FRAMES)
      .then(() => true)
      .catch(ifRefused(false)),
  ])
  // Where the old option is missing or deprecated, the new one exists.
  const reads = /^-filter_complex_script .*$/m.exec(help)?.[0]
  const isOfOld = reads !== undefined && !reads.includes('deprecated')
  return { graphFile: isOfOld ? '-filter_complex_script' : '-/filter_complex', ratePassesThrough }
}

async function askFeatures(path: string): Promise<Features> {
  const kinds = Object.entries(LISTS) as [keyof Features, string][]
  const lists = kinds.map(async ([kind, option]) => {
    const list = await answer(path, ['-hide_banner', option]).catch(ifRefused(''))
    return [kind, readList(kind, list)] as const
  })
  return Object.fromEntries(await Promise.all(lists)) as Features
}

/** Takes a refusal for an answer. No answer in time is none. */
function ifRefused<T>(value: T): (error: unknown) => T {
  return (error) => {
    if ((error as { killed?: boolean }).killed) throw error
    return value
  }
}

async function answer(path: string, args: readonly string[]): Promise<string> {
  const options = { timeout: ANSWER_MS, env: harmlessEnvironment(), maxBuffer: 16 * 2 ** 20 }
  return (await promisify(execFile)(path, args, options)).stdout
}

/** The package is optional: it may be missing, or installed without the binary that it failed to download. */
async function packagedPath(): Promise<string | undefined> {
  const name: string = 'ffmpeg-static'
  try {
    const { default: path } = (await import(name)) as { default: unknown }
    return typeof path === 'string' && (await isExecutable(path)) ? path : undefined
  } catch {
    return undefined
  }
}
