/** Inspects media files: tiny grey pictures and the loudness of each second. */
import { type CanvasMatrix, toCanvasColours, toneMapping } from '../graph/colour.ts'
import { escapeValue } from '../graph/escape.ts'
import { type Filter, filter } from '../graph/node.ts'
import { printFilter } from '../graph/print.ts'
import { asProbed, openArgs, seekArgs } from '../model/command.ts'
import type { Recording } from '../model/room.ts'
import { seconds } from '../model/time.ts'
import { keyframeUpTo } from '../plan/uses.ts'
import type { TimeRange } from '../model/timeline.ts'
import { TINY, type Tiny } from '../model/tiny.ts'
import { probeRecording } from './probe.ts'
import type { ProbeOutcome } from './probe-outcome.ts'
import { type Watching, runWatched, takeFile, takeText } from './run-watched.ts'
import { wrongSeeks } from './seeks.ts'

/** Options for inspecting a file. A run that makes no progress returns nothing. */
export interface Looker extends Watching {
  /** A writable folder. */
  readonly folder: string
  readonly maxPixels: number
}

/**
 * Extracts luma, in the picture's own matrix: it is comparable only with luma of the same matrix. Some releases convert
 * to another matrix when asked for grey, so the plane is extracted as is.
 */
function shrink(colours: Filter['options'] = {}, mapping: readonly Filter[] = []): string {
  const small = filter('scale', { w: TINY.width, h: TINY.height, flags: 'area', ...colours })
  const filters = [small, ...mapping, filter('scale', { out_range: 'full' })]
  return [...filters.map(printFilter), 'format=yuv444p', 'extractplanes=y'].join(',')
}

/** Codecs of a finished file. */
const FINISHED = ['h264', 'aac'] as const

interface FinishedLook {
  readonly outcome: ProbeOutcome
  /** Every keyframe that could be decoded, in order; empty if no video was requested. */
  readonly keyframes: readonly Tiny[]
  /** Peak of each second, as from `loudness`; empty if no audio was requested. */
  readonly peaks: readonly number[]
}

/**
 * Inspects a finished file in one pass: its packets, its keyframes and the loudness of each second. If a requested
 * track is missing, only the packets are inspected.
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
    fence: look.ffmpeg.fences.look,
    codecs: FINISHED,
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
      writes: [look.folder],
    },
  })
  return { outcome, keyframes: await takePictures(pictures), peaks: await takePeaks(loudness) }
}

/** Maximum number of a recording's pictures per moment. */
const MOST_PICTURES = 16

/**
 * A recording's pictures within a range of file time, uncropped but in the canvas's colours; none if none can be
 * decoded, or if the finished file shows the background through them.
 */
export async function recordingPictures(
  look: Looker,
  recording: Recording,
  { startMs, endMs, matrix }: TimeRange & { readonly matrix: CanvasMatrix },
): Promise<readonly Tiny[]> {
  const { video, seekIndex } = recording.probe
  if (video?.alpha) return []
  const keyMs = video ? keyframeUpTo(recording, startMs) : 0
  const isLater = keyMs > (video?.timesMs[0] ?? 0)
  // The check may seek to a place that no plan has tested.
  const isSure =
    !isLater || seekIndex === undefined || (await wrongSeeks(look, [{ recording, keyMs }])).size === 0
  // Half a millisecond either way, because timestamps are rounded.
  const [from, to] = [seconds(startMs - 0.5), seconds(endMs + 0.5)]
  const colours = !video
    ? shrink()
    : video.colour.hdr && look.ffmpeg.toneMaps
      ? shrink({}, toneMapping(video.colour, matrix))
      : shrink(toCanvasColours(video.colour, matrix))
  return tinyPictures(look, {
    input: [
      ...['-reinit_filter', '0', '-noautorotate', '-threads', '1'],
      ...(isLater && isSure ? seekArgs(keyMs) : []),
      ...openArgs(asProbed(recording.probe), look.maxPixels),
    ],
    path: recording.path,
    filter: `trim=end=${to},select=gte(t\\,${from}),${colours}`,
    more: ['-fps_mode', 'passthrough', '-frames:v', String(MOST_PICTURES)],
  })
}

async function tinyPictures(
  look: Looker,
  job: { input: readonly string[]; path: string; filter: string; more: readonly string[] },
): Promise<readonly Tiny[]> {
  const to = `${look.folder}/look.gray`
  await runWatched(look, {
    fence: look.ffmpeg.fences.look,
    input: { args: job.input, path: job.path },
    logLevel: 'error',
    args: ['-copyts', '-map', '0:V:0', '-vf', job.filter, ...job.more, '-f', 'rawvideo'],
    to,
  })
  return takePictures(to)
}

/** Reads the pictures of a raw file and removes it. */
async function takePictures(path: string): Promise<readonly Tiny[]> {
  const bytes = await takeFile(path)
  const size = TINY.width * TINY.height
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  )
}

/** Mono, so that audio that cancels out in the mix is not heard in the recording either. */
const PEAKS = [
  'aformat=channel_layouts=mono',
  'aresample=8000',
  'asetnsamples=8000:p=0',
  'astats=metadata=1:reset=1:measure_perchannel=none:measure_overall=Peak_level',
  'ametadata=mode=print:key=lavfi.astats.Overall.Peak_level',
].join(',')

/**
 * Peak of each second of a range of a recording's audio in dB below full scale; -Infinity for digital silence.
 * @param stretch in ms of file time
 */
export async function loudness(
  look: Looker,
  recording: Recording,
  stretch: TimeRange,
): Promise<readonly number[]> {
  const { path, probe } = recording
  const { startMs, endMs } = stretch
  const to = `${look.folder}/look.loudness`
  const opened = openArgs(asProbed(probe), look.maxPixels)
  // Seeks by an index are verified for video packets only, so a recording with an index is read from the start.
  const isSought = probe.seekIndex === undefined
  const cut = `atrim=start=${seconds(startMs)}:end=${seconds(endMs)}`
  await runWatched(look, {
    fence: look.ffmpeg.fences.look,
    input: {
      args: isSought
        ? ['-seek_timestamp', '1', '-ss', seconds(startMs), '-t', seconds(endMs - startMs), ...opened]
        : ['-copyts', ...opened],
      path,
    },
    logLevel: 'error',
    ...peaksTo(to, isSought ? [] : [cut]),
    writes: [look.folder],
  })
  return takePeaks(to)
}

/** @param first filters applied before the measurement */
function peaksTo(path: string, first: readonly string[] = []) {
  const filter = [...first, `${PEAKS}:file=${escapeValue(path)}`].join(',')
  return { args: ['-map', '0:a:0', '-af', filter, '-f', 'null'], to: '-' }
}

/** Reads the peaks from a file written by `peaksTo` and removes it. */
async function takePeaks(path: string): Promise<readonly number[]> {
  const text = await takeText(path)
  return [...text.matchAll(/Peak_level=(\S+)/g)].map(([, level]) =>
    level === '-inf' ? -Infinity : Number(level),
  )
}
