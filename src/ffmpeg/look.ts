/** Small looks into media files: tiny grey pictures and the loudness of each second. */
import { type CanvasMatrix, toCanvasColours } from '../graph/colour.ts'
import { escapeValue } from '../graph/escape.ts'
import { openArgs } from '../model/command.ts'
import type { Recording } from '../model/room.ts'
import { seconds } from '../model/time.ts'
import type { TimeRange } from '../model/timeline.ts'
import { TINY, type Tiny } from '../model/tiny.ts'
import { type ProbeOutcome, probeRecording } from './probe.ts'
import { type Watching, runWatched, takeFile } from './run-watched.ts'

/** A look that makes no progress has seen nothing. */
export interface Looker extends Watching {
  /** Where it may write. */
  readonly folder: string
  readonly maxPixels: number
}

/** Grey is the luma of the matrix that the picture is in: it can be held only against grey of the same one. */
function shrink(colours: Readonly<Record<string, string>> = {}): string {
  const options = { w: TINY.width, h: TINY.height, flags: 'area', ...colours }
  const scale = Object.entries(options).map(([name, value]) => `${name}=${value}`)
  return `scale=${scale.join(':')},format=yuv444p,format=gray`
}

interface FinishedLook {
  readonly outcome: ProbeOutcome
  /** Every keyframe that could be decoded, in order; none where no picture was asked for. */
  readonly keyframes: readonly Tiny[]
  /** Of each second, as `loudness` gives them; none where no sound was asked for. */
  readonly peaks: readonly number[]
}

/**
 * A finished file in one pass: its packets, its keyframes and the loudness of each second. Of a file that lacks a
 * track that was asked for, only the packets are looked at.
 */
export async function lookAtFinished(
  look: Looker,
  path: string,
  tracks: { picture: boolean; sound: boolean },
): Promise<FinishedLook> {
  const pictures = `${look.folder}/look.gray`
  const loudness = `${look.folder}/look.loudness`
  const outcome = await probeRecording({
    ...look,
    path,
    also: {
      ...(tracks.picture && {
        keyframes: {
          filter: shrink(),
          args: ['-fps_mode', 'passthrough', '-f', 'rawvideo', '-y'],
          to: pictures,
        },
      }),
      outputs: tracks.sound ? [peaksTo(loudness)] : [],
    },
  })
  return { outcome, keyframes: await takePictures(pictures), peaks: await takePeaks(loudness) }
}

/** At most so many pictures of a recording are looked at for one moment. */
const MOST_PICTURES = 16

/**
 * A recording's pictures of a stretch of file time, as they lie in the file but in the canvas's colours; none where
 * none can be decoded.
 */
export async function recordingPictures(
  look: Looker,
  recording: Recording,
  { startMs, endMs, matrix }: TimeRange & { readonly matrix: CanvasMatrix },
): Promise<readonly Tiny[]> {
  const { video, demuxer } = recording.probe
  const keyMs = video?.keyframesMs.findLast((ms) => ms <= startMs) ?? 0
  const isLater = keyMs > (video?.timesMs[0] ?? 0)
  // Half a millisecond each way: timestamps were rounded on their way here.
  const [from, to] = [seconds(startMs - 0.5), seconds(endMs + 0.5)]
  return tinyPictures(look, {
    input: [
      ...['-reinit_filter', '0', '-noautorotate', '-threads', '1'],
      ...(isLater ? ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', seconds(keyMs)] : []),
      ...openArgs(demuxer, look.maxPixels),
    ],
    path: recording.path,
    filter: `trim=end=${to},select=gte(t\\,${from}),${shrink(video && toCanvasColours(video.colour, matrix))}`,
    more: ['-fps_mode', 'passthrough', '-frames:v', String(MOST_PICTURES)],
  })
}

async function tinyPictures(
  look: Looker,
  job: { input: readonly string[]; path: string; filter: string; more: readonly string[] },
): Promise<readonly Tiny[]> {
  const to = `${look.folder}/look.gray`
  await runWatched(look, {
    input: { args: job.input, path: job.path },
    logLevel: 'error',
    args: ['-copyts', '-map', '0:V:0', '-vf', job.filter, ...job.more, '-f', 'rawvideo'],
    to,
  })
  return takePictures(to)
}

/** The pictures of a raw file, which is gone then. */
async function takePictures(path: string): Promise<readonly Tiny[]> {
  const bytes = await takeFile(path)
  const size = TINY.width * TINY.height
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  )
}

/** Mono, so that what cancels out in the mix is not heard in the recording either. */
const PEAKS = [
  'aformat=channel_layouts=mono',
  'aresample=8000',
  'asetnsamples=8000:p=0',
  'astats=metadata=1:reset=1:measure_perchannel=none:measure_overall=Peak_level',
  'ametadata=mode=print:key=lavfi.astats.Overall.Peak_level',
].join(',')

/** Peak of each second of a file's sound in dB below full scale; -Infinity for digital silence. */
export async function loudness(
  look: Looker,
  file: { path: string; recording?: Recording; fromMs?: number; lengthMs?: number },
): Promise<readonly number[]> {
  const { path, recording, fromMs, lengthMs } = file
  const to = `${look.folder}/look.loudness`
  await runWatched(look, {
    input: {
      args: [
        // `-ss` counts from the file's first timestamp unless it is told that it is one.
        ...(fromMs === undefined ? [] : ['-seek_timestamp', '1', '-ss', seconds(fromMs)]),
        ...(lengthMs === undefined ? [] : ['-t', seconds(lengthMs)]),
        ...openArgs(recording?.probe.demuxer ?? 'mov', look.maxPixels),
      ],
      path,
    },
    logLevel: 'error',
    ...peaksTo(to),
  })
  return takePeaks(to)
}

function peaksTo(path: string) {
  return { args: ['-map', '0:a:0', '-af', `${PEAKS}:file=${escapeValue(path)}`, '-f', 'null'], to: '-' }
}

/** The peaks of a file that `peaksTo` has written, which is gone then. */
async function takePeaks(path: string): Promise<readonly number[]> {
  const text = (await takeFile(path)).toString()
  return [...text.matchAll(/Peak_level=(\S+)/g)].map(([, level]) =>
    level === '-inf' ? -Infinity : Number(level),
  )
}
