/**
 * What happens to a job, in no vendor's words: plain data. `dialects/` has how each vendor says it, and
 * docs/callbacks.md when.
 */
import type { Job } from '../model/job.ts'
import type { SideKind } from '../model/side-file.ts'

export type JobEvent =
  /** The request was read and the job holds its lock; nothing is fetched yet. */
  | { readonly kind: 'accepted' }
  /** The same job is running on this machine: this start of it ends, the other goes on. */
  | { readonly kind: 'refused'; readonly exitCode: number; readonly message: string }
  /** The process before this one was killed in mid job; this one goes on with it. */
  | { readonly kind: 'restarted' }
  /** The index was found: the work begins. */
  | { readonly kind: 'started' }
  /** The timeline is known. */
  | Planned
  | { readonly kind: 'warning'; readonly message: string }
  /** How much of a phase is done, 0 to 1. May be told as often as one likes: once a minute is passed on. */
  | { readonly kind: 'progress'; readonly phase: 'mix' | 'upload'; readonly share: number }
  /** The finished file is made and was checked. Where it says it lies, it does not lie yet. */
  | { readonly kind: 'finished'; readonly file: OutputFile }
  | { readonly kind: 'uploadStarted' }
  /** Now it lies there, and everything beside it. */
  | { readonly kind: 'uploaded'; readonly file: OutputFile }
  /** The job's own bucket could not be written, the file lies in the second one. */
  | { readonly kind: 'backedUp'; readonly file: OutputFile }
  /** Told by the notifier itself, of a job that fails while it uploads. */
  | {
      readonly kind: 'uploadFailed'
      readonly file: OutputFile
      readonly message: string
      readonly fault: UploadFault
    }
  /** Everything is done. */
  | { readonly kind: 'ended' }
  /** `message` is the line on stderr. */
  | {
      readonly kind: 'failed'
      readonly exitCode: number
      readonly message: string
      /** Stopped from outside. */
      readonly isStopped: boolean
      /** What was wrong, should it have failed while it uploaded. */
      readonly uploadFault: UploadFault
    }

/** Why an upload fails: what is said of the bucket does not do, the transfer failed, a file could not be read or written. */
export type UploadFault = 'bucket' | 'transfer' | 'file'

export interface Planned {
  readonly kind: 'planned'
  readonly media: Job['media']
  /** Unix time in ms at which the mix begins and ends. */
  readonly startMs: number
  readonly endMs: number
  /** In the order of time; what ends stands before what begins at the same moment. */
  readonly changes: readonly StreamChange[]
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

/** The finished file. */
export interface OutputFile {
  readonly vendor: string
  readonly bucket: string
  readonly key: string
  /** Where it can be asked for; whether one may is the bucket's affair. */
  readonly url: string
  readonly bytes: number
  readonly durationMs: number
  /** Unix time in ms of its first frame. */
  readonly startMs: number
  readonly media: Job['media']
  /** 0 without a picture. */
  readonly width: number
  readonly height: number
  /** Empty where it has none. */
  readonly videoCodec: string
  readonly audioCodec: string
  readonly streamIds: readonly string[]
  /** It lies in the second bucket. */
  readonly isBackup: boolean
  /** What lies beside it, in the same bucket. */
  readonly beside: readonly BesideFile[]
}

/** What lies beside the finished file: of HLS the playlist that names the rest, of thumbnails the index. */
export interface BesideFile {
  readonly kind: SideKind
  readonly key: string
  readonly url: string
  /** With everything it names. */
  readonly bytes: number
}

/** How far a job has come when something happens to it. */
export interface Stage {
  readonly hasStarted: boolean
  /** The finished file, once it is made. */
  readonly made?: OutputFile
  /** The finished file, once it lies where it says. */
  readonly file?: OutputFile
  readonly isUploading: boolean
  readonly uploadFault?: UploadFault
}

export function stageAfter(stage: Stage, event: JobEvent): Stage {
  switch (event.kind) {
    case 'started':
      return { ...stage, hasStarted: true }
    case 'finished':
      return { ...stage, made: event.file }
    case 'uploadStarted':
      return { ...stage, isUploading: true }
    case 'uploaded':
    case 'backedUp':
      return { ...stage, file: event.file, isUploading: false }
    case 'uploadFailed':
      return { ...stage, isUploading: false, uploadFault: event.fault }
    case 'accepted':
    case 'refused':
    case 'restarted':
    case 'planned':
    case 'warning':
    case 'progress':
    case 'ended':
    case 'failed':
      return stage
  }
}

/** Bucket and key in one line. */
export function placeOf({ vendor, bucket, key }: Pick<OutputFile, 'vendor' | 'bucket' | 'key'>): string {
  return `${vendor}://${bucket}/${key}`
}

/** What a file is called: its key, with its bucket where that is not the job's own, in which it would be looked for. */
export function nameOf(file: OutputFile, key = file.key): string {
  return file.isBackup ? placeOf({ ...file, key }) : key
}

/** The finished file and what lies beside it, by name. */
export function namesOf(file: OutputFile): string[] {
  return [nameOf(file), ...file.beside.map(({ key }) => nameOf(file, key))]
}
