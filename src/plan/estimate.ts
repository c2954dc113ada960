/** Estimates what a plan costs: time, disk space and output size. Pure. */
import type { Encoder, Speed } from '../model/encoding.ts'
import type { Canvas } from '../model/job.ts'
import type { Timeline } from '../model/timeline.ts'
import type { RenderPlan } from './render.ts'
import { copiesOf } from './sidecars.ts'
import { NS_PER_DECODED, soundMs } from './sound-work.ts'
import { decodeWork, usesOf } from './uses.ts'

export interface Estimate {
  /** From a room with little motion to one with motion everywhere. */
  readonly seconds: readonly [least: number, most: number]
  /** CPU time of the worker and its processes together, likewise. */
  readonly cpuSeconds: readonly [least: number, most: number]
  readonly cores: number
  /** What does not get shorter with more machines: the sound, made by one process, and what each job takes. */
  readonly soundSeconds: number
  readonly fixedSeconds: number
  readonly encodedPixels: number
  readonly decodedPixels: number
  readonly outputBytes: number
  /** Peak use of the work folder, including the finished file and fetched recordings. */
  readonly diskBytes: number
}

/**
 * CPU time, measured on one core of a rented server (AMD EPYC) with x264 at `balanced`, including composing and
 * checking (`npm run estimate` compares): per canvas pixel with little and with full motion, and fixed per job.
 */
const NS_PER_PIXEL = [5, 14] as const
const FIXED_MS = 1200
/** The share per pixel that remains with a hardware encoder. */
const NS_COMPOSING = 3
/** Factor for the cost per pixel, relative to `balanced`. */
const SPEEDS: Readonly<Record<Speed, number>> = { fast: 0.75, balanced: 1, quality: 3.5 }
/** Average utilisation: cores are never all busy to the end. */
const BUSY = 0.85

/** The time limit, as a multiple of a plan's highest estimate, which was measured on another machine. */
const MOST_TIMES = 20
export const LEAST_LIMIT_MS = 3_600_000

/** The time limit of a plan in ms, where conf/ sets none. */
export function limitMs({ seconds: [, most] }: Pick<Estimate, 'seconds'>): number {
  return Math.max(LEAST_LIMIT_MS, MOST_TIMES * most * 1000)
}

/** @param options.fetchedBytes of the recordings that were fetched into the work folder */
export function estimate(options: {
  plan: RenderPlan
  timeline: Timeline
  canvas: Canvas
  speed: Speed
  cores: number
  fetchedBytes: number
}): Estimate {
  const { plan, timeline, canvas, speed, cores, fetchedBytes } = options
  const { frames, fps, shots } = timeline
  const encodedPixels = plan.video.length > 0 ? canvas.width * canvas.height * frames : 0
  const decodedPixels = Math.round(decodeWork(usesOf(shots), frames, fps)(frames))
  const onceMs = plan.audio ? soundMs(timeline, plan.durationMs) : 0
  // For a loudness the sound is rendered, measured and rendered again.
  const heardMs = plan.loudness ? 2.5 * onceMs : onceMs
  const restMs = (decodedPixels * NS_PER_DECODED) / 1e6 + heardMs
  const [least, most] = pixelCosts(plan.encoder, speed).map((ns) => (encodedPixels * ns) / 1e6 + restMs) as [
    number,
    number,
  ]
  const secondsOf = (ms: number) => tidy((FIXED_MS + ms / (cores * BUSY)) / 1000)
  const outputBytes = Math.ceil((plan.durationMs / 8) * plan.kbps)
  // Video and audio before muxing, and the muxed file.
  const copies = 1 + copiesOf(plan.sidecars)
  return {
    seconds: [secondsOf(least), secondsOf(most)],
    cpuSeconds: [tidy((FIXED_MS + least) / 1000), tidy((FIXED_MS + most) / 1000)],
    cores,
    soundSeconds: tidy(heardMs / 1000),
    fixedSeconds: FIXED_MS / 1000,
    encodedPixels,
    decodedPixels,
    outputBytes,
    diskBytes: copies * outputBytes + fetchedBytes,
  }
}

function pixelCosts(encoder: Encoder, speed: Speed): readonly number[] {
  return encoder === 'x264' ? NS_PER_PIXEL.map((ns) => ns * SPEEDS[speed]) : [NS_COMPOSING, NS_COMPOSING * 2]
}

/** More than two digits would suggest false precision. */
function tidy(seconds: number): number {
  return Number(seconds.toPrecision(2))
}
