/** Derives timeline and render plan from local recordings. Makes all decisions and has no effects. */
import type { Conf } from '../config/conf.ts'
import { EXIT, JobError } from '../errors.ts'
import type { Warning } from '../messages/index.ts'
import type { Command } from '../model/command.ts'
import type { Encoder } from '../model/encoding.ts'
import type { Job } from '../model/job.ts'
import { FONT, type WorkPlace } from '../model/place.ts'
import type { Recording } from '../model/room.ts'
import { textSizePx } from '../model/text-size.ts'
import { msOfFrame } from '../model/time.ts'
import type { Timeline } from '../model/timeline.ts'
import type { Stepwise } from '../model/stepwise.ts'
import { zoneTimes } from '../model/zone.ts'
import { type Budget, type ChunkRules, chunkRules } from '../plan/budget.ts'
import { type Fences, type Size, fencesOf } from '../plan/fences.ts'
import type { WatermarkFiles } from '../plan/watermarks.ts'
import { type RenderPlan, planRender } from '../plan/render.ts'
import { stillCommand } from '../plan/still.ts'
import type { LoudnessUsed } from '../report/facts.ts'
import { buildTimeline } from '../timeline/build.ts'
import { refuseEmpty } from './refuse-empty.ts'

/** Options that differ between attempts. */
export interface Attempt {
  readonly encoder: Encoder
  /** Output every frame even if some input cannot be decoded. */
  readonly tolerant: boolean
}

export interface Planned {
  readonly timeline: Timeline
  readonly plan: RenderPlan
  readonly warnings: readonly Warning[]
  /** What was done to the loudness; known once rendered. */
  readonly loudness?: LoudnessUsed
}

/** What a job's commands depend on besides its recordings. */
export interface PlanTools {
  readonly job: Job
  readonly conf: Conf
  readonly images: WatermarkFiles['images']
  /** Whether the available ffmpeg can tone-map high dynamic range. */
  readonly toneMaps: boolean
  /** Whether it decodes the alpha of VP8 and VP9. */
  readonly decodesAlpha: boolean
  /** Whether the work folder can hold named pipes. */
  readonly pipes: boolean
  /** Whether an ffmpeg decodes, composes and encodes in threads of their own. */
  readonly isThreaded: boolean
  readonly budget: Budget
}

/** @throws JobError with exit code 6 if nothing of the recordings is visible or audible */
export function* planJob(
  options: PlanTools & {
    roomStartMs: number
    recordings: readonly Recording[]
    /** Number of recordings skipped before, for the error. */
    skipped: number
    attempt: Attempt
  },
): Stepwise<Planned> {
  const { job, conf, roomStartMs, recordings, skipped } = options
  const built = yield* buildTimeline({ job, roomStartMs, recordings, rules: conf.layout })
  const { timeline } = built
  if (!timeline) {
    throw new JobError(
      { code: 'noUsableStream', params: { jobId: job.jobId, skipped } },
      { exitCode: EXIT.noStream, fault: 'input' },
    )
  }
  refuseEmpty({ job, recordings, timeline })
  const silent = job.media === 'video' && recordings.some((one) => one.probe.audio)
  const plan = yield* planRender(renderOf({ ...options, timeline }))
  const warnings: Warning[] = [...built.warnings]
  if (job.media !== 'audio') {
    for (const { entry, probe } of recordings) {
      const { streamId, name } = entry
      const { colour, alpha } = probe.video ?? {}
      if (colour?.hdr && !options.toneMaps)
        warnings.push({ code: 'hdrNotMapped', params: { streamId, name } })
      if (alpha === 'beside' && !options.decodesAlpha) {
        warnings.push({ code: 'alphaNotDecoded', params: { streamId, name } })
      }
    }
  }
  if (silent) warnings.push({ code: 'silentAsAsked', params: {} })
  return { timeline, plan, warnings }
}

/**
 * Returns the command that renders one output frame as a PNG.
 * @param options.frame within the timeline
 * @param options.stem output path without extension; no other command writes to its folder
 */
export function planStill(
  options: PlanTools & { planned: Planned; attempt: Attempt; frame: number; stem: WorkPlace },
): Command {
  const { timeline, plan } = options.planned
  const { frame, stem } = options
  return stillCommand({ ...renderOf({ ...options, timeline }), matrix: plan.matrix, frame, stem })
}

/** How video is cut into chunks; independent of the recordings. */
export function chunkRulesOf({ job, conf, budget }: Pick<PlanTools, 'job' | 'conf' | 'budget'>): ChunkRules {
  return chunkRules({ budget, canvas: job.canvas, limits: conf.limits, encoder: conf.video.encoder })
}

/** Resource limits for each ffmpeg of a job. */
export function fencesFor(options: { canvas: Size; kbps: number; conf: Conf; budget: Budget }): Fences {
  const { canvas, kbps, conf, budget } = options
  const { limits, video } = conf
  const { atOnce } = chunkRules({ budget, canvas, limits, encoder: video.encoder })
  return fencesOf({ budget, canvas, kbps, atOnce, ...limits })
}

function renderOf(
  options: PlanTools & { timeline: Timeline; attempt: Attempt },
): Parameters<typeof planRender>[0] {
  const { job, conf, timeline, images, attempt } = options
  return {
    job,
    timeline,
    settings: {
      ...conf.video,
      audioBitrateKbps: conf.audio.bitrateKbps,
      ...(typeof conf.audio.loudness === 'number' && { loudnessLufs: conf.audio.loudness }),
      output: conf.output,
      ...attempt,
      toneMaps: options.toneMaps,
      pipes: options.pipes,
      isThreaded: options.isThreaded,
      decodesAlpha: options.decodesAlpha,
      chunks: chunkRulesOf(options),
      maxPixels: conf.limits.maxPixels,
    },
    watermarks: {
      type: { fontFile: FONT, sizePx: textSizePx(conf.watermark.textHeight, job.canvas.height) },
      zone: zoneTimes(
        conf.watermark.zone,
        timeline.startMs,
        timeline.startMs + msOfFrame(timeline.frames, timeline.fps),
      ),
      zoneName: conf.watermark.zone,
      images,
    },
  }
}
