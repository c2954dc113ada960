/** What a report shows in addition to the result, measured while the recordings and the finished file are available. */
import { createHash } from 'node:crypto'
import type { TimeRange } from '../model/timeline.ts'
import type { Result } from './result.ts'

/** Loudness and waveform of the mix. */
export interface MixSound {
  /** EBU R128 integrated loudness in LUFS. Null, here and below, if the audio is too quiet to be measured. */
  readonly integratedLufs: number | null
  /** Loudness range in LU. */
  readonly rangeLu: number | null
  /** True peak in dB below full scale. */
  readonly truePeakDb: number | null
  /** Maximum momentary (400 ms) and short-term (3 s) loudness in LUFS, per interval. */
  readonly curve: {
    readonly stepMs: number
    readonly momentary: readonly (number | null)[]
    readonly shortTerm: readonly (number | null)[]
  }
  /** Peak and RMS amplitude per interval, 0 to 1 of full scale. */
  readonly wave: {
    readonly stepMs: number
    readonly peak: readonly number[]
    readonly rms: readonly number[]
  }
}

/** How the mix was brought to a loudness (`audio.loudness`). */
export interface LoudnessUsed {
  readonly targetLufs: number
  /** Of the mix before; null if it is too quiet to be measured, in which case it was left as it is. */
  readonly measuredLufs: number | null
  readonly gainDb: number
  /** Whether peaks had to be limited to stay below -1 dBTP. */
  readonly isLimited: boolean
}

/** A frame of the finished file. */
export interface SegmentPicture {
  /** Index in the result's segments. */
  readonly segment: number
  /** When it is shown, in ms of output time. */
  readonly atMs: number
  /** JPEG in base64. */
  readonly jpeg: string
}

/** When a recording's audio contains speech or other sound, in ms of output time: ascending and disjoint. */
export interface Heard {
  readonly streamId: string
  readonly name: string
  readonly heard: readonly TimeRange[]
  /** Total duration in ms; `heard` may be coarser. */
  readonly heardMs: number
}

/** A chapter of the finished file, by the output time in ms at which it begins. */
export interface Chapter {
  readonly startMs: number
  readonly title: string
}

/** A link into the bucket, which lets anybody who has it fetch the finished file until it expires. */
export interface FilmLink {
  readonly url: string
  /** Unix time in ms. */
  readonly untilMs: number
}

/** A field is absent if it was not measured. */
export interface Measured {
  /** Empty if the finished file has none. */
  readonly chapters?: readonly Chapter[]
  /** The room's name. */
  readonly room?: string
  readonly heard?: readonly Heard[]
  readonly pictures?: readonly SegmentPicture[]
  readonly sound?: MixSound
  readonly loudness?: LoudnessUsed
}

/** The job's settings, without secrets. */
export interface SettingsUsed {
  /** cfg.json as JSON, without its comments. */
  readonly cfg: string
  /** Every setting of conf/ as JSON. */
  readonly conf: string
  /** Settings that differ from the default. */
  readonly changed: readonly { readonly name: string; readonly value: string; readonly preset: string }[]
}

/** The content of `logs/<JobId>.report.json`. */
export interface ReportFacts extends Measured {
  readonly version: 1
  /** `factsKey` of the result they belong to. */
  readonly of: string
  /** Unix time in ms at which the job ended. */
  readonly endedAtMs: number
  /** Unix time in ms of output time 0; absent if the job ended before that was known. */
  readonly roomStartMs?: number | undefined
  /** The time zone in which the page shows the time of day, an IANA name; UTC if absent. */
  readonly zone?: string
  readonly settings?: SettingsUsed
  readonly link?: FilmLink | undefined
}

/** Identifies a result; a job that was found unchanged keeps the facts of the run before. */
export function factsKey({ jobId, output, error, streams, segments, skipped }: Result): string {
  const made = [jobId, output?.key, output?.bytes, output?.durationMs, error, streams, segments, skipped]
  return createHash('sha256').update(JSON.stringify(made)).digest('hex')
}
