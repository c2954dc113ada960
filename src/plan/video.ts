/** Turns shots into the commands that render the video. */
import { type Command, type CommandInput, decoderArgs, seekArgs } from '../model/command.ts'
import type { Job } from '../model/job.ts'
import { type Place, WORK, type WorkPlace } from '../model/place.ts'
import { msOfFrame } from '../model/time.ts'
import type { Clip, Shot, Timeline } from '../model/timeline.ts'
import type { CanvasMatrix } from '../graph/colour.ts'
import { pictureGraph } from '../graph/video.ts'
import { type Stream, input } from '../graph/node.ts'
import { printGraph } from '../graph/print.ts'
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

/** One chunk of the video: its own graph, decoders that start at the last keyframe needed, one encoder. */
export function videoCommand(
  options: PictureOptions & { threads: number; number: number; of: number },
): Command {
  const { job, timeline, settings, matrix, threads, number, of } = options
  const { fps } = timeline
  const stem: WorkPlace = `${WORK}/video-${number}`
  const { inputs, picture, files, frames } = pictureOf({ ...options, stem })
  return {
    name: `video ${number}/${of}`,
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
  }
}

/**
 * Before version 7, a graph with a single input pad copies the track's metadata (rotation, spherical) to its output. A
 * second input, read and discarded, prevents that.
 */
function withSecondPad(inputs: readonly CommandInput<Place>[]) {
  return inputs.length === 1 ? [input('video', 0)] : []
}

/**
 * The finished video of some shots, with the inputs and files that its graph needs.
 * @param options.stem path of the command's own files, without the extension
 */
export function pictureOf(options: PictureOptions & { stem: WorkPlace }): {
  inputs: readonly CommandInput<Place>[]
  picture: Stream
  files: Command['files']
  frames: number
} {
  const { job, timeline, settings, watermarks, matrix, stem } = options
  const { fps } = timeline
  const shots = splitVisits(options.shots, fps)
  const clips = [...new Set(shots.flatMap((shot) => shot.tiles.map((tile) => tile.clip)))]
  const drawn = makeWatermarks({
    looks: shots.map(({ look }) => look),
    timeline,
    files: watermarks,
    stem,
    firstInput: clips.length,
  })
  return {
    inputs: [...clips.map((clip) => openPicture(clip, shots, settings, fps)), ...drawn.inputs],
    picture: pictureGraph({
      canvas: job.canvas,
      matrix,
      shots,
      inputOf: (clip) => clips.indexOf(clip),
      watermarksOf: drawn.watermarksOf,
      tolerant: settings.tolerant,
      toneMaps: settings.toneMaps,
    }),
    files: drawn.files,
    frames: (shots.at(-1)?.endFrame ?? 0) - (shots[0]?.startFrame ?? 0),
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
