/** Maps job events to callback events. */
import { EXIT, JobError } from '../errors.ts'
import type { JobEvent, WarningEvent } from '../events/job-event.ts'
import type { MessageCode } from '../messages/index.ts'
import type { CallbackEvent, UploadFault } from './event.ts'

/** @returns undefined if receivers are not notified of the event */
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
      const { kind, media, startMs, endMs, changes, updates } = event
      return { kind, media, startMs, endMs, changes, updates }
    }
    case 'warning':
      // Warnings about the operator's settings do not concern receivers.
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
    case 'linked':
    case 'recorded':
    case 'failed':
    case 'note':
      return undefined
  }
}

/** Prefixes the message with its location unless it already contains it. */
function placed({ message, warning: { where } }: WarningEvent): string {
  return where === undefined || message.includes(where) ? message : `${where}: ${message}`
}

/** The share mixed or uploaded so far. */
function progressOf({ phase, done, total }: Extract<JobEvent, { kind: 'progress' }>) {
  if (total <= 0 || (phase !== 'encode' && phase !== 'upload')) return undefined
  const share = Math.min(1, Math.max(0, done / total))
  return { kind: 'progress', phase: phase === 'encode' ? 'mix' : 'upload', share } as const
}

/** Maps the end of a job. */
function endOf(error: JobError | undefined): CallbackEvent {
  if (!error) return { kind: 'ended' }
  const { exitCode, message } = error
  if (exitCode === EXIT.running) return { kind: 'refused', exitCode, message }
  const isStopped = error.code === 'stopped' || error.code === 'cancelled'
  return {
    kind: 'failed',
    // The documentation has no code for a stopped job.
    exitCode: isStopped ? EXIT.failed : exitCode,
    message,
    isStopped,
    uploadFault: uploadFaultOf(error),
  }
}

const OF_FILES: readonly MessageCode[] = ['fileFailed', 'diskFull', 'objectNotAFile']

/** The innermost error determines what was wrong with an upload. */
function uploadFaultOf(error: JobError): UploadFault {
  if (error.cause instanceof JobError) return uploadFaultOf(error.cause)
  if (OF_FILES.includes(error.code)) return 'file'
  return error.fault === 'config' && error.code !== 'uploadTooLarge' ? 'bucket' : 'transfer'
}

/** Folders whose paths must not appear in messages. Paths below them are shown relative to them. */
export type Hidden = readonly string[]

/**
 * Removes paths of this machine from a text: a path in a known folder keeps its relative part, any other absolute path
 * only its file name. URLs (`s3://bucket/key`, `https://...`) stay.
 */
export function withoutPaths(text: string, folders: Hidden): string {
  const known = folders
    .filter((folder) => folder.length > 1)
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, folder) => rest.replaceAll(`${folder}/`, ''), text)
  return known.replace(/(?<![\w/:.~%-])\/(?:[^\s/"',;:()]+\/)+/g, '')
}
