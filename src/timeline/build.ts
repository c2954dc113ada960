/** Builds the timeline from a job, the index and probed recordings. The entry point of this folder. */
import type { Job } from '../model/job.ts'
import type { Recording } from '../model/room.ts'
import type { Stepwise } from '../model/stepwise.ts'
import { frameAt } from '../model/time.ts'
import type { Clip, Timeline, TimelineStream } from '../model/timeline.ts'
import type { Warning } from '../messages/index.ts'
import { type Placed, placeClips } from './clips.ts'
import type { PlacedRecording } from './placed.ts'
import { timeContradictions } from './contradictions.ts'
import { type StallRule, presence } from './presence.ts'
import { cutSegments, cutShots } from './segments.ts'

/** How layouts change over time: `layout` in conf/. */
export interface TimelineRules extends StallRule {
  /** A layout that would last less than this is merged into a neighbour. */
  readonly minSegmentMs: number
}

/**
 * Determines who is seen and heard, and when.
 * @param roomStartMs Unix time in ms of output time 0
 * @returns no timeline if nothing in the recordings is seen or heard
 */
export function* buildTimeline(options: {
  job: Job
  roomStartMs: number
  recordings: readonly Recording[]
  rules: TimelineRules
}): Stepwise<{ timeline?: Timeline; warnings: readonly Warning[] }> {
  const { job, roomStartMs, rules } = options
  const { fps } = job.canvas
  const placed = placeClips(options)
  const warnings = [...placed.warnings, ...timeContradictions(options.recordings)]

  const end = outputEnd({ job, placed })
  warnings.push(...end.warnings)
  const frames = end.endMs > 0 ? Math.max(1, frameAt(end.endMs, fps)) : 0
  if (frames === 0) return { warnings }

  let nextId = 0
  const streams: TimelineStream[] = []
  for (const { streamId, clips } of placed.streams) {
    const finished: Clip[] = []
    for (const clip of clips) {
      finished.push(finish({ clip, id: nextId++, rules, fps, frames }))
      yield
    }
    streams.push({ streamId, clips: finished })
  }
  const clips = streams.flatMap((stream) => stream.clips)
  const timeline = { startMs: roomStartMs, fps, frames, streams, clips }
  if (job.media === 'audio') return { timeline: { ...timeline, segments: [], shots: [] }, warnings }

  const { segments, neverSeen } = yield* cutSegments({
    streams: streams.map((stream) => ({
      streamId: stream.streamId,
      seats: stream.clips.flatMap((clip) => clip.video?.seats ?? []),
    })),
    frames,
    minFrames: Math.ceil((rules.minSegmentMs * fps) / 1000),
    layout: job.layout,
    canvas: job.canvas,
    ...(job.mainStream && { mainStream: job.mainStream }),
    screenShare: job.screenShare,
  })
  // The layout "single" shows only one stream by design, so the others need no warning.
  const isSingle = job.layout.kind === 'preset' && job.layout.preset === 'single'
  for (const streamId of isSingle ? [] : neverSeen)
    warnings.push({ code: 'streamNeverSeen', params: { streamId } })
  return { timeline: { ...timeline, segments, shots: yield* cutShots(segments, clips, fps) }, warnings }
}

/** The output ends with its last clip, or `idleMs` after the key stream last leaves. */
function outputEnd(options: { job: Job; placed: Placed }): { endMs: number; warnings: Warning[] } {
  const { job, placed } = options
  const endOf = (clips: readonly PlacedRecording[]) =>
    Math.max(0, ...clips.flatMap((clip) => [clip.video?.endMs ?? 0, clip.audio?.endMs ?? 0]))
  const lastMs = endOf(placed.streams.flatMap((stream) => stream.clips))
  if (!job.keyStream) return { endMs: lastMs, warnings: [] }
  const { streamId, idleMs } = job.keyStream
  const key = placed.streams.find((stream) => stream.streamId === streamId)
  if (!key) return { endMs: lastMs, warnings: [{ code: 'keyStreamMissing', params: { streamId } }] }
  return { endMs: Math.min(lastMs, endOf(key.clips) + idleMs), warnings: [] }
}

function finish(options: {
  clip: PlacedRecording
  id: number
  rules: StallRule
  fps: number
  frames: number
}): Clip {
  const { clip, id, rules, fps, frames } = options
  const { streamId, recording, offsetMs, video, audio } = clip
  const isScreen = streamId.endsWith('_2')
  const seen =
    video &&
    recording.probe.video &&
    presence({
      timesMs: recording.probe.video.timesMs,
      offsetMs,
      startMs: video.startMs,
      endMs: video.endMs,
      mediaEndMs: audio?.endMs ?? video.endMs,
      rule: isScreen ? { ...rules, whenStalled: 'hold' } : rules,
      fps,
      frames,
    })
  return {
    id,
    streamId,
    recording,
    offsetMs,
    ...(seen && { video: { range: video, ...seen } }),
    ...(audio && { audio }),
  }
}
