/** Cores and memory of the machine -> how many chunks are rendered at once, and how large each may be. Pure. */
import type { Canvas } from '../model/job.ts'
import type { ChunkRules } from './chunks.ts'

/** What a job may use of the machine. */
export interface Budget {
  readonly cores: number
  readonly memoryMb: number
}

/** One graph keeps so many cores busy: decoding and composing on one, the encoder on the others. */
const CORES_PER_CHUNK = 3
/** The worker itself, the sound's ffmpeg beside the picture's, and what the system wants. */
const REST_MB = 200
/** Of one graph, measured: ffmpeg itself, then canvases in the encoder and its look-ahead, per shot, per decoder. */
const FFMPEG_MB = 60
const CANVASES = 70
const CANVASES_PER_SHOT = 1.6
const DECODER_MB = 5
const FEWEST_SHOTS = 8

/** How many chunks are rendered at once. */
export function chunksAtOnce(
  budget: Budget,
  canvas: Canvas,
  limits: { segmentsPerGraph: number; filesPerGraph: number },
): number {
  return chunkBudget({ budget, canvas, ...limits }).rules.atOnce
}

/**
 * @param segmentsPerGraph at 1280 x 720; larger canvases get fewer in proportion
 * @param filesPerGraph files that one ffmpeg may have open
 */
export function chunkBudget(options: {
  budget: Budget
  canvas: Canvas
  segmentsPerGraph: number
  filesPerGraph: number
}): { rules: ChunkRules; threads: number } {
  const { budget, canvas, segmentsPerGraph, filesPerGraph } = options
  const canvasMb = (canvas.width * canvas.height * 1.5) / 2 ** 20
  const memoryMb = Math.max(0, budget.memoryMb - REST_MB)
  const fixedMb = FFMPEG_MB + CANVASES * canvasMb + 32 * DECODER_MB
  const shotMb = CANVASES_PER_SHOT * canvasMb
  const wanted = Math.max(
    1,
    Math.round(segmentsPerGraph * Math.min(1, (1280 * 720) / (canvas.width * canvas.height))),
  )
  const fits = (count: number) => Math.floor((memoryMb / count - fixedMb) / shotMb)
  const most = Math.max(1, Math.floor(budget.cores / CORES_PER_CHUNK))
  // Fewer at once rather than graphs so small that most of their work is decoding what others have decoded.
  const least = Math.min(wanted, FEWEST_SHOTS)
  let atOnce = most
  while (atOnce > 1 && fits(atOnce) < least) atOnce--
  return {
    rules: { shotsPerGraph: Math.max(least, Math.min(wanted, fits(atOnce))), filesPerGraph, atOnce },
    threads: encoderThreads(Math.ceil(budget.cores / atOnce)),
  }
}

/** Frame threads wait for one another: half as many more than cores keep the cores busy, at no more CPU time. */
function encoderThreads(cores: number): number {
  return cores <= 1 ? 1 : Math.ceil(1.5 * cores)
}
