/** What the worker knows, as events. */
import { posix } from 'node:path'
import { EXIT, JobError } from '../errors.ts'
import { type Warning, say } from '../messages/index.ts'
import type { Job, StorageTarget } from '../model/job.ts'
import { msOfFrame } from '../model/time.ts'
import type { Clip, TimeRange, Timeline } from '../model/timeline.ts'
import type { Output } from '../report/result.ts'
import { joined, partsWithin } from '../timeline/ranges.ts'
import type { BesideFile, JobEvent, OutputFile, Planned, StreamChange, UploadFault } from './event.ts'

/** When each stream joins and leaves, read off the timeline. Clips that touch are one stay. */
export function plannedOf(timeline: Timeline, media: Job['media']): Planned {
  const lengthMs = msOfFrame(timeline.frames, timeline.fps)
  const output = { startMs: 0, endMs: lengthMs }
  const changes = timeline.streams.flatMap(({ streamId, clips }) => {
    const video = rangesOf(clips, (clip) => clip.video?.range)
    const audio = rangesOf(clips, (clip) => clip.audio)
    const stays = { any: [...video, ...audio], video, audio }
    return (['any', 'video', 'audio'] as const).flatMap((medium) =>
      joined(partsWithin(output, stays[medium])).flatMap(({ startMs, endMs }): StreamChange[] => [
        { streamId, medium, isOpen: true, atMs: Math.round(timeline.startMs + startMs) },
        { streamId, medium, isOpen: false, atMs: Math.round(timeline.startMs + endMs) },
      ]),
    )
  })
  return {
    kind: 'planned',
    media,
    startMs: Math.round(timeline.startMs),
    endMs: Math.round(timeline.startMs + lengthMs),
    // Stable: streams keep the order of their seats.
    changes: changes.sort((a, b) => a.atMs - b.atMs || Number(a.isOpen) - Number(b.isOpen)),
  }
}

function rangesOf(clips: readonly Clip[], of: (clip: Clip) => TimeRange | undefined): TimeRange[] {
  return clips.map(of).filter((range) => range !== undefined)
}

/**
 * The finished file as callbacks tell of it.
 * @param storage the bucket it is put into: the job's own, or the second one
 * @param startMs Unix time in ms of its first frame
 */
export function fileOf(options: {
  output: Output
  startMs: number
  streamIds: readonly string[]
  media: Job['media']
  storage: StorageTarget
  isBackup: boolean
}): OutputFile {
  const { output, startMs, streamIds, media, storage, isBackup } = options
  const { key } = output
  return {
    ...bucketOf(storage),
    key,
    url: urlOf(storage, key),
    bytes: output.bytes,
    durationMs: Math.round(output.durationMs),
    startMs: Math.round(startMs),
    media,
    width: output.width ?? 0,
    height: output.height ?? 0,
    videoCodec: output.videoCodec ?? '',
    audioCodec: output.audioCodec ?? '',
    streamIds,
    isBackup,
    beside: besideOf(output.files ?? [], storage),
  }
}

/** The first file of a kind names the others of its kind. */
function besideOf(files: NonNullable<Output['files']>, storage: StorageTarget): BesideFile[] {
  return [...new Set(files.map(({ kind }) => kind))].flatMap((kind) => {
    const all = files.filter((file) => file.kind === kind)
    const bytes = all.reduce((sum, file) => sum + file.bytes, 0)
    return all.slice(0, 1).map(({ key }) => ({ kind, key, url: urlOf(storage, key), bytes }))
  })
}

/** A folder that stands for a bucket is called by its name: where it lies on this machine is nobody's business. */
function bucketOf(storage: StorageTarget): { vendor: string; bucket: string } {
  if (storage.kind === 'local') return { vendor: 'local', bucket: posix.basename(storage.folder) }
  return { vendor: storage.vendor, bucket: storage.bucket }
}

/** An object's address, unsigned. */
function urlOf(storage: StorageTarget, key: string): string {
  const path = key.split('/').map(encodeURIComponent).join('/')
  if (storage.kind === 'local') return `local://${encodeURIComponent(bucketOf(storage).bucket)}/${path}`
  const { endpoint, bucket, pathStyle } = storage
  if (pathStyle) return `${endpoint}/${bucket}/${path}`
  return `${endpoint.replace('://', `://${bucket}.`)}/${path}`
}

/** A warning with its place, unless the text names that itself. */
export function warningOf(warning: Warning): JobEvent {
  const text = say(warning)
  const { where } = warning
  return {
    kind: 'warning',
    message: where === undefined || text.includes(where) ? text : `${where}: ${text}`,
  }
}

/** How a job ended. */
export function endOf(error: JobError | undefined): JobEvent {
  if (!error) return { kind: 'ended' }
  const { exitCode, message } = error
  if (exitCode === EXIT.running) return { kind: 'refused', exitCode, message }
  const isStopped = error.code === 'stopped'
  return {
    kind: 'failed',
    // The documents have no number for a job that is stopped.
    exitCode: isStopped ? EXIT.failed : exitCode,
    message,
    isStopped,
    uploadFault: uploadFaultOf(error),
  }
}

const OF_FILES: readonly string[] = ['fileFailed', 'diskFull', 'objectNotAFile']

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
