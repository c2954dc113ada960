/** Rooms of any recordings, each in a workplace of its own, and the worker run on them. */
import { copyFile, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Result } from '../../src/report/result.ts'
import { type Changes, cfgOf, changed } from './cfg.ts'
import { type Source, copySource } from './sources.ts'
import type { TrueClip } from './truth.ts'
import { type Workplace, makeWorkplace } from './workplace.ts'

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

export interface Canvas {
  readonly width: number
  readonly height: number
  readonly fps: number
}

export interface RoomSpec {
  readonly jobId?: string
  readonly clips: readonly RoomClip[]
  /** Default 640 x 360 at 25. */
  readonly canvas?: Canvas
  /** Merged into cfg.json: `{ Data: { MixerConfig: { MixedVideoLayout: 2 } } }`. */
  readonly cfg?: Changes
  /** Merged into the index. */
  readonly index?: Changes
  /** Settings given with `--conf`. */
  readonly conf?: Changes
}

/** A workplace with a job in it. */
export interface Job extends Workplace {
  readonly jobId: string
  readonly cfgPath: string
  readonly confPath?: string
}

export interface Room extends Job {
  readonly fps: number
  /** What is true of the usable recordings. */
  readonly clips: readonly TrueClip[]
}

export interface RoomRun {
  readonly exitCode: number | null
  /** Undefined where stdout holds no JSON. */
  readonly result: Result | undefined
  readonly stdout: string
  readonly stderr: string
  /** Where the finished file lies, or would lie. */
  readonly outputPath: string
}

/** A folder under the OS temp folder. */
export async function tempFolder(name = 'room'): Promise<string> {
  return mkdtemp(join(tmpdir(), `owt-main-test-${name}-`))
}

/** Makes a workplace with recordings, index and cfg.json in it. */
export async function makeRoom(spec: RoomSpec): Promise<Room> {
  const { jobId = 'job-test', canvas = { width: 640, height: 360, fps: 25 } } = spec
  const place = await makeWorkplace()
  const root = 'rec/room'
  await mkdir(join(place.bucket, root), { recursive: true })
  const files = spec.clips.map((clip) => ({ clip, name: clip.name ?? nameOf(clip) }))
  for (const { clip, name } of files) {
    const path = join(place.bucket, root, name)
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
  await place.write(`bucket/${jobId}.json`, changed(index, spec.index ?? {}))
  const job = await writeJob(place, { jobId, canvas, cfg: spec.cfg, conf: spec.conf })
  return {
    ...job,
    fps: canvas.fps,
    clips: files.flatMap(({ clip, name }) =>
      clip.source ? [{ streamId: clip.streamId, name, startMs: clip.startMs, truth: clip.source.truth }] : [],
    ),
  }
}

/** Writes cfg.json (and settings) into a workplace whose bucket is or will be filled. */
export async function writeJob(
  place: Workplace,
  job: { jobId: string; canvas: Canvas; cfg: Changes | undefined; conf: Changes | undefined },
): Promise<Job> {
  const { jobId, canvas, cfg = {}, conf } = job
  const { width: Width, height: Height, fps: Fps } = canvas
  const base = cfgOf({
    Internal: { JobId: jobId },
    Data: {
      TranscodingConfig: { Video: { Width, Height, Fps, BitRate: 1500 } },
      MixerConfig: { BackgroundColor: { R: 32, G: 36, B: 48 } },
    },
  })
  const cfgPath = await place.write('cfg.json', changed(base, cfg))
  return { ...place, jobId, cfgPath, ...(conf && { confPath: await place.write('conf.json', conf) }) }
}

/** Copies files into a place's bucket, keeping their keys. */
export async function fillBucket(place: Workplace, from: string, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    const to = join(place.bucket, key)
    await mkdir(dirname(to), { recursive: true })
    await copyFile(join(from, key), to)
  }
}

function nameOf({ streamId, startMs, source }: RoomClip): string {
  return `room_${streamId}_${ROOM_START_MS + startMs}.${source?.spec.container ?? 'webm'}`
}

/**
 * Runs the worker on a room.
 * @param options.args more arguments, before cfg.json: `['--strict']`
 */
export async function runRoom(
  room: Job,
  options: { args?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): Promise<RoomRun> {
  const { args = [], env = {} } = options
  const conf = room.confPath === undefined ? [] : ['--conf', room.confPath]
  const { code, stdout, stderr } = await room.run([...args, '--json', ...conf, room.cfgPath], { env })
  const result = parsed(stdout)
  return {
    exitCode: code,
    result,
    stdout,
    stderr,
    outputPath: result?.output?.path ?? join(room.bucket, 'out', `${room.jobId}.mp4`),
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
