/**
 * Derives from the machine's cores and memory how many chunks are rendered at once, and how large they may be. Pure.
 */
import type { Encoder } from '../model/encoding.ts'
import type { Canvas } from '../model/job.ts'
import type { ChunkRules } from './chunks.ts'

/** The share of the machine that a job may use. */
export interface Budget {
  readonly cores: number
  readonly memoryMb: number
}

/** For the worker itself, the audio's ffmpeg that runs alongside the video's, and the system. */
export const REST_MB = 200
/**
 * Measured memory of one graph: ffmpeg, then canvases in encoder and look-ahead, per encoder thread and shot; decoders.
 */
const FFMPEG_MB = 60
const CANVASES = 46
const CANVASES_PER_THREAD = 12
const CANVASES_PER_SHOT = 1.6
const DECODER_MB = 5
const FEWEST_SHOTS = 8
/** Drivers of graphics cards limit the number of concurrent encoders; all of them allow this many. */
const HARDWARE_ENCODERS = 3

/**
 * One chunk per core, where memory allows: a single thread that decodes, composes and encodes takes less CPU time than
 * several that exchange frames.
 * @param segmentsPerGraph at 1280 x 720; larger canvases get proportionally fewer
 * @param filesPerGraph files that one ffmpeg may have open
 */
export function chunkRules(options: {
  budget: Budget
  canvas: Pick<Canvas, 'width' | 'height'>
  limits: { segmentsPerGraph: number; filesPerGraph: number }
  /** As requested: `auto` may select hardware. */
  encoder: Encoder | 'auto'
}): ChunkRules {
  const { budget, canvas, limits, encoder } = options
  const { segmentsPerGraph, filesPerGraph } = limits
  const canvasMb = (canvas.width * canvas.height * 1.5) / 2 ** 20
  const memoryMb = Math.max(0, budget.memoryMb - REST_MB)
  const shotMb = CANVASES_PER_SHOT * canvasMb
  const wanted = Math.max(
    1,
    Math.round(segmentsPerGraph * Math.min(1, (1280 * 720) / (canvas.width * canvas.height))),
  )
  const fits = (count: number) => {
    const canvases = CANVASES + CANVASES_PER_THREAD * threadsFor(budget.cores / count)
    const fixedMb = FFMPEG_MB + canvases * canvasMb + 32 * DECODER_MB
    return Math.floor((memoryMb / count - fixedMb) / shotMb)
  }
  // Prefers fewer chunks at once to graphs so small that they mostly decode what others have already decoded.
  const least = Math.min(wanted, FEWEST_SHOTS)
  const most = encoder === 'x264' ? budget.cores : Math.min(budget.cores, HARDWARE_ENCODERS)
  let atOnce = Math.max(1, Math.floor(most))
  while (atOnce > 1 && fits(atOnce) < least) atOnce--
  return { shotsPerGraph: Math.max(least, Math.min(wanted, fits(atOnce))), filesPerGraph, atOnce }
}

/** The minimum memory in MB for encoding this canvas in one graph: one thread, few shots, few recordings. */
export function leastMemoryMb(canvas: Pick<Canvas, 'width' | 'height'>): number {
  const canvasMb = (canvas.width * canvas.height * 1.5) / 2 ** 20
  return FFMPEG_MB + (CANVASES + CANVASES_PER_THREAD) * canvasMb
}

/**
 * The largest canvas of the same aspect ratio that fits a memory budget, in even pixels.
 * @returns undefined where the canvas itself fits
 */
export function canvasThatFits(
  canvas: Pick<Canvas, 'width' | 'height'>,
  memoryMb: number,
): { neededMb: number; width: number; height: number } | undefined {
  const neededMb = REST_MB + leastMemoryMb(canvas)
  if (neededMb <= memoryMb) return undefined
  const pixels = ((memoryMb - REST_MB - FFMPEG_MB) * 2 ** 20) / 1.5 / (CANVASES + CANVASES_PER_THREAD)
  const scale = Math.sqrt(Math.max(0, pixels) / (canvas.width * canvas.height))
  const even = (length: number) => Math.max(2, 2 * Math.floor((length * scale) / 2))
  return { neededMb: Math.ceil(neededMb), width: even(canvas.width), height: even(canvas.height) }
}

/** Chunks are rendered in rounds of `atOnce`; the chunks of an incomplete last round share the cores. */
export function isOfFullRound(number: number, { of, atOnce }: { of: number; atOnce: number }): boolean {
  return number <= of - (of % atOnce)
}

/** @param number of the chunk, from 1 */
export function encoderThreads(
  number: number,
  options: { of: number; atOnce: number; cores: number },
): number {
  const { of, atOnce, cores } = options
  return threadsFor(cores / (isOfFullRound(number, options) ? atOnce : of % atOnce))
}

/** Frame threads wait for one another: 1.5 threads per core keep the cores busy without more CPU time. */
function threadsFor(cores: number): number {
  return cores <= 1 ? 1 : Math.ceil(1.5 * Math.ceil(cores))
}
