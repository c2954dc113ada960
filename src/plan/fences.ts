/**
 * What each ffmpeg of a job may take: far more than any real recording needs, and far less than what a few kilobytes
 * made for the purpose can ask for. Pure.
 */
import type { Fence } from '../model/fence.ts'
import type { Canvas } from '../model/job.ts'
import type { Probe } from '../model/room.ts'
import { type Budget, REST_MB, leastMemoryMb } from './budget.ts'

/** What of a canvas its cost goes by. */
export type Size = Pick<Canvas, 'width' | 'height' | 'fps'>

export interface Fences {
  /**
   * For reading recordings' packets and decoding their keyframes.
   * @param bytes of the files, added up
   * @param count of the files: of several only little is risked, since each is read again by itself
   */
  readonly probe: (bytes: number, count: number) => Fence
  /** For decoding one recording by itself. */
  readonly decode: (probe: Probe) => Fence
  /** For looking at a finished file, and at what it was made from. */
  readonly look: Fence
  /** For one command of the plan, beside those that run at the same time. @param isAlone nothing runs beside it */
  readonly command: (durationMs: number, isAlone: boolean) => Fence
}

/** Below this no ffmpeg starts: its libraries' own data and a few threads. Measured: 16 to 64 MB. */
const LEAST_MB = 128
/** Measured of single recordings: 48 MB at 1280 x 720, 100 MB at 8192 x 8192 with each picture; tables come on top. */
const PROBE_MB = 512
/** Tables of a file in memory, against the file: an MP4 of nothing but silence comes to a third. */
const TABLES = 0.5
/** A run over several recordings, and over one: seconds, and what a real megabyte may take on top. */
const PROBE_SECONDS = { several: 5, one: 15 } as const
const SECONDS_PER_MB = 4
/** What decoders keep besides those for others to refer to: what is being decoded, and what was handed on. */
const MORE_PICTURES = 4
/** VP8 keeps 3 and VP9 8. Of those that say that they need fewer some say otherwise later. */
const USUAL_REFERENCES = 8
/** Of 8 bits a sample and half as much colour, as all recorders write. */
const BYTES_PER_PIXEL = 1.5
/** Ten times what the slowest of the presets takes per pixel of the canvas, with everything that is decoded for it. */
const NS_PER_PIXEL = 4000
const NS_PER_DECODED = 400
const FIXED_SECONDS = 600
/** Nothing but decoding, or copying: tiny pictures, levels, and a whole recording come of it. */
const LOOK_SECONDS = 6 * 3600
const LOOK_FILE_MB = 65_536
/** An encoder may miss its bit rate in a short file by far, never in a long one. */
const FILE_MB = 256
const TIMES_ITS_RATE = 4

/** H.264, HEVC and AV1 let a recording claim as many, also later than where it says so first. */
const MOST_REFERENCES = 16
const MOST_PICTURES = MOST_REFERENCES + MORE_PICTURES

/**
 * The largest picture of a recording that is decoded: however many of its pictures it makes a decoder keep, they fit
 * into the memory of the job.
 * @param maxPixels what conf/ allows
 */
export function pixelLimit(maxPixels: number, { memoryMb }: Pick<Budget, 'memoryMb'>): number {
  const allMb = Math.max(LEAST_MB, memoryMb - REST_MB)
  return Math.min(maxPixels, Math.floor((allMb * 2 ** 20) / (MOST_PICTURES * BYTES_PER_PIXEL)))
}

/**
 * @param options.atOnce commands that make pictures side by side
 * @param options.probes recordings that are probed side by side
 * @param options.kbps of the finished file
 */
export function fencesOf(options: {
  budget: Budget
  canvas: Size
  kbps: number
  atOnce: number
  probes: number
  filesPerGraph: number
}): Fences {
  const { budget, canvas, kbps, atOnce, probes, filesPerGraph } = options
  const allMb = Math.max(LEAST_MB, budget.memoryMb - REST_MB)
  const among = (count: number) => Math.max(LEAST_MB, Math.floor(allMb / count))
  const openFiles = 4 * filesPerGraph + 256
  const shareMb = Math.min(allMb, Math.max(among(atOnce), Math.ceil(leastMemoryMb(canvas))))
  return {
    probe: (bytes, count) => {
      const mb = bytes / 2 ** 20
      return {
        memoryMb: Math.min(among(probes), Math.ceil(PROBE_MB + TABLES * mb)),
        cpuSeconds: Math.ceil((count > 1 ? PROBE_SECONDS.several : PROBE_SECONDS.one) + SECONDS_PER_MB * mb),
        fileMb: FILE_MB,
        openFiles,
      }
    },
    decode: ({ video, audio }) => {
      const pixels = Math.max(0, ...(video?.sizes ?? []).map(({ width, height }) => width * height))
      const pictures = MORE_PICTURES + Math.max(video?.references ?? 0, USUAL_REFERENCES)
      const lengthMs = Math.max(video?.endMs ?? 0, audio?.endMs ?? 0)
      const decoded = pixels * (video?.timesMs.length ?? 0)
      return {
        memoryMb: Math.min(shareMb, Math.ceil(PROBE_MB / 2 + pictures * pictureMb(pixels))),
        cpuSeconds: Math.ceil(FIXED_SECONDS + (decoded * NS_PER_DECODED) / 1e9 + lengthMs / 1000),
        fileMb: FILE_MB,
        openFiles,
      }
    },
    look: { memoryMb: shareMb, cpuSeconds: LOOK_SECONDS, fileMb: LOOK_FILE_MB, openFiles },
    command: (durationMs, isAlone) => {
      const seconds = durationMs / 1000
      const pixels = canvas.width * canvas.height * canvas.fps * seconds
      return {
        memoryMb: isAlone ? allMb : shareMb,
        cpuSeconds: Math.ceil(FIXED_SECONDS + 60 * seconds + (pixels * NS_PER_PIXEL) / 1e9),
        fileMb: Math.ceil(FILE_MB + (TIMES_ITS_RATE * seconds * kbps) / 8192),
        openFiles,
      }
    },
  }
}

function pictureMb(pixels: number): number {
  return (pixels * BYTES_PER_PIXEL) / 2 ** 20
}
