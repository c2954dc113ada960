/**
 * The events of a job in order: all that a host of `runJob` receives. Plain data with texts in the job's language.
 * Contains no secrets, but may contain local paths.
 */
import type { JobError } from '../errors.ts'
import type { Warning } from '../messages/index.ts'
import type { Job } from '../model/job.ts'
import type { Skipped } from '../model/room.ts'
import type { Phase } from '../model/status.ts'
import type { Details } from '../progress/track.ts'
import type { FilmLink, Measured } from '../report/facts.ts'
import type { Output, Result, Timings } from '../report/result.ts'
import type { Recorded } from '../storage/still-there.ts'
import type { OutputFile } from './output-file.ts'

export type JobEvent =
  /** cfg.json was read and the job can be run; nothing has been fetched yet. */
  | { readonly kind: 'accepted'; readonly jobId: string }
  /** The ffmpeg version that the job uses. */
  | { readonly kind: 'ffmpegFound'; readonly version: string }
  /** The index was found and the work begins. `startMs` is the Unix time in ms of output time 0. */
  | { readonly kind: 'started'; readonly startMs: number; readonly recordings: number }
  | WarningEvent
  /** A recording is omitted. A warning is emitted as well. */
  | { readonly kind: 'omitted'; readonly recording: Skipped }
  | Planned
  | ProgressEvent
  /** The phase is over. It may begin again if something has to be redone. */
  | { readonly kind: 'phaseEnded'; readonly phase: Phase }
  /** Time spent, in ms, to be added to earlier amounts. */
  | { readonly kind: 'timed'; readonly timings: Partial<Omit<Timings, 'totalMs'>> }
  /** The finished file was made and verified. It is not yet at the location it names. */
  | { readonly kind: 'finished'; readonly file: OutputFile }
  | { readonly kind: 'uploadStarted' }
  /** The finished file and all its sidecars are at the location it names. */
  | { readonly kind: 'uploaded'; readonly file: OutputFile; readonly output: Output }
  /** The job's own bucket could not be written; the file is in the backup bucket. */
  | { readonly kind: 'backedUp'; readonly file: OutputFile; readonly output: Output }
  /** What the job was made from and where its output is: the record by which a later run knows that it is done. */
  | { readonly kind: 'recorded'; readonly record: DoneRecord }
  /** An earlier run did the job and nothing has changed since; `result` is that run's result. */
  | { readonly kind: 'unchanged'; readonly result: Result }
  /** Measurements for the job's report. */
  | { readonly kind: 'measured'; readonly measured: Measured }
  /** A link to the finished file for the job's report. It is secret: whoever has it can fetch the file. */
  | { readonly kind: 'linked'; readonly link: FilmLink }
  /** The job has failed. Its result follows. */
  | { readonly kind: 'failed'; readonly error: JobError }
  /** The job is over, and the host has stored its result. */
  | { readonly kind: 'ended'; readonly result: Result; readonly error: JobError | undefined }
  | NoteEvent

/** The record of a finished job, without its result. */
export interface DoneRecord {
  /** A hash of everything that the finished file depends on. */
  readonly madeFrom: string
  readonly landed: Recorded & { readonly beside: readonly Recorded[]; readonly backedUp: boolean }
  /** Whether the job ran with `--strict`, under which an omission is an error. */
  readonly strict: boolean
}

export interface WarningEvent {
  readonly kind: 'warning'
  readonly warning: Warning
  /** The warning as text. */
  readonly message: string
  /** Whether it is about the worker's own settings rather than the job. */
  readonly isOfSettings: boolean
}

/** The timeline is known. Emitted again if the job is replanned. */
export interface Planned {
  readonly kind: 'planned'
  readonly media: Job['media']
  /** Unix time in ms at which the mix begins and ends. */
  readonly startMs: number
  readonly endMs: number
  /** In chronological order; at the same moment, ends come before starts. */
  readonly changes: readonly StreamChange[]
  readonly streams: Result['streams']
  readonly segments: Result['segments']
  /** Timed updates; absent if there are none. */
  readonly updates?: NonNullable<Result['updates']> | undefined
}

/** A stream joins or leaves the mix. */
export interface StreamChange {
  readonly streamId: string
  /** `any`: the stream as a whole. */
  readonly medium: 'any' | 'audio' | 'video'
  readonly isOpen: boolean
  /** Unix time in whole ms. */
  readonly atMs: number
}

export interface ProgressEvent {
  readonly kind: 'progress'
  readonly phase: Phase
  /** Of `total`, in the phase's own unit: ms of output for `encode`, bytes for `upload`, otherwise items. */
  readonly done: number
  /** 0 if unknown. */
  readonly total: number
  readonly details: Details
}

/** A log entry: facts and a short text, always in English. */
export interface NoteEvent {
  readonly kind: 'note'
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly facts: Readonly<Record<string, unknown>>
  readonly text: string
}

export type Emit = (event: JobEvent) => void
