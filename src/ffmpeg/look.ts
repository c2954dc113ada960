/** Small looks into media files: tiny grey pictures and the loudness of each second. */
import { readFile, rm } from 'node:fs/promises'
import { openArgs } from '../model/command.ts'
import type { Recording } from '../model/room.ts'
import { seconds } from '../model/time.ts'
import { TINY, type Tiny } from '../model/tiny.ts'
import { runFfmpeg } from './process.ts'

export interface Looker {
  readonly ffmpegPath: string
  /** Where it may write. */
  readonly folder: string
  readonly maxPixels: number
  readonly signal: AbortSignal
}

const QUIET = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error', '-copyts']
const SHRINK = `scale=${TINY.width}:${TINY.height}:flags=area,format=gray`

/** Every keyframe of a finished file, in order. */
export async function keyframePictures(look: Looker, path: string): Promise<readonly Tiny[]> {
  return tinyPictures(look, {
    input: ['-protocol_whitelist', 'file', '-f', 'mov', '-skip_frame', 'nokey'],
    path,
    filter: SHRINK,
    more: ['-fps_mode', 'passthrough'],
  })
}

/** The picture of a recording that is due at a file time; undefined where none can be decoded. */
export async function recordingPicture(
  look: Looker,
  recording: Recording,
  fileMs: number,
): Promise<Tiny | undefined> {
  const { video, demuxer } = recording.probe
  const keyMs = video?.keyframesMs.findLast((ms) => ms <= fileMs) ?? 0
  const isLater = keyMs > (video?.timesMs[0] ?? 0)
  const [picture] = await tinyPictures(look, {
    input: [
      ...['-reinit_filter', '0', '-autorotate', '0', '-threads', '1'],
      ...(isLater ? ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', seconds(keyMs)] : []),
      ...openArgs(demuxer, look.maxPixels),
    ],
    path: recording.path,
    filter: `select=gte(t\\,${seconds(fileMs - 0.5)}),${SHRINK}`,
    more: ['-frames:v', '1'],
  })
  return picture
}

async function tinyPictures(
  { ffmpegPath, folder, signal }: Looker,
  job: { input: readonly string[]; path: string; filter: string; more: readonly string[] },
): Promise<readonly Tiny[]> {
  const to = `${folder}/look.gray`
  await runFfmpeg({
    ffmpegPath,
    inputs: [{ args: job.input, path: job.path }],
    outputs: [{ args: [...QUIET, '-map', '0:V:0', '-vf', job.filter, ...job.more, '-f', 'rawvideo'], to }],
    onStderrLine: () => undefined,
    signal,
  })
  signal.throwIfAborted()
  const bytes = await readFile(to).catch(() => Buffer.alloc(0))
  await rm(to, { force: true })
  const size = TINY.width * TINY.height
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  )
}

/** Peak of each second of a file's sound in dB below full scale; -Infinity for digital silence. */
export async function loudness(
  { ffmpegPath, folder, signal, maxPixels }: Looker,
  file: { path: string; recording?: Recording; fromMs?: number; lengthMs?: number },
): Promise<readonly number[]> {
  const { path, recording, fromMs, lengthMs } = file
  const to = `${folder}/look.loudness`
  await runFfmpeg({
    ffmpegPath,
    inputs: [
      {
        args: [
          ...(fromMs === undefined ? [] : ['-ss', seconds(Math.max(0, fromMs))]),
          ...(lengthMs === undefined ? [] : ['-t', seconds(lengthMs)]),
          ...openArgs(recording?.probe.demuxer ?? 'mov', maxPixels),
        ],
        path,
      },
    ],
    outputs: [
      {
        args: [
          ...QUIET.filter((option) => option !== '-copyts'),
          ...[
            '-map',
            '0:a:0',
            '-af',
            `aresample=8000,asetnsamples=8000:p=0,${PEAKS}:file=${to}`,
            '-f',
            'null',
          ],
        ],
        to: '-',
      },
    ],
    onStderrLine: () => undefined,
    signal,
  })
  signal.throwIfAborted()
  const text = await readFile(to, 'utf8').catch(() => '')
  await rm(to, { force: true })
  return [...text.matchAll(/Peak_level=(\S+)/g)].map(([, level]) =>
    level === '-inf' ? -Infinity : Number(level),
  )
}

const PEAKS =
  'astats=metadata=1:reset=1:measure_perchannel=none:measure_overall=Peak_level,ametadata=mode=print:key=lavfi.astats.Overall.Peak_level'
