/** Rooms on disk, and the real binary run on them. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Result } from '../../src/report/result.ts'
import { type Source, copySource } from './sources.ts'
import type { TrueClip } from './truth.ts'

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))
const BINARY = join(PROJECT, 'bin', 'owt-main')
/** Unix time in ms at which rooms start. */
export const ROOM_START_MS = 1795320226000

/** One recording of a room: a made source, or bytes (`''` is a file of no bytes). Without either it is missing. */
export interface RoomClip {
  readonly streamId: string
  /** When it starts in output time, in ms. */
  readonly startMs: number
  readonly source?: Source
  readonly bytes?: Uint8Array | string
  /** Keeps only that many bytes of the source: a recorder that was killed. */
  readonly cutToBytes?: number
  /** Default: made from stream and start, with the source's extension. */
  readonly name?: string
}

/** Any part of a JSON document. Objects are merged into the default one, everything else replaces it. */
export interface Patch {
  readonly [name: string]: unknown
}

export interface RoomSpec {
  readonly jobId?: string
  readonly clips: readonly RoomClip[]
  /** Default 640 x 360 at 25. */
  readonly canvas?: { readonly width: number; readonly height: number; readonly fps: number }
  /** Merged into cfg.json: `{ Data: { MixerConfig: { MixedVideoLayout: 2 } } }`. */
  readonly cfg?: Patch
  /** Merged into the index. */
  readonly index?: Patch
  /** Settings given with `--conf`. */
  readonly conf?: Patch
}

export interface Room {
  readonly folder: string
  readonly cfgPath: string
  readonly confPath?: string
  readonly jobId: string
  readonly fps: number
  /** What is true of the usable recordings. */
  readonly clips: readonly TrueClip[]
  /** Deletes the folder. */
  readonly remove: () => Promise<void>
}

export interface RoomRun {
  readonly exitCode: number | null
  /** Undefined where stdout holds no JSON. */
  readonly result: Result | undefined
  readonly stdout: string
  readonly stderr: string
  /** Where the finished file lies, or would lie. */
  readonly outputPath: string
  readonly logFolder: string
  readonly workFolder: string
}

/** A folder under the OS temp folder. */
export async function tempFolder(name = 'room'): Promise<string> {
  return mkdtemp(join(tmpdir(), `owt-main-test-${name}-`))
}

/** Writes a room: recordings, index and cfg.json, with a folder as its bucket. */
export async function makeRoom(spec: RoomSpec): Promise<Room> {
  const { jobId = 'job-test', canvas = { width: 640, height: 360, fps: 25 } } = spec
  const folder = await tempFolder()
  const root = 'rec/room'
  await mkdir(join(folder, 'bucket', root), { recursive: true })
  const files = spec.clips.map((clip) => ({ clip, name: clip.name ?? nameOf(clip) }))
  for (const { clip, name } of files) {
    const path = join(folder, 'bucket', root, name)
    if (clip.source) await copySource(clip.source, path, clip.cutToBytes)
    else if (clip.bytes !== undefined) await writeFile(path, clip.bytes)
  }
  const index = {
    JobId: jobId,
    RoomId: 'room',
    StartTime: ROOM_START_MS,
    Root: root,
    Files: files.map(({ clip, name }) => ({
      StreamId: clip.streamId,
      Name: name,
      StartTime: ROOM_START_MS + clip.startMs,
    })),
  }
  await writeFile(
    join(folder, 'bucket', `${jobId}.json`),
    JSON.stringify(merged(index, spec.index ?? {}), null, 2),
  )
  return {
    ...(await writeConfig({
      folder,
      jobId,
      canvas,
      cfg: spec.cfg ?? {},
      ...(spec.conf && { conf: spec.conf }),
    })),
    clips: files.flatMap(({ clip, name }) =>
      clip.source ? [{ streamId: clip.streamId, name, startMs: clip.startMs, truth: clip.source.truth }] : [],
    ),
  }
}

/** Writes cfg.json (and settings) for a bucket folder that is or will be filled. */
export async function writeConfig(options: {
  folder: string
  jobId: string
  canvas: { width: number; height: number; fps: number }
  cfg: Patch
  conf?: Patch
}): Promise<Omit<Room, 'clips'>> {
  const { folder, jobId, canvas, cfg, conf } = options
  const cfgPath = join(folder, 'cfg.json')
  await writeFile(cfgPath, JSON.stringify(merged(defaultCfg(jobId, canvas), cfg), null, 2))
  const confPath = join(folder, 'conf.json')
  if (conf) await writeFile(confPath, JSON.stringify(conf))
  return {
    folder,
    cfgPath,
    ...(conf && { confPath }),
    jobId,
    fps: canvas.fps,
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 10 }),
  }
}

/** Copies files into a room's bucket, keeping their keys. */
export async function fillBucket(folder: string, from: string, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    const to = join(folder, 'bucket', key)
    await mkdir(dirname(to), { recursive: true })
    await copyFile(join(from, key), to)
  }
}

function nameOf({ streamId, startMs, source }: RoomClip): string {
  return `room_${streamId}_${ROOM_START_MS + startMs}.${source?.spec.container ?? 'webm'}`
}

function defaultCfg(jobId: string, { width, height, fps }: { width: number; height: number; fps: number }) {
  return {
    Version: '1.0',
    Action: 'job.start',
    Token: 'test',
    Internal: { RequestId: '0', JobId: jobId, AppId: 'URtc-test', RoomId: 'room', Mode: 1, ChannelType: 0 },
    Data: {
      TranscodingConfig: {
        Video: { Codec: 'h264', Width: width, Height: height, Fps: fps, BitRate: 1500, Profile: 'high' },
        Audio: { Codec: 'aac', SampleRate: 48000 },
      },
      MixerConfig: { MixedVideoLayout: 1, ResizeMode: 2, BackgroundColor: { R: 32, G: 36, B: 48 } },
      RecordingConfig: {
        MediaChannel: 3,
        FileType: ['mp4'],
        StorageConfig: { Vendor: 'local', Bucket: 'bucket', FileNamePrefix: 'output/$Jobid.mp4' },
      },
    },
  }
}

/** Objects are merged, everything else is replaced; `undefined` takes a field away. */
export function merged(base: unknown, patch: Patch): Patch {
  const out: Record<string, unknown> = { ...(base as Patch) }
  for (const [name, value] of Object.entries(patch)) {
    out[name] = isObject(value) && isObject(out[name]) ? merged(out[name], value) : value
  }
  return out
}

function isObject(value: unknown): value is Patch {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Runs the real binary on a room, with its logs and its work inside the room's folder.
 * @param options.args more arguments, before cfg.json: `['--strict']`
 */
export async function runRoom(
  room: Pick<Room, 'folder' | 'cfgPath' | 'confPath' | 'jobId'>,
  options: { args?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): Promise<RoomRun> {
  const { folder, cfgPath, confPath, jobId } = room
  const logFolder = join(folder, 'logs')
  const workFolder = join(folder, 'work')
  const child = spawn(
    process.execPath,
    [
      ...[BINARY, '--json', '--log-dir', logFolder, '--work-dir', workFolder],
      ...(confPath === undefined ? [] : ['--conf', confPath]),
      ...(options.args ?? []),
      cfgPath,
    ],
    { cwd: folder, env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const said = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text))
  const [exitCode] = (await once(child, 'close')) as [number | null]
  const result = parsed(said.stdout)
  return {
    exitCode,
    result,
    ...said,
    outputPath: result?.output?.path ?? join(folder, 'bucket', 'output', `${jobId}.mp4`),
    logFolder,
    workFolder,
  }
}

function parsed(text: string): Result | undefined {
  try {
    return JSON.parse(text) as Result
  } catch {
    return undefined
  }
}

/** A JSON file. */
export async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T
}
