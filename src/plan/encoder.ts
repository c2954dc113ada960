/** Turns the job's video settings into encoder options, and into what the graph has to do for the encoder. */
import { type CanvasMatrix, canvasTags } from '../graph/colour.ts'
import { type Stream, filter, source, through } from '../graph/node.ts'
import { printGraph } from '../graph/print.ts'
import type { Command } from '../model/command.ts'
import type { Encoder, Hardware } from '../model/encoding.ts'
import type { Job } from '../model/job.ts'
import { WORK, type WorkPlace } from '../model/place.ts'
import { msOfFrame } from '../model/time.ts'
import { hardwareArgs, hardwareFilters } from './hardware.ts'
import type { EncodeSettings } from './settings.ts'
import { x264Args } from './x264.ts'

/** The settings that affect the encoder. */
type EncoderSettings = Pick<EncodeSettings, 'encoder' | 'speed' | 'preset' | 'peakRatio' | 'keyframeSeconds'>

/** Encoder options for one chunk; except for the threads, they are the same for every chunk of a job. */
export function encoderArgs(options: {
  job: Job
  settings: EncoderSettings
  threads: number
  matrix: CanvasMatrix
}): string[] {
  const { job, settings, threads, matrix } = options
  const { encoder, speed } = settings
  const { bitrateKbps, profile } = job.video
  // With a rate limit, x264's output depends on the timing of its threads.
  const peakKbps = settings.peakRatio && Math.round(bitrateKbps * Math.max(1, settings.peakRatio))
  const keyframeFrames = Math.max(1, Math.round(job.canvas.fps * settings.keyframeSeconds))
  const tags = canvasTags(matrix)
  return [
    ...(encoder === 'x264'
      ? x264Args({ ...settings, profile, threads, fps: job.canvas.fps, keyframeFrames })
      : hardwareArgs(encoder, profile, speed)),
    ...['-b:v', `${bitrateKbps}k`],
    ...(peakKbps > 0 ? ['-maxrate', `${peakKbps}k`, '-bufsize', `${2 * peakKbps}k`] : []),
    ...['-g', String(keyframeFrames)],
    ...['-color_range', 'tv', '-colorspace', tags.space],
    ...['-color_primaries', tags.primaries, '-color_trc', tags.transfer],
  ]
}

/** Passes the finished video to the encoder. */
export function toEncoder(encoder: Encoder, picture: Stream): Stream {
  return encoder === 'x264' ? picture : through(picture, hardwareFilters(encoder))
}

/** Exceeds every encoder's look-ahead, so that it also has to emit frames in mid-stream. */
const TRIAL_FRAMES = 90

/** A short encode with the job's own size, rate and profile: only a trial shows whether an encoder works. */
export function trialCommand(options: {
  job: Job
  hardware: Hardware
  settings: Omit<EncoderSettings, 'encoder'>
}): Command {
  const { job, hardware, settings } = options
  const { width, height, fps } = job.canvas
  const stem: WorkPlace = `${WORK}/trial-${hardware}`
  const picture = source('video', [
    filter('testsrc2', { size: `${width}x${height}`, rate: fps }),
    filter('format', { pix_fmts: 'yuv420p' }),
  ])
  return {
    name: `trial of ${hardware}`,
    inputs: [],
    graph: { path: `${stem}.graph`, text: printGraph({ out: toEncoder(hardware, picture) }) },
    args: [
      ...['-map', '[out]', '-frames:v', String(TRIAL_FRAMES)],
      ...encoderArgs({ job, settings: { ...settings, encoder: hardware }, threads: 1, matrix: 'bt709' }),
      ...['-f', 'mp4'],
    ],
    output: `${stem}.mp4`,
    files: [],
    durationMs: msOfFrame(TRIAL_FRAMES, fps),
    frames: TRIAL_FRAMES,
  }
}
