/**
 * Events that a job's receivers can be notified of, as vendor-neutral plain data. `dialects/` defines each vendor's
 * format, docs/callbacks.md when each is sent.
 */
import type { Planned } from '../events/job-event.ts'
import type { OutputFile } from '../events/output-file.ts'

export type CallbackEvent =
  /** The request was read and the job holds its lock; nothing has been fetched yet. */
  | { readonly kind: 'accepted' }
  /** The same job is already running on this machine. This start of it ends; the other continues. */
  | { readonly kind: 'refused'; readonly exitCode: number; readonly message: string }
  /** The previous process was killed while the job ran; this one resumes it. */
  | { readonly kind: 'restarted' }
  /** The index was found and the work begins. */
  | { readonly kind: 'started' }
  /** The timeline is known. */
  | Omit<Planned, 'streams' | 'segments'>
  | { readonly kind: 'warning'; readonly message: string }
  /** Progress of a phase, 0 to 1. May be sent at any rate; it is passed on once a minute. */
  | { readonly kind: 'progress'; readonly phase: 'mix' | 'upload'; readonly share: number }
  /** The finished file was made and verified. It is not yet at the location it names. */
  | { readonly kind: 'finished'; readonly file: OutputFile }
  | { readonly kind: 'uploadStarted' }
  /** The file and all its sidecars are now at the location it names. */
  | { readonly kind: 'uploaded'; readonly file: OutputFile }
  /** The job's own bucket could not be written; the file is in the backup bucket. */
  | { readonly kind: 'backedUp'; readonly file: OutputFile }
  /** Sent by the notifier itself if a job fails while uploading. */
  | {
      readonly kind: 'uploadFailed'
      readonly file: OutputFile
      readonly message: string
      readonly fault: UploadFault
    }
  /** The job is done. */
  | { readonly kind: 'ended' }
  /** `message` is the line on stderr. */
  | {
      readonly kind: 'failed'
      readonly exitCode: number
      readonly message: string
      /** Stopped from outside. */
      readonly isStopped: boolean
      /** The cause, if the job failed while uploading. */
      readonly uploadFault: UploadFault
    }

/**
 * Why an upload failed: the bucket's settings are wrong, the transfer failed, or a file could not be read or written.
 */
export type UploadFault = 'bucket' | 'transfer' | 'file'

/** A job's progress at the time of an event. */
export interface Stage {
  readonly hasStarted: boolean
  /** The finished file, once it is made. */
  readonly made?: OutputFile
  /** The finished file, once it is at the location it names. */
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

/** Formats bucket and key in one line. */
export function placeOf({ vendor, bucket, key }: Pick<OutputFile, 'vendor' | 'bucket' | 'key'>): string {
  return `${vendor}://${bucket}/${key}`
}

/**
 * The name of a file: its key, preceded by its bucket if that is not the job's own, where receivers would look for it.
 */
export function nameOf(file: OutputFile, key = file.key): string {
  return file.isBackup ? placeOf({ ...file, key }) : key
}

/** The names of the finished file and its sidecars. */
export function namesOf(file: OutputFile): string[] {
  return [nameOf(file), ...file.sidecars.map(({ key }) => nameOf(file, key))]
}
