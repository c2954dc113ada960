/** What a plan is going to cost: time, disk, and how large the file becomes. Pure. */
import type { Encoder, Speed } from '../model/encoding.ts'
import type { Canvas } from '../model/job.ts'
import type { Timeline } from '../model/timeline.ts'
import type { RenderPlan } from './render.ts'
import { copiesOf } from './sidecars.ts'
import { decodeWork, usesOf } from './uses.ts'

export interface Estimate {
  /** From a room in which little moves to one in which everything does. */
  readonly seconds: readonly [least: number, most: number]
  readonly cores: number
  readonly encodedPixels: number
  readonly decodedPixels: number
  readonly outputBytes: number
  /** In the work folder at most, the finished file and what was fetched among it. */
  readonly diskBytes: number
}

/**
 * CPU time, measured on one core of a rented server (AMD EPYC) with x264 at `balanced`, composing and checking included:
 * per pixel of the canvas where little moves and where all of it does, per pixel that is decoded, per second of output
 * with sound and of each recording that is heard, and for what every job does.
 */
const NS_PER_PIXEL = [5, 14] as const
const NS_PER_DECODED = 4
const MS_PER_SECOND = 8
const MS_PER_HEARD = 3
const FIXED_MS = 1500
/** What of it is left where hardware encodes. */
const NS_COMPOSING = 3
/** Of that, against `balanced`. */
const SPEEDS: Readonly<Record<Speed, number>> = { fast: 0.75, balanced: 1, quality: 3.5 }
/** Cores are never all busy to the end. */
const BUSY = 0.85

/** How many times the most that a plan is estimated to take it may take: the estimate is for another machine. */
const MOST_TIMES = 20
export const LEAST_LIMIT_MS = 3_600_000

/** How long a plan may take in ms, where conf/ does not say. */
export function limitMs({ seconds: [, most] }: Pick<Estimate, 'seconds'>): number {
  return Math.max(LEAST_LIMIT_MS, MOST_TIMES * most * 1000)
}

/**
 * @param options.fetchedBytes of the recordings that were brought into the work folder
 */
export function estimate(options: {
  plan: RenderPlan
  timeline: Timeline
  canvas: Canvas
  speed: Speed
  cores: number
  fetchedBytes: number
}): Estimate {
  const { plan, timeline, canvas, speed, cores, fetchedBytes } = options
  const { frames, fps, shots, clips } = timeline
  const encodedPixels = plan.video.length > 0 ? canvas.width * canvas.height * frames : 0
  const decodedPixels = Math.round(decodeWork(usesOf(shots), frames, fps)(frames))
  const heardMs = clips.reduce((sum, { audio }) => sum + (audio ? audio.endMs - audio.startMs : 0), 0)
  const soundMs = plan.audio ? (plan.durationMs * MS_PER_SECOND + heardMs * MS_PER_HEARD) / 1000 : 0
  const restMs = (decodedPixels * NS_PER_DECODED) / 1e6 + soundMs
  const [least, most] = pixelCosts(plan.encoder, speed).map((ns) =>
    tidy((FIXED_MS + ((encodedPixels * ns) / 1e6 + restMs) / (cores * BUSY)) / 1000),
  ) as [number, number]
  const outputBytes = Math.ceil((plan.durationMs / 8) * plan.kbps)
  // Picture and sound, and what they are put into.
  const copies = 1 + copiesOf(plan.sidecars)
  return {
    seconds: [least, most],
    ...{ cores, encodedPixels, decodedPixels, outputBytes },
    diskBytes: copies * outputBytes + fetchedBytes,
  }
}

function pixelCosts(encoder: Encoder, speed: Speed): readonly number[] {
  return encoder === 'x264' ? NS_PER_PIXEL.map((ns) => ns * SPEEDS[speed]) : [NS_COMPOSING, NS_COMPOSING * 2]
}

/** Two digits are more than is known. */
function tidy(seconds: number): number {
  return Number(seconds.toPrecision(2))
}
