/** What the worker knows, as events. */
import { posix } from 'node:path'
import { pathToFileURL } from 'node:url'
import { EXIT, type JobError } from '../errors.ts'
import { type Warning, say } from '../messages/index.ts'
import type { Job, StorageTarget } from '../model/job.ts'
import { msOfFrame } from '../model/time.ts'
import type { Clip, TimeRange, Timeline } from '../model/timeline.ts'
import type { Output } from '../report/result.ts'
import { joined, partsWithin } from '../timeline/ranges.ts'
import type { JobEvent, OutputFile, Planned, StreamChange } from './event.ts'

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
 * @param key what it is called there
 */
export function fileOf(options: {
  output: Output
  timeline: Timeline
  media: Job['media']
  storage: StorageTarget
  key: string
}): OutputFile {
  const { output, timeline, media, storage, key } = options
  return {
    vendor: storage.kind === 'local' ? 'local' : storage.vendor,
    bucket: storage.bucket,
    key,
    url: urlOf(storage, key),
    bytes: output.bytes,
    durationMs: Math.round(output.durationMs),
    startMs: Math.round(timeline.startMs),
    media,
    width: output.width ?? 0,
    height: output.height ?? 0,
    videoCodec: output.videoCodec ?? '',
    audioCodec: output.audioCodec ?? '',
    streamIds: timeline.streams.map(({ streamId }) => streamId),
  }
}

/** An object's address, unsigned. */
function urlOf(storage: StorageTarget, key: string): string {
  if (storage.kind === 'local') return pathToFileURL(posix.join(storage.folder, key)).href
  const path = key.split('/').map(encodeURIComponent).join('/')
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
  return { kind: 'failed', exitCode, message, isStopped: error.code === 'stopped' }
}
