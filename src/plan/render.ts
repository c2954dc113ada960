/** Turns timeline, job and settings into every command that makes the finished file. The entry point of this module. */
import type { Command } from '../model/command.ts'
import type { Encoder } from '../model/encoding.ts'
import type { Job, Rect } from '../model/job.ts'
import type { LevelChange } from '../model/loudness.ts'
import type { Stepwise } from '../model/stepwise.ts'
import { msOfFrame } from '../model/time.ts'
import type { Timeline } from '../model/timeline.ts'
import type { CanvasMatrix } from '../graph/colour.ts'
import { type Sidecar, planSidecars } from './sidecars.ts'
import { coresOfChunk, encoderThreads } from './budget.ts'
import { LONGEST_SECONDS, cutChunks } from './chunks.ts'
import { type WatermarkFiles, coveredByWatermarks } from './watermarks.ts'
import { cutCosts } from './cut-costs.ts'
import { muxCommand } from './mux.ts'
import { posterCommand } from './poster.ts'
import type { EncodeSettings } from './settings.ts'
import { soundCommand } from './audio.ts'
import { soundWork } from './sound-work.ts'
import { videoCommand } from './video.ts'

export interface RenderPlan {
  /** Length of the output. */
  readonly frames: number
  readonly durationMs: number
  /** Average bit rate of video and audio together. */
  readonly kbps: number
  readonly matrix: CanvasMatrix
  readonly encoder: Encoder
  /** Parts of the canvas that watermarks cover. */
  readonly covered: readonly Rect[]
  /** The video, in consecutive chunks; empty for a job without video. */
  readonly video: readonly Command[]
  /** The audio of the whole timeline; absent for a job without audio. */
  readonly audio?: Command
  /** How the audio gets the loudness asked for; `audio` is then the mix at its own level. */
  readonly loudness?: LoudnessPlan
  /** Muxes video and audio into the finished file. Runs after them, before the sidecars. */
  readonly mux: Command
  /** If the finished file has a cover. */
  readonly cover?: {
    /** Makes the picture, from the video. Runs before `mux`. */
    readonly poster: Command
    /** Muxes without it, in case it cannot be made. */
    readonly muxWithout: Command
  }
  /** Files made from the finished file and stored next to it. */
  readonly sidecars: readonly Sidecar[]
}

export interface LoudnessPlan {
  readonly targetLufs: number
  /** Renders the audio once, to be measured. */
  readonly mix: Command
  /** The command for the finished audio, with its level changed by what the measurement says. */
  readonly at: (change: LevelChange) => Command
}

/** Every command of a plan, in an order in which they can run. */
export function commandsOf({ video, audio, loudness, cover, mux, sidecars }: RenderPlan): readonly Command[] {
  const before = [
    ...(loudness ? [loudness.mix] : []),
    ...(audio ? [audio] : []),
    ...(cover ? [cover.poster] : []),
  ]
  const beside = sidecars.flatMap(({ commands }) => commands).filter((one) => one !== cover?.poster)
  return [...video, ...before, mux, ...beside]
}

/** Plans the whole render. Pure: the same arguments give the same commands. */
export function* planRender(options: {
  job: Job
  timeline: Timeline
  settings: EncodeSettings
  watermarks: WatermarkFiles
}): Stepwise<RenderPlan> {
  const { job, timeline, settings, watermarks } = options
  const durationMs = msOfFrame(timeline.frames, timeline.fps)
  const matrix = canvasMatrix(settings.matrix, timeline)
  const { shots } = timeline
  const rules = settings.chunks
  const chunks =
    job.media === 'audio'
      ? []
      : yield* cutChunks({
          ...{ shots, costs: cutCosts({ shots, canvas: job.canvas }), rules },
          soundWork: job.media === 'video' ? 0 : soundWork(timeline, durationMs),
        })
  const of = chunks.length
  const video: Command[] = []
  for (const [i, chunk] of chunks.entries()) {
    const number = i + 1
    const cores = coresOfChunk(number, { of, rules })
    const threads = encoderThreads(number, { of, rules })
    video.push(
      videoCommand({ job, timeline, settings, watermarks, matrix, ...chunk, cores, threads, number, of }),
    )
    yield
  }
  const sound = { job, timeline, settings }
  const loudness =
    job.media === 'video' || settings.loudnessLufs === undefined
      ? undefined
      : {
          targetLufs: settings.loudnessLufs,
          mix: soundCommand({ ...sound, name: 'mix' }),
          at: (change: LevelChange) => soundCommand({ ...sound, name: 'audio', change }),
        }
  const audio = job.media === 'video' ? undefined : soundCommand({ ...sound, name: 'audio' })
  const poster = settings.output.poster ? posterCommand(timeline, video) : undefined
  const muxing = {
    job,
    timeline,
    zone: watermarks.zone,
    zoneName: watermarks.zoneName,
    video,
    durationMs,
    withChapters: settings.output.chapters,
    ...(audio && { audio }),
  }
  const mux = muxCommand({ ...muxing, cover: poster?.output })
  return {
    frames: timeline.frames,
    durationMs,
    kbps:
      (job.media === 'audio' ? 0 : job.video.bitrateKbps) +
      (job.media === 'video' ? 0 : settings.audioBitrateKbps),
    matrix,
    encoder: settings.encoder,
    covered: coveredByWatermarks(job, watermarks),
    video,
    ...(audio && { audio }),
    ...(loudness && { loudness }),
    mux,
    ...(poster && { cover: { poster, muxWithout: muxCommand(muxing) } }),
    sidecars: planSidecars({
      timeline,
      canvas: job.canvas,
      hasPicture: video.length > 0,
      settings: settings.output,
      poster,
      finished: mux.output,
    }),
  }
}

/**
 * The matrix that most of the video already has, to minimise conversion. Only the beginning counts: later content must
 * not change what may already be rendered.
 */
function canvasMatrix(asked: EncodeSettings['matrix'], { shots, fps }: Timeline): CanvasMatrix {
  if (asked !== 'auto') return asked
  const weight = { bt601: 0, bt709: 0, bt2020: 0 }
  const firstFrame = shots.find(({ tiles }) => tiles.length > 0)?.startFrame ?? 0
  const untilFrame = firstFrame + LONGEST_SECONDS * fps
  for (const shot of shots) {
    for (const { clip, placement } of shot.tiles) {
      const frames = Math.max(0, Math.min(shot.endFrame, untilFrame) - shot.startFrame)
      const pixels = placement.width * placement.height * frames
      weight[clip.recording.probe.video?.colour.matrix ?? 'bt601'] += pixels
    }
  }
  return weight.bt601 > weight.bt709 ? 'bt601' : 'bt709'
}
