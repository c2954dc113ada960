/**
 * What happens to a job, in the order in which it happens: all that a host of `runJob` hears of it. Plain data; texts
 * in it are in the job's language. Nothing in it is secret, but paths of this machine may be.
 */
import type { JobError } from '../errors.ts'
import type { Warning } from '../messages/index.ts'
import type { Job } from '../model/job.ts'
import type { Skipped } from '../model/room.ts'
import type { Phase } from '../model/status.ts'
import type { Details } from '../progress/track.ts'
import type { Measured } from '../report/facts.ts'
import type { Output, Result, Timings } from '../report/result.ts'
import type { Recorded } from '../storage/still-there.ts'
import type { OutputFile } from './output-file.ts'

export type JobEvent =
  /** cfg.json was read and the job can be run; nothing is fetched yet. */
  | { readonly kind: 'accepted'; readonly jobId: string }
  /** The ffmpeg that the job runs with. */
  | { readonly kind: 'ffmpegFound'; readonly version: string }
  /** The index was found: the work begins. `startMs` is the Unix time in ms of output time 0. */
  | { readonly kind: 'started'; readonly startMs: number; readonly recordings: number }
  | WarningEvent
  /** A recording is left out. A warning says so too. */
  | { readonly kind: 'omitted'; readonly recording: Skipped }
  | Planned
  | ProgressEvent
  /** The phase is over. It may begin again where something has to be made once more. */
  | { readonly kind: 'phaseEnded'; readonly phase: Phase }
  /** Time that was spent, in ms, to be added to what was spent on it before. */
  | { readonly kind: 'timed'; readonly timings: Partial<Omit<Timings, 'totalMs'>> }
  /** The finished file is made and was checked. Where it says it lies, it does not lie yet. */
  | { readonly kind: 'finished'; readonly file: OutputFile }
  | { readonly kind: 'uploadStarted' }
  /** The finished file lies where it says, and so does everything beside it. */
  | { readonly kind: 'uploaded'; readonly file: OutputFile; readonly output: Output }
  /** The job's own bucket could not be written, the file lies in the second one. */
  | { readonly kind: 'backedUp'; readonly file: OutputFile; readonly output: Output }
  /** What the job was made from and where it lies: for the record by which a next run knows that it is done. */
  | { readonly kind: 'recorded'; readonly record: DoneRecord }
  /** An earlier run has done the job, and nothing has changed since: what that run had to say. */
  | { readonly kind: 'unchanged'; readonly result: Result }
  /** What was measured for the job's report. */
  | { readonly kind: 'measured'; readonly measured: Measured }
  /** The job fails. Its result follows. */
  | { readonly kind: 'failed'; readonly error: JobError }
  /** The job is over, and its result is kept where the host keeps results. */
  | { readonly kind: 'ended'; readonly result: Result; readonly error: JobError | undefined }
  | NoteEvent

/** The record of a finished job, but for its result. */
export interface DoneRecord {
  /** A hash of everything that the finished file depends on. */
  readonly madeFrom: string
  readonly landed: Recorded & { readonly beside: readonly Recorded[]; readonly backedUp: boolean }
  /** Nothing was left out in silence: what is left out fails such a job. */
  readonly strict: boolean
}

export interface WarningEvent {
  readonly kind: 'warning'
  readonly warning: Warning
  /** In words. */
  readonly message: string
  /** It is about the worker's own settings, not about the job. */
  readonly isOfSettings: boolean
}

/** The timeline is known. It is told again where the job has to be planned anew. */
export interface Planned {
  readonly kind: 'planned'
  readonly media: Job['media']
  /** Unix time in ms at which the mix begins and ends. */
  readonly startMs: number
  readonly endMs: number
  /** In the order of time; what ends stands before what begins at the same moment. */
  readonly changes: readonly StreamChange[]
  readonly streams: Result['streams']
  readonly segments: Result['segments']
}

/** A stream joins or leaves the mix. */
export interface StreamChange {
  readonly streamId: string
  /** `any`: the stream as a whole. */
  readonly medium: 'any' | 'audio' | 'video'
  readonly isOpen: boolean
  /** Unix time in ms, whole. */
  readonly atMs: number
}

export interface ProgressEvent {
  readonly kind: 'progress'
  readonly phase: Phase
  /** Of `total`, in the phase's own unit: ms of output for `encode`, bytes for `upload`, else things. */
  readonly done: number
  /** 0 where nobody knows how much there is to do. */
  readonly total: number
  readonly details: Details
}

/** For a log: facts and a few words of English, the same in every language. */
export interface NoteEvent {
  readonly kind: 'note'
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly facts: Readonly<Record<string, unknown>>
  readonly text: string
}

export type Emit = (event: JobEvent) => void
