/** What the modules around ffmpeg know of it. */
import type { FeatureKind } from '../model/feature.ts'
import type { Fences } from '../plan/fences.ts'
import type { Sandbox } from './sandbox.ts'

/** How an ffmpeg is told what all of them can do. */
export interface Syntax {
  /** The option that reads a filter graph from a file. */
  readonly graphFile: '-filter_complex_script' | '-/filter_complex'
  /** Whether a frame rate may be given for frames that are passed on as they are. */
  readonly ratePassesThrough: boolean
}

/** Names of each kind; undefined where its list could not be read, so that nothing is known to be lacking. */
export type Features = Readonly<Record<FeatureKind, readonly string[] | undefined>>

/** What this machine has to hold an ffmpeg with. */
export interface Guards {
  /** Path of util-linux's prlimit; undefined where there is none. */
  readonly prlimit: string | undefined
  /** Undefined where there is none, or none is wanted. */
  readonly sandbox: Sandbox | undefined
}

/** The ffmpeg that is used. */
export interface Ffmpeg {
  readonly path: string
  /** As it calls itself, for results and logs: "5.1.9-0+deb12u1". */
  readonly version: string
  readonly syntax: Syntax
  /** It has what brings high dynamic range to an ordinary picture's: zscale and tonemap. */
  readonly toneMaps: boolean
  /** It has libvpx's decoders, which alone decode the alpha of VP8 and VP9. */
  readonly decodesAlpha: boolean
  readonly guards: Guards
}

/** With what it is built with. */
export interface FoundFfmpeg extends Ffmpeg {
  readonly has: Features
  /** Why its runs have no sandbox; undefined where they have one. */
  readonly unboxed: string | undefined
}

/** The ffmpeg of a job, with what its runs may take. */
export interface FencedFfmpeg extends Ffmpeg {
  readonly fences: Fences
}

/** What recordings are probed with. */
export interface Probing {
  readonly ffmpeg: FencedFfmpeg
  readonly maxPixels: number
  /** What may be decoded, by ffmpeg's names. */
  readonly codecs: readonly string[]
  /** An ffmpeg that reads nothing for this long is ended. */
  readonly stallMs: number
  /** One that takes longer is ended, whatever it reads; no limit where nothing is said. */
  readonly mostMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}
