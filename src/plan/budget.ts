/**
 * Derives from the machine's cores and memory how many chunks are rendered at once, and how large they may be. Pure.
 */
import type { Encoder } from '../model/encoding.ts'
import type { Canvas } from '../model/job.ts'

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
/** The share of a chunk's work that a cut may cost: for this many cores and fewer, and for this many and more. */
const LEAST_REDECODE = { cores: 2, share: 0.15 }
const MOST_REDECODE = { cores: 16, share: 1 }
/** Drivers of graphics cards limit the number of concurrent encoders; all of them allow this many. */
const HARDWARE_ENCODERS = 3

/** How the video is cut into chunks. */
export interface ChunkRules {
  /** A graph keeps buffers for each of its shots. */
  readonly shotsPerGraph: number
  /** Each file needs a decoder and a file descriptor. */
  readonly filesPerGraph: number
  /** Cores of this machine. */
  readonly cores: number
  /** How many chunks this machine renders at once. */
  readonly atOnce: number
  /** How many chunks all machines of the fleet render at once; of one machine, `atOnce`. Cuts depend on it alone. */
  readonly fleetAtOnce: number
  /** How many ffmpegs make one chunk: those before the last one compose pictures that it encodes. */
  readonly processes: number | 'auto'
  /** Work that a cut may cost at most, as a share of the work of the chunk it ends. */
  readonly mostRedecode: number
}

/**
 * One chunk per core, where memory allows: a single thread that decodes, composes and encodes takes less CPU time than
 * several that exchange frames.
 * @param segmentsPerGraph at 1280 x 720; larger canvases get proportionally fewer
 * @param filesPerGraph files that one ffmpeg may have open
 */
export function chunkRules(options: {
  budget: Budget
  canvas: Pick<Canvas, 'width' | 'height'>
  limits: {
    segmentsPerGraph: number
    filesPerGraph: number
    /** Cores of all machines that render the chunks, each with the same budget; 0 for this machine alone. */
    fleetCores: number
    mostRedecode: number | 'auto'
    processesPerChunk: number | 'auto'
  }
  /** As requested: `auto` may select hardware. */
  encoder: Encoder | 'auto'
}): ChunkRules {
  const { budget, canvas, limits, encoder } = options
  const { segmentsPerGraph, filesPerGraph, mostRedecode, processesPerChunk } = limits
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
  // Where memory allows one graph at a time, it does not allow a second one beside it.
  const divides = encoder === 'x264' && atOnce > 1
  const fleetCores = Math.max(budget.cores, limits.fleetCores)
  return {
    shotsPerGraph: Math.max(least, Math.min(wanted, fits(atOnce))),
    filesPerGraph,
    cores: budget.cores,
    atOnce,
    fleetAtOnce: Math.floor((atOnce * fleetCores) / budget.cores),
    processes: processesPerChunk === 'auto' && !divides ? 1 : processesPerChunk,
    mostRedecode: mostRedecode === 'auto' ? redecodeFor(fleetCores) : mostRedecode,
  }
}

/** The more cores would wait, the more work a cut may cost. */
function redecodeFor(cores: number): number {
  const [least, most] = [LEAST_REDECODE, MOST_REDECODE]
  const part = Math.min(1, Math.max(0, (cores - least.cores) / (most.cores - least.cores)))
  return least.share + part * (most.share - least.share)
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

/** Whether other machines render chunks too. */
export function isFleet({ atOnce, fleetAtOnce }: Pick<ChunkRules, 'atOnce' | 'fleetAtOnce'>): boolean {
  return fleetAtOnce > atOnce
}

/** Chunks are rendered in rounds of `fleetAtOnce`; the chunks of an incomplete last round share the cores. */
export function isOfFullRound(
  number: number,
  { of, fleetAtOnce }: { of: number } & Pick<ChunkRules, 'fleetAtOnce'>,
): boolean {
  return number <= of - (of % fleetAtOnce)
}

type Sharing = Pick<ChunkRules, 'cores' | 'atOnce' | 'fleetAtOnce'>

/**
 * The cores that a chunk has to itself, of those of its machine.
 * @param number of the chunk, from 1
 */
export function coresOfChunk(number: number, { of, rules }: { of: number; rules: Sharing }): number {
  const { cores, atOnce, fleetAtOnce } = rules
  const beside = isOfFullRound(number, { of, fleetAtOnce }) ? fleetAtOnce : of % fleetAtOnce
  return cores / Math.max(1, Math.ceil((atOnce * beside) / fleetAtOnce))
}

/** @param number of the chunk, from 1 */
export function encoderThreads(number: number, options: { of: number; rules: Sharing }): number {
  return threadsFor(coresOfChunk(number, options))
}

/** Frame threads wait for one another: 1.5 threads per core keep the cores busy without more CPU time. */
function threadsFor(cores: number): number {
  return cores <= 1 ? 1 : Math.ceil(1.5 * Math.ceil(cores))
}
