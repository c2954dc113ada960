/** What a plan depends on besides the job and its timeline: settings in conf/ and facts about the machine. */
import type { CanvasMatrix } from '../graph/colour.ts'
import type { Encoder, Speed } from '../model/encoding.ts'
import type { ChunkRules } from './budget.ts'

/** Files and chapters made in addition to video and audio: `output` in conf/. */
export interface OutputSettings {
  readonly chapters: boolean
  readonly poster: boolean
  readonly thumbnails: boolean
  readonly hls: boolean
}

/** How to encode and what to output: `video`, `audio` and `output` in conf/. */
export interface EncodeSettings {
  readonly encoder: Encoder
  readonly speed: Speed
  /** An x264 preset to use unchanged, whatever the speed; empty for none. */
  readonly preset: string
  readonly keyframeSeconds: number
  /** Peak bit rate divided by the average; 0 for no limit. */
  readonly peakRatio: number
  readonly matrix: 'auto' | CanvasMatrix
  readonly audioBitrateKbps: number
  /** The loudness to bring the mix to, in LUFS; absent to leave it as it is. */
  readonly loudnessLufs?: number
  readonly output: OutputSettings
  readonly chunks: ChunkRules
  /** Costs a little more, and makes every frame whatever cannot be decoded. */
  readonly tolerant: boolean
  /** Whether ffmpeg can tone-map HDR to the canvas's colours. */
  readonly toneMaps: boolean
  /** Whether ffmpeg decodes the alpha of VP8 and VP9. */
  readonly decodesAlpha: boolean
  /** Whether the work folder holds named pipes, through which several ffmpegs make one chunk. */
  readonly pipes: boolean
  /** Whether an ffmpeg decodes, composes and encodes in threads of their own. */
  readonly isThreaded: boolean
  /** A recording that declares a larger picture is not decoded. */
  readonly maxPixels: number
}
