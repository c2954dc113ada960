/** The content of the result file: the outcome of a job as data. Its shape is a contract; see docs/result.md. */
import { type Message, type Warning, say } from '../messages/index.ts'
import type { Encoder } from '../model/encoding.ts'
import type { Job, StorageTarget } from '../model/job.ts'
import type { Recording, Skipped } from '../model/room.ts'
import type { SidecarKind } from '../model/sidecar.ts'
import { msOfFrame } from '../model/time.ts'
import type { Timeline } from '../model/timeline.ts'
import { whatChanges } from '../timeline/changes.ts'

export interface Timings {
  readonly fetchMs: number
  readonly probeMs: number
  readonly planMs: number
  readonly encodeMs: number
  readonly uploadMs: number
  readonly totalMs: number
}

/** The finished file. Without video, the video fields are null; without audio, `audioCodec` is. */
export interface Output {
  readonly vendor: string
  readonly bucket: string
  readonly key: string
  /** Path on this machine, for the vendor `local`. */
  readonly path?: string | undefined
  readonly bytes: number
  readonly durationMs: number
  readonly frames: number | null
  readonly width: number | null
  readonly height: number | null
  readonly fps: number | null
  readonly videoCodec: 'h264' | null
  readonly videoEncoder: Encoder | null
  readonly audioCodec: 'aac' | null
  /** Its sidecars in the bucket; absent if there are none. */
  readonly files?: readonly { readonly key: string; readonly bytes: number; readonly kind: SidecarKind }[]
}

export interface Result {
  readonly jobId: string
  readonly status: 'ok' | 'failed'
  readonly exitCode: number
  readonly error?: { readonly code: string; readonly message: string }
  readonly output?: Output | undefined
  /** An earlier run did the job and nothing has changed since: `output` is that run's. */
  readonly isUnchanged?: true
  readonly streams: readonly {
    readonly streamId: string
    readonly clips: readonly {
      readonly name: string
      /** Range of output time in which it is seen or heard. */
      readonly startMs: number
      readonly endMs: number
      readonly video: boolean
      readonly audio: boolean
      /** Shift from the file's own timestamps to output time. */
      readonly offsetMs: number
      /** Corrections to its audio; absent if it is not heard. */
      readonly audioClock?: {
        /** How much the audio was lengthened relative to its sample count, in ppm. */
        readonly driftPpm: number
        /** Maximum deviation of timestamps from continuous audio, which was smoothed. */
        readonly jitterMs: number
        /** Number of holes filled with silence, and the total duration of the silence. */
        readonly holes: number
        readonly filledMs: number
      }
    }[]
  }[]
  readonly skipped: readonly Skipped[]
  readonly segments: readonly {
    readonly startMs: number
    readonly endMs: number
    readonly layout: readonly {
      readonly streamId: string
      readonly x: number
      readonly y: number
      readonly width: number
      readonly height: number
      readonly z: number
    }[]
  }[]
  /** Timed updates that apply; absent if there are none. */
  readonly updates?:
    | readonly {
        /** Output time at which they apply. */
        readonly atMs: number
        /** The actions of the updates at this moment, in order. */
        readonly actions: readonly string[]
        /** What they change, as text. */
        readonly changes: readonly string[]
      }[]
    | undefined
  readonly warnings: readonly {
    readonly code: string
    readonly message: string
    readonly where?: string | undefined
  }[]
  readonly timings: Timings
  /** Length of the output divided by the job's duration; null if nothing was made. */
  readonly timesRealTime: number | null
  readonly versions: { readonly worker: string; readonly ffmpeg: string | null; readonly node: string }
}

/** What a run knows when it ends, successful or not. */
export interface Findings {
  readonly jobId: string
  readonly exitCode: number
  readonly error?: Message
  readonly output?: Output | undefined
  /** Absent if the job was never planned. */
  readonly planned?: Pick<Result, 'streams' | 'segments' | 'updates'> | undefined
  readonly skipped: readonly Skipped[]
  readonly warnings: readonly Warning[]
  readonly timings: Timings
  readonly versions: Result['versions']
}

export function makeResult(findings: Findings): Result {
  const { jobId, exitCode, error, output, planned, skipped, warnings, timings, versions } = findings
  return {
    jobId,
    status: exitCode === 0 ? 'ok' : 'failed',
    exitCode,
    ...(error && { error: { code: error.code, message: say(error) } }),
    output,
    streams: planned?.streams ?? [],
    skipped,
    segments: planned?.segments ?? [],
    ...(planned?.updates && { updates: planned.updates }),
    warnings: warnings.map((warning) => ({
      code: warning.code,
      message: say(warning),
      where: warning.where,
    })),
    timings,
    timesRealTime: output && timings.totalMs > 0 ? round(output.durationMs / timings.totalMs, 100) : null,
    versions,
  }
}

/** The clips of every stream, in the form of the result. */
export function streamsOf(timeline: Timeline): Result['streams'] {
  const lengthMs = msOfFrame(timeline.frames, timeline.fps)
  const inOutput = (ms: number) => round(Math.min(lengthMs, Math.max(0, ms)))
  return timeline.streams.map(({ streamId, clips }) => ({
    streamId,
    clips: clips.map((clip) => {
      const taken = [...(clip.video?.shown ?? []), ...(clip.audio?.heard ?? [])]
      // A clip that only keeps a seat is not shown at any time.
      const ranges = taken.length > 0 || !clip.video ? taken : [clip.video.range]
      return {
        name: clip.recording.entry.name,
        startMs: inOutput(Math.min(...ranges.map((range) => range.startMs))),
        endMs: inOutput(Math.max(...ranges.map((range) => range.endMs))),
        video: clip.video !== undefined,
        audio: clip.audio !== undefined,
        offsetMs: round(clip.offsetMs),
        ...(clip.audio && audioClockOf(clip.recording)),
      }
    }),
  }))
}

function audioClockOf({ probe }: Recording): Pick<Result['streams'][number]['clips'][number], 'audioClock'> {
  if (!probe.audio) return {}
  const { driftPpm, jitterMs, holes, holesMs } = probe.audio.clock
  return {
    audioClock: {
      driftPpm: round(driftPpm, 10),
      jitterMs: round(jitterMs, 10),
      holes,
      filledMs: round(holesMs, 10),
    },
  }
}

/** The segments, in the form of the result. */
export function segmentsOf(timeline: Timeline): Result['segments'] {
  return timeline.segments.map((segment) => ({
    startMs: round(msOfFrame(segment.startFrame, timeline.fps)),
    endMs: round(msOfFrame(segment.endFrame, timeline.fps)),
    layout: segment.placements.map(({ streamId, x, y, width, height, z }) => ({
      streamId,
      x,
      y,
      width,
      height,
      z,
    })),
  }))
}

/** The timed updates, in the form of the result. */
export function updatesOf(timeline: Pick<Timeline, 'changes' | 'fps'>): Pick<Result, 'updates'> {
  if (timeline.changes.length === 0) return {}
  return {
    updates: timeline.changes.map((change) => ({
      atMs: round(msOfFrame(change.frame, timeline.fps)),
      actions: change.actions,
      changes: whatChanges(change).map((one) => say(one)),
    })),
  }
}

/** Facts about the output, before upload. */
export function outputOf(options: {
  job: Job
  timeline: Timeline
  bytes: number
  /** The video encoder; defaults to x264. */
  encoder?: Encoder
  /** Its bucket and key; default to the job's own. */
  storage?: StorageTarget
  key?: string
  path?: string
  files?: Output['files']
}): Output {
  const { job, timeline, bytes, encoder = 'x264', path, files = [] } = options
  const { storage = job.storage, key = job.outputKey } = options
  const { canvas } = job
  const hasPicture = job.media !== 'audio'
  return {
    vendor: storage.kind === 'local' ? 'local' : storage.vendor,
    bucket: storage.bucket,
    key,
    path,
    bytes,
    durationMs: round(msOfFrame(timeline.frames, timeline.fps)),
    frames: hasPicture ? timeline.frames : null,
    width: hasPicture ? canvas.width : null,
    height: hasPicture ? canvas.height : null,
    fps: hasPicture ? canvas.fps : null,
    videoCodec: hasPicture ? 'h264' : null,
    videoEncoder: hasPicture ? encoder : null,
    audioCodec: job.media === 'video' ? null : 'aac',
    ...(files.length > 0 && { files }),
  }
}

/** Times in results are rounded to thousandths of a ms: exact enough, and short. */
function round(value: number, per = 1000): number {
  return Math.round(value * per) / per
}
