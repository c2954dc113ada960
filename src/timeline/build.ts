/** Builds the timeline from a job, the index and probed recordings. The entry point of this folder. */
import type { Job } from '../model/job.ts'
import type { Recording } from '../model/room.ts'
import type { Stepwise } from '../model/stepwise.ts'
import { frameAt, msOfFrame } from '../model/time.ts'
import type { Clip, FrameRange, TimeRange, Timeline, TimelineStream } from '../model/timeline.ts'
import type { Warning } from '../messages/index.ts'
import { type Placed, placeClips } from './clips.ts'
import type { PlacedRecording } from './placed.ts'
import { changesWithin, firstChange } from './changes.ts'
import { timeContradictions } from './contradictions.ts'
import { type StallRule, presence } from './presence.ts'
import { partsWithin } from './ranges.ts'
import { cutSegments } from './segments.ts'
import { cutShots } from './shots.ts'
import { type Wanted, commonFrames, wantedRanges } from './wanted.ts'

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
    const wanted = wantedRanges(job, streamId)
    for (const clip of clips) {
      const one = finish({ clip, id: nextId, rules, wanted, fps, frames })
      if (one.video ?? one.audio) {
        finished.push(one)
        nextId++
      }
      yield
    }
    if (finished.length > 0) streams.push({ streamId, clips: finished })
  }
  const clips = streams.flatMap((stream) => stream.clips)
  const { changes, warnings: late } = changesWithin(job, frames)
  warnings.push(...late)
  const timeline = { startMs: roomStartMs, fps, frames, streams, clips, changes }
  if (job.media === 'audio') return { timeline: { ...timeline, segments: [], shots: [] }, warnings }

  const openWithin = Math.min(fps, firstChange(job) - 1)
  const { segments, neverSeen } = yield* cutSegments({
    streams: streams.map((stream) => ({
      streamId: stream.streamId,
      seats: stream.clips.flatMap((clip) => clip.video?.seats ?? []),
    })),
    frames,
    minFrames: Math.ceil((rules.minSegmentMs * fps) / 1000),
    canvas: job.canvas,
    stretches: job.stretches,
    openWithin,
  })
  for (const streamId of neverSeen) warnings.push({ code: 'streamNeverSeen', params: { streamId } })
  return {
    timeline: { ...timeline, segments, shots: yield* cutShots(segments, clips, openWithin) },
    warnings,
  }
}

/**
 * The output ends with the last stream that is mixed, muted or not, or `idleMs` after the key stream last leaves.
 */
function outputEnd(options: { job: Job; placed: Placed }): { endMs: number; warnings: Warning[] } {
  const { job, placed } = options
  const endOf = ({ streamId, clips }: Placed['streams'][number]) => {
    const wanted = wantedRanges(job, streamId)
    const ends = clips.flatMap(({ video, audio, waits }) => [
      video ? lastMs(video, wanted.video, waits) : 0,
      audio ? lastMs(audio, wanted.audio, waits) : 0,
    ])
    return Math.max(0, ...ends)
  }
  const lastMs = (range: TimeRange, wanted: readonly FrameRange[], waits: readonly FrameRange[] = []) =>
    partsWithin(range, inMs(commonFrames(wanted, outside(waits)), job.canvas.fps)).at(-1)?.endMs ?? 0
  const allEndMs = Math.max(0, ...placed.streams.map(endOf))
  if (!job.keyStream) return { endMs: allEndMs, warnings: [] }
  const { streamId, idleMs } = job.keyStream
  const key = placed.streams.find((stream) => stream.streamId === streamId)
  if (!key) return { endMs: allEndMs, warnings: [{ code: 'keyStreamMissing', params: { streamId } }] }
  return { endMs: Math.min(allEndMs, endOf(key) + idleMs), warnings: [] }
}

function finish(options: {
  clip: PlacedRecording
  id: number
  rules: StallRule
  wanted: Wanted
  fps: number
  frames: number
}): Clip {
  const { clip, id, rules, wanted, fps, frames } = options
  const { streamId, recording, offsetMs, video, audio } = clip
  const there = outside(clip.waits ?? [])
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
  // A muted camera is treated like one that stops sending, except that its last picture is never held.
  const seated = rules.whenStalled === 'leave' ? wanted.shown : wanted.video
  const seats = seen && commonFrames(seen.seats, commonFrames(seated, there))
  const pictures = seen && commonFrames(seen.pictures, commonFrames(wanted.shown, there))
  const shown = video ? within(video, commonFrames(wanted.shown, there), fps) : []
  const heard = audio ? within(audio, commonFrames(wanted.heard, there), fps) : []
  return {
    id,
    streamId,
    recording,
    offsetMs,
    ...(video &&
      seats &&
      pictures &&
      shown.length + seats.length > 0 && { video: { range: video, shown, seats, pictures } }),
    ...(audio && heard.length > 0 && { audio: { range: audio, heard } }),
  }
}

/** The parts of a range that are in some frames; the range itself, even an empty one, if those are all frames. */
function within(range: TimeRange, frames: readonly FrameRange[], fps: number): readonly TimeRange[] {
  const isWhole = frames.some(({ startFrame, endFrame }) => startFrame === -Infinity && endFrame === Infinity)
  return isWhole ? [range] : partsWithin(range, inMs(frames, fps))
}

function inMs(frames: readonly FrameRange[], fps: number): readonly TimeRange[] {
  return frames.map(({ startFrame, endFrame }) => ({
    startMs: msOfFrame(startFrame, fps),
    endMs: msOfFrame(endFrame, fps),
  }))
}

/** All frames except those of some ranges, which are ascending and disjoint. */
function outside(ranges: readonly FrameRange[]): readonly FrameRange[] {
  return [-Infinity, ...ranges.map(({ endFrame }) => endFrame)].map((startFrame, i) => ({
    startFrame,
    endFrame: ranges[i]?.startFrame ?? Infinity,
  }))
}
