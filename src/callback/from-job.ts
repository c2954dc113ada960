/** What happens to a job -> what its receivers are told. */
import { EXIT, JobError } from '../errors.ts'
import type { JobEvent, WarningEvent } from '../events/job-event.ts'
import type { MessageCode } from '../messages/index.ts'
import type { CallbackEvent, UploadFault } from './event.ts'

/** @returns undefined where it is nothing that receivers are told of */
export function callbackOf(event: JobEvent): CallbackEvent | undefined {
  switch (event.kind) {
    case 'accepted':
    case 'started':
    case 'uploadStarted':
      return { kind: event.kind }
    case 'finished':
    case 'uploaded':
    case 'backedUp':
      return { kind: event.kind, file: event.file }
    case 'planned': {
      const { kind, media, startMs, endMs, changes } = event
      return { kind, media, startMs, endMs, changes }
    }
    case 'warning':
      // Nor does what the operator has set concern them.
      return event.isOfSettings ? undefined : { kind: 'warning', message: placed(event) }
    case 'progress':
      return progressOf(event)
    case 'ended':
      return endOf(event.error)
    case 'ffmpegFound':
    case 'omitted':
    case 'phaseEnded':
    case 'timed':
    case 'unchanged':
    case 'measured':
    case 'recorded':
    case 'failed':
    case 'note':
      return undefined
  }
}

/** With its place, unless the text names that itself. */
function placed({ message, warning: { where } }: WarningEvent): string {
  return where === undefined || message.includes(where) ? message : `${where}: ${message}`
}

/** How much is mixed, and how much uploaded. */
function progressOf({ phase, done, total }: Extract<JobEvent, { kind: 'progress' }>) {
  if (total <= 0 || (phase !== 'encode' && phase !== 'upload')) return undefined
  const share = Math.min(1, Math.max(0, done / total))
  return { kind: 'progress', phase: phase === 'encode' ? 'mix' : 'upload', share } as const
}

/** How a job ended. */
function endOf(error: JobError | undefined): CallbackEvent {
  if (!error) return { kind: 'ended' }
  const { exitCode, message } = error
  if (exitCode === EXIT.running) return { kind: 'refused', exitCode, message }
  const isStopped = error.code === 'stopped' || error.code === 'cancelled'
  return {
    kind: 'failed',
    // The documents have no number for a job that is stopped.
    exitCode: isStopped ? EXIT.failed : exitCode,
    message,
    isStopped,
    uploadFault: uploadFaultOf(error),
  }
}

const OF_FILES: readonly MessageCode[] = ['fileFailed', 'diskFull', 'objectNotAFile']

/** What was wrong with an upload is said by the error that others were made of. */
function uploadFaultOf(error: JobError): UploadFault {
  if (error.cause instanceof JobError) return uploadFaultOf(error.cause)
  if (OF_FILES.includes(error.code)) return 'file'
  return error.fault === 'config' && error.code !== 'uploadTooLarge' ? 'bucket' : 'transfer'
}

/** Roots of paths that no text shall show; what lies below them is named by what follows. */
export type Hidden = readonly string[]

/**
 * A text with no path of this machine in it: of what lies in a known folder the rest of the path is left, of every other
 * absolute path the file's name. Addresses (`s3://bucket/key`, `https://...`) stay.
 */
export function withoutPaths(text: string, folders: Hidden): string {
  const known = folders
    .filter((folder) => folder.length > 1)
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, folder) => rest.replaceAll(`${folder}/`, ''), text)
  return known.replace(/(?<![\w/:.~%-])\/(?:[^\s/"',;:()]+\/)+/g, '')
}
