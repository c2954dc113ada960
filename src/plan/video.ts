/** Turns shots into the commands that render the video. */
import { type Command, type CommandInput, PIPE_SUFFIX, decoderArgs, seekArgs } from '../model/command.ts'
import type { Canvas, Job } from '../model/job.ts'
import { type Place, WORK, type WorkPlace } from '../model/place.ts'
import { msOfFrame } from '../model/time.ts'
import type { Clip, Shot, Timeline } from '../model/timeline.ts'
import type { CanvasMatrix } from '../graph/colour.ts'
import { pictureGraph } from '../graph/video.ts'
import { type Stream, input } from '../graph/node.ts'
import { printGraph } from '../graph/print.ts'
import { divideClips, processesFor } from './composers.ts'
import type { ChunkWork } from './cut-costs.ts'
import { encoderArgs, toEncoder } from './encoder.ts'
import { type WatermarkFiles, makeWatermarks } from './watermarks.ts'
import type { EncodeSettings } from './settings.ts'
import { openClip } from './open-clip.ts'
import { keyframeFor } from './uses.ts'
import { splitVisits } from './visits.ts'

/** The sources of a piece of video. */
export interface PictureOptions {
  readonly job: Job
  readonly timeline: Timeline
  readonly settings: EncodeSettings
  readonly watermarks: WatermarkFiles
  readonly matrix: CanvasMatrix
  /** Consecutive, without gaps. */
  readonly shots: readonly Shot[]
}

/**
 * One chunk of the video: decoders that start at the last keyframe needed, a graph, and one encoder.
 * @param options.cores that the chunk has to itself; with several, further ffmpegs compose its pictures
 */
export function videoCommand(
  options: PictureOptions & { work: ChunkWork; cores: number; threads: number; number: number; of: number },
): Command {
  const { job, timeline, settings, matrix, work, cores, threads, number, of } = options
  const { fps } = timeline
  const name = `video ${number}/${of}`
  const stem: WorkPlace = `${WORK}/video-${number}`
  const shots = splitVisits(options.shots, fps)
  const { pipes, isThreaded, chunks } = settings
  const processes = pipes ? processesFor(work, { cores, isThreaded, asked: chunks.processes }) : 1
  const shares = divideClips({ shots, work, cores, processes, fps })
  const composers: Command[] = []
  for (const [i, clips] of shares.slice(0, -1).entries()) {
    composers.push(
      composeCommand({
        ...options,
        name: `${name}, pictures ${i + 1}`,
        shots: showing(clips, shots),
        stem: `${stem}-${i + 1}`,
        onto: composers.at(-1),
      }),
    )
  }
  const { inputs, picture, files, frames } = composed({
    ...options,
    shots: showing(shares.at(-1) ?? new Set(), shots),
    stem,
    onto: composers.at(-1),
    isLast: true,
  })
  return {
    name,
    inputs,
    graph: {
      path: `${stem}.graph`,
      text: printGraph({ out: toEncoder(settings.encoder, picture) }, withSecondPad(inputs)),
    },
    fps,
    args: [
      ...['-map', '[out]', '-frames:v', String(frames)],
      ...encoderArgs({ job, settings, threads, matrix }),
      // A whole number of ticks per frame keeps every timestamp exact.
      ...['-video_track_timescale', String(fps * 1000), '-f', 'mp4'],
    ],
    output: `${stem}.mp4`,
    files,
    durationMs: msOfFrame(frames, fps),
    frames,
    ...(composers.length > 0 && { composers }),
  }
}

/** Shots with only the tiles of some clips. */
function showing(clips: ReadonlySet<Clip>, shots: readonly Shot[]): readonly Shot[] {
  return shots.map((shot) => ({ ...shot, tiles: shot.tiles.filter(({ clip }) => clips.has(clip)) }))
}

/** Passes the pictures of some shots on to another ffmpeg. */
function composeCommand(
  options: PictureOptions & { name: string; stem: WorkPlace; onto: Command | undefined },
): Command {
  const { timeline, name, stem } = options
  const { fps } = timeline
  const { inputs, picture, files, frames } = composed({ ...options, isLast: false })
  return {
    name,
    inputs,
    graph: { path: `${stem}.graph`, text: printGraph({ out: picture }) },
    fps,
    args: ['-map', '[out]', '-frames:v', String(frames), '-f', 'rawvideo'],
    output: `${stem}${PIPE_SUFFIX}`,
    files,
    durationMs: msOfFrame(frames, fps),
    frames,
  }
}

/**
 * Before version 7, a graph with a single input pad copies the track's metadata (rotation, spherical) to its output. A
 * second input, read and discarded, prevents that. Raw pictures have none.
 */
function withSecondPad(inputs: readonly CommandInput<Place>[]) {
  return inputs.length === 1 && inputs[0]?.version !== undefined ? [input('video', 0)] : []
}

/**
 * The finished video of some shots, with the inputs and files that its graph needs.
 * @param options.stem path of the command's own files, without the extension
 */
export function pictureOf(options: PictureOptions & { stem: WorkPlace }): Composed {
  const shots = splitVisits(options.shots, options.timeline.fps)
  return composed({ ...options, shots, onto: undefined, isLast: true })
}

interface Composed {
  readonly inputs: readonly CommandInput<Place>[]
  readonly picture: Stream
  readonly files: Command['files']
  readonly frames: number
}

/**
 * @param options.onto composes what is below these tiles
 * @param options.isLast whether nothing is composed after them: watermarks are above all tiles
 */
function composed(
  options: PictureOptions & { stem: WorkPlace; onto: Command | undefined; isLast: boolean },
): Composed {
  const { job, timeline, settings, watermarks, matrix, shots, stem, onto, isLast } = options
  const { fps } = timeline
  const clips = [...new Set(shots.flatMap((shot) => shot.tiles.map((tile) => tile.clip)))]
  const below = onto ? [openPipe(onto, job.canvas)] : []
  const opened = clips.map((clip) => openPicture(clip, shots, settings, fps))
  const drawn = makeWatermarks({
    looks: isLast ? shots.map(({ look }) => look) : [],
    timeline,
    files: watermarks,
    stem,
    firstInput: below.length + opened.length,
  })
  return {
    inputs: [...below, ...opened, ...drawn.inputs],
    picture: pictureGraph({
      canvas: job.canvas,
      matrix,
      shots,
      inputOf: (clip) => below.length + clips.indexOf(clip),
      watermarksOf: drawn.watermarksOf,
      tolerant: settings.tolerant,
      toneMaps: settings.toneMaps,
      ...(onto && { onto: input('video', 0) }),
    }),
    files: drawn.files,
    frames: (shots.at(-1)?.endFrame ?? 0) - (shots[0]?.startFrame ?? 0),
  }
}

/** Raw pictures that a composer can be ahead of those who read them, besides what the pipe itself holds. */
const PICTURES_AHEAD = 8

/** Opens the pictures of a command that runs at the same time. */
function openPipe({ output }: Command, { width, height, fps }: Canvas): CommandInput<Place> {
  const raw = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-video_size', `${width}x${height}`]
  return {
    args: [
      ...['-thread_queue_size', String(PICTURES_AHEAD), '-protocol_whitelist', 'file'],
      ...[...raw, '-framerate', String(fps)],
    ],
    path: output,
  }
}

/** Decoding starts at the last keyframe before the first picture needed. */
function openPicture(
  clip: Clip,
  shots: readonly Shot[],
  { maxPixels, decodesAlpha }: EncodeSettings,
  fps: number,
): CommandInput<Place> {
  const firstShot = shots.find((shot) => shot.tiles.some((tile) => tile.clip === clip))
  const keyMs = keyframeFor(clip, firstShot?.startFrame ?? 0, fps)
  const { video } = clip.recording.probe
  const isLater = keyMs > (video?.timesMs[0] ?? 0)
  const args = [
    // Size changes in mid-file must not rebuild the graph: the filters follow them.
    ...['-reinit_filter', '0', '-noautorotate', '-threads', '1', '-an', '-sn', '-dn'],
    ...decoderArgs(video, decodesAlpha),
    ...(isLater ? seekArgs(keyMs) : []),
  ]
  return { ...openClip(clip, { args, maxPixels }), ...(isLater && { seekMs: keyMs }) }
}
