/**
 * Resource limits for each ffmpeg of a job: far more than any real recording needs, and far less than a few kilobytes
 * of malicious input can ask for. Pure.
 */
import type { Fence } from '../model/fence.ts'
import type { Canvas } from '../model/job.ts'
import type { Probe, VideoProbe } from '../model/room.ts'
import { type Budget, REST_MB, leastMemoryMb } from './budget.ts'

/** The properties of a canvas that determine its cost. */
export type Size = Pick<Canvas, 'width' | 'height' | 'fps'>

export interface Fences {
  /**
   * For reading recordings' packets and decoding their keyframes.
   * @param bytes total size of the files
   * @param count number of files; the limit for several is low, because each file is then read again on its own
   */
  readonly probe: (bytes: number, count: number) => Fence
  /** For decoding a single recording. */
  readonly decode: (probe: Probe) => Fence
  /** For inspecting a finished file and its sources. */
  readonly look: Fence
  /** For one command of the plan that runs alongside others. @param isAlone nothing else runs at the same time */
  readonly command: (durationMs: number, isAlone: boolean) => Fence
}

/** No ffmpeg starts below this: it needs its libraries' data and a few threads. Measured: 16 to 64 MB. */
const LEAST_MB = 128
/** Measured for single recordings: 48 MB at 1280 x 720, 100 MB at 8192 x 8192 with each frame; tables add to this. */
const PROBE_MB = 512
/** Memory for a file's tables, relative to the file size: an MP4 of only silence takes a third. */
const TABLES = 0.5
/** CPU seconds for a run over several recordings or over one, and for each MB on top. */
const PROBE_SECONDS = { several: 5, one: 15 } as const
const SECONDS_PER_MB = 4
/** Pictures that a decoder keeps besides references: those being decoded and those handed on. */
const MORE_PICTURES = 4
/** VP8 keeps 3 and VP9 8. Some streams that declare fewer need more later. */
const USUAL_REFERENCES = 8
/** For 8 bits per sample and 4:2:0, as all recorders write. */
const BYTES_PER_PIXEL = 1.5
/** Ten times the cost of the slowest preset per canvas pixel, including all decoding for it. */
const NS_PER_PIXEL = 4000
const NS_PER_DECODED = 400
const FIXED_SECONDS = 600
/** For only decoding or copying: the results are tiny pictures, levels, or a copied recording. */
const LOOK_SECONDS = 6 * 3600
const LOOK_FILE_MB = 65_536
/** An encoder may exceed its bit rate by far in a short file, but not in a long one. */
const FILE_MB = 256
const TIMES_ITS_RATE = 4

/** H.264, HEVC and AV1 allow a recording to declare this many, even after first declaring fewer. */
const MOST_REFERENCES = 16
const MOST_PICTURES = MOST_REFERENCES + MORE_PICTURES

/**
 * The largest picture that is decoded: even with the most pictures a decoder can be made to keep, it fits in the job's
 * memory.
 * @param maxPixels the limit in conf/
 */
export function pixelLimit(maxPixels: number, { memoryMb }: Pick<Budget, 'memoryMb'>): number {
  const allMb = Math.max(LEAST_MB, memoryMb - REST_MB)
  return Math.min(maxPixels, Math.floor((allMb * 2 ** 20) / (MOST_PICTURES * BYTES_PER_PIXEL)))
}

/**
 * @param options.atOnce video commands that run in parallel
 * @param options.probes recordings probed in parallel
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
      const lengthMs = Math.max(video?.endMs ?? 0, audio?.endMs ?? 0)
      const decoded = largestPicture(video) * (video?.timesMs.length ?? 0)
      return {
        memoryMb: Math.min(shareMb, Math.ceil(PROBE_MB / 2 + decoderMb(video))),
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

/** Memory in MB that a decoder may need for the pictures it keeps. */
export function decoderMb(video: VideoProbe | undefined): number {
  const pictures = MORE_PICTURES + Math.max(video?.references ?? 0, USUAL_REFERENCES)
  return (pictures * largestPicture(video) * BYTES_PER_PIXEL) / 2 ** 20
}

/** In pixels; 0 without video. */
function largestPicture(video: VideoProbe | undefined): number {
  return Math.max(0, ...(video?.sizes ?? []).map(({ width, height }) => width * height))
}
