/** What a report shows beyond the result: measured while the recordings and the finished file are at hand. */
import { createHash } from 'node:crypto'
import type { TimeRange } from '../model/timeline.ts'
import type { Result } from './result.ts'

/** The loudest of each stretch of the mix, as a player hears it. */
export interface MixSound {
  /** EBU R128 integrated loudness in LUFS; null where nothing is loud enough to be measured, and so below. */
  readonly integratedLufs: number | null
  /** Loudness range in LU. */
  readonly rangeLu: number | null
  /** True peak in dB below full scale. */
  readonly truePeakDb: number | null
  /** Greatest momentary (400 ms) and short-term (3 s) loudness in LUFS of each of equal stretches. */
  readonly curve: {
    readonly stepMs: number
    readonly momentary: readonly (number | null)[]
    readonly shortTerm: readonly (number | null)[]
  }
  /** Greatest and mean (RMS) swing of equal stretches, 0 to 1 of full scale. */
  readonly wave: {
    readonly stepMs: number
    readonly peak: readonly number[]
    readonly rms: readonly number[]
  }
}

/** A picture of the finished file. */
export interface SegmentPicture {
  /** Position in the result's segments. */
  readonly segment: number
  /** When it is shown, in ms of output time. */
  readonly atMs: number
  /** JPEG in base64. */
  readonly jpeg: string
}

/** When the sound of a recording holds something, in ms of output time: ascending, apart from one another. */
export interface Heard {
  readonly streamId: string
  readonly name: string
  readonly heard: readonly TimeRange[]
  /** For how long in all, in ms: `heard` may be coarser. */
  readonly heardMs: number
}

/** Each is absent where it was not measured. */
export interface Measured {
  readonly heard?: readonly Heard[]
  readonly pictures?: readonly SegmentPicture[]
  readonly sound?: MixSound
}

/** What the job was told, with nothing secret in it. */
export interface SettingsUsed {
  /** cfg.json as JSON, without its comments. */
  readonly cfg: string
  /** Every setting of conf/ as JSON. */
  readonly conf: string
  /** Those that are not the default. */
  readonly changed: readonly { readonly name: string; readonly value: string; readonly preset: string }[]
}

/** The content of `logs/<JobId>.report.json`. */
export interface ReportFacts extends Measured {
  readonly version: 1
  /** Which result they belong to: `factsKey`. */
  readonly of: string
  /** Unix time in ms at which the job ended. */
  readonly endedAtMs: number
  /** Unix time in ms of output time 0; absent where the job did not come so far. */
  readonly roomStartMs?: number
  readonly settings?: SettingsUsed
}

/** Tells results apart whose facts are not the same; a job that was found unchanged has those of the run before. */
export function factsKey({ jobId, output, error, streams, segments, skipped }: Result): string {
  const made = [jobId, output?.key, output?.bytes, output?.durationMs, error, streams, segments, skipped]
  return createHash('sha256').update(JSON.stringify(made)).digest('hex')
}
