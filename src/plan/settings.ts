/** What a plan depends on besides the job and its timeline: settings of conf/ and facts about the machine. */
import type { CanvasMatrix } from '../graph/colour.ts'
import type { Encoder, Speed } from '../model/encoding.ts'
import type { ChunkRules } from './chunks.ts'

/** What is made beside the picture and sound: `output` in conf/. */
export interface OutputSettings {
  readonly chapters: boolean
  readonly poster: boolean
  readonly thumbnails: boolean
  readonly hls: boolean
}

/** How it is encoded, and what becomes of it: `video`, `audio` and `output` in conf/. */
export interface EncodeSettings {
  readonly encoder: Encoder
  readonly speed: Speed
  /** A preset of x264's to take as it is, whatever the speed; empty for none. */
  readonly preset: string
  readonly keyframeSeconds: number
  /** Highest bit rate over the average one; 0 for none. */
  readonly peakRatio: number
  readonly matrix: 'auto' | CanvasMatrix
  readonly audioBitrateKbps: number
  readonly output: OutputSettings
  /** For the whole job. */
  readonly cores: number
  readonly chunks: ChunkRules
  /** Costs a little more, and makes every frame whatever cannot be decoded. */
  readonly tolerant: boolean
  /** The ffmpeg at hand can bring high dynamic range to the canvas's. */
  readonly toneMaps: boolean
  /** It decodes the alpha of VP8 and VP9. */
  readonly decodesAlpha: boolean
  /** A recording whose picture claims to be larger is not decoded. */
  readonly maxPixels: number
}
