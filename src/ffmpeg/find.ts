/** Which ffmpeg this worker uses, and what it understands. */
import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { JobError } from '../errors.ts'
import type { Syntax } from './arguments.ts'
import { harmlessEnvironment } from './environment.ts'
import type { Guards } from './guards.ts'

export interface Ffmpeg {
  readonly path: string
  /** As it calls itself, for results and logs: "5.1.9-0+deb12u1". */
  readonly version: string
  readonly syntax: Syntax
  /** It has what brings high dynamic range to an ordinary picture's: zscale and tonemap. */
  readonly toneMaps: boolean
  /** It has libvpx's decoders, which alone decode the alpha of VP8 and VP9. */
  readonly decodesAlpha: boolean
  readonly guards: Guards
}

const OLDEST: readonly [number, number] = [5, 1]

/**
 * Finds ffmpeg: the path in conf/, then `FFMPEG_PATH`, then the package ffmpeg-static, then `PATH`.
 * @throws JobError when there is none, when the one that was asked for does not run, or when it is too old
 */
export async function findFfmpeg(options: {
  confPath: string
  env: Readonly<Record<string, string | undefined>>
}): Promise<Ffmpeg> {
  const { confPath, env } = options
  const [path, from] = await choose(confPath, env)
  return { ...(await checked(path, from)), guards: { prlimit: await onPath('prlimit', env['PATH'] ?? '') } }
}

/** The path, and where it comes from. */
async function choose(
  confPath: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly [path: string, from: string]> {
  // A path that somebody set is used or refused, never silently passed over.
  if (confPath) return [confPath, 'ffmpeg.path']
  const fromEnv = env['FFMPEG_PATH']
  if (fromEnv) return [fromEnv, 'FFMPEG_PATH']
  const packaged = await packagedPath()
  const found = packaged ?? (await onPath('ffmpeg', env['PATH'] ?? ''))
  if (!found) throw new JobError({ code: 'ffmpegMissing', params: {} }, { fault: 'config' })
  return [found, found]
}

async function checked(path: string, from: string): Promise<Omit<Ffmpeg, 'guards'>> {
  const answers = await ask(path).catch((cause: unknown) => {
    throw new JobError({ code: 'ffmpegUnusable', params: { path, from } }, { fault: 'config', cause })
  })
  const { version } = answers
  const [major, minor] = /^n?(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? []
  // A build from a development tree has no number; it is newer than any release we refuse.
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
  return { path, ...answers }
}

async function ask(path: string): Promise<Omit<Ffmpeg, 'path' | 'guards'>> {
  const [said, filters, decoders, syntax] = await Promise.all([
    answer(path, ['-version']),
    answer(path, ['-hide_banner', '-filters']),
    answer(path, ['-hide_banner', '-decoders']),
    askSyntax(path),
  ])
  const version = /^ffmpeg version (\S+)/.exec(said)?.[1]
  if (!version) throw new Error('it does not answer like ffmpeg')
  return {
    version,
    syntax,
    toneMaps: lists(filters, ['zscale', 'tonemap']),
    decodesAlpha: lists(decoders, ['libvpx', 'libvpx-vp9']),
  }
}

/** Whether a list of ffmpeg's has all of these: " ..C zscale            V->V       Apply resizing". */
function lists(text: string, names: readonly string[]): boolean {
  return names.every((name) => new RegExp(`^ \\S+ +${name} `, 'm').test(text))
}

/** Of a rate for frames that are passed on, no help tells: an encode of one frame does. */
const RATE_FOR_PASSED_FRAMES = [
  ...['-v', 'quiet', '-f', 'lavfi', '-i', 'color=size=16x16', '-fps_mode', 'passthrough', '-r', '25'],
  ...['-frames:v', '1', '-f', 'null', '-'],
]

async function askSyntax(path: string): Promise<Syntax> {
  const [help, ratePassesThrough] = await Promise.all([
    answer(path, ['-hide_banner', '-h', 'long']),
    answer(path, RATE_FOR_PASSED_FRAMES).then(
      () => true,
      () => false,
    ),
  ])
  // Where it is deprecated, the new way is there.
  const reads = /^-filter_complex_script .*$/m.exec(help)?.[0]
  const isOfOld = reads !== undefined && !reads.includes('deprecated')
  return { graphFile: isOfOld ? '-filter_complex_script' : '-/filter_complex', ratePassesThrough }
}

async function answer(path: string, args: readonly string[]): Promise<string> {
  const options = { timeout: 20_000, env: harmlessEnvironment(), maxBuffer: 16 * 2 ** 20 }
  return (await promisify(execFile)(path, args, options)).stdout
}

/** The package is optional: it may be missing, or be there without the binary it could not download. */
async function packagedPath(): Promise<string | undefined> {
  const name: string = 'ffmpeg-static'
  try {
    const { default: path } = (await import(name)) as { default: unknown }
    return typeof path === 'string' && (await isExecutable(path)) ? path : undefined
  } catch {
    return undefined
  }
}

async function onPath(name: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const candidate = join(folder, name)
    if (await isExecutable(candidate)) return candidate
  }
  return undefined
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
