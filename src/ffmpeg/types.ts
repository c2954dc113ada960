/** Types shared by the modules around ffmpeg. */
import type { FeatureKind } from '../model/feature.ts'
import type { Fences } from '../plan/fences.ts'
import type { Sandbox } from './sandbox.ts'

/** Differences in option syntax between ffmpeg releases. */
export interface Syntax {
  /** The option that reads a filter graph from a file. */
  readonly graphFile: '-filter_complex_script' | '-/filter_complex'
  /** Whether a frame rate may be given together with passthrough. */
  readonly ratePassesThrough: boolean
}

/** Feature names by kind; undefined if its list could not be read, in which case nothing counts as missing. */
export type Features = Readonly<Record<FeatureKind, readonly string[] | undefined>>

/** The programs of this machine that restrict an ffmpeg. */
export interface Guards {
  /** Path of util-linux's prlimit; undefined if there is none. */
  readonly prlimit: string | undefined
  /** Undefined if there is none, or none is wanted. */
  readonly sandbox: Sandbox | undefined
}

/** The ffmpeg in use. */
export interface Ffmpeg {
  readonly path: string
  /** As reported by ffmpeg, for results and logs: "5.1.9-0+deb12u1". */
  readonly version: string
  readonly syntax: Syntax
  /** Whether it can tone-map HDR to SDR: has zscale and tonemap. */
  readonly toneMaps: boolean
  /** Whether it has libvpx's decoders, the only ones that decode the alpha of VP8 and VP9. */
  readonly decodesAlpha: boolean
  /** Whether it decodes, composes and encodes in threads of their own. */
  readonly isThreaded: boolean
  readonly guards: Guards
}

/** An ffmpeg with the features it is built with. */
export interface FoundFfmpeg extends Ffmpeg {
  readonly has: Features
  /** Why its runs are not sandboxed; undefined if they are. */
  readonly unboxed: string | undefined
}

/** The ffmpeg of a job, with the resource limits of its runs. */
export interface FencedFfmpeg extends Ffmpeg {
  readonly fences: Fences
}

/** Options for probing recordings. */
export interface Probing {
  readonly ffmpeg: FencedFfmpeg
  readonly maxPixels: number
  /** Codecs that may be decoded, by ffmpeg's names. */
  readonly codecs: readonly string[]
  /** An ffmpeg that reads nothing for this long is ended. */
  readonly stallMs: number
  /** A run that takes longer is ended, whatever it reads; default no limit. */
  readonly mostMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}
