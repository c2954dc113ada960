/**
 * What a job's receivers can be told, in no vendor's words: plain data. `dialects/` has how each vendor says it, and
 * docs/callbacks.md when.
 */
import type { Planned } from '../events/job-event.ts'
import type { OutputFile } from '../events/output-file.ts'

export type CallbackEvent =
  /** The request was read and the job holds its lock; nothing is fetched yet. */
  | { readonly kind: 'accepted' }
  /** The same job is running on this machine: this start of it ends, the other goes on. */
  | { readonly kind: 'refused'; readonly exitCode: number; readonly message: string }
  /** The process before this one was killed in mid job; this one goes on with it. */
  | { readonly kind: 'restarted' }
  /** The index was found: the work begins. */
  | { readonly kind: 'started' }
  /** The timeline is known. */
  | Omit<Planned, 'streams' | 'segments'>
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

export function stageAfter(stage: Stage, event: CallbackEvent): Stage {
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
  return [nameOf(file), ...file.sidecars.map(({ key }) => nameOf(file, key))]
}
