/** When each stream is seen and heard, clip by clip. Pure. */
import type { Clip, FrameRange, TimeRange, Timeline, TimelineStream } from '../model/timeline.ts'
import { msOfFrame } from '../model/time.ts'
import { partsWithin } from '../timeline/ranges.ts'

/** A range of output time in which a clip is on screen, or heard. */
export interface Stay extends TimeRange {
  readonly kind: 'seen' | 'heard'
  /** Index of the clip in its stream. */
  readonly clip: number
}

/** A clip is seen where its segment's layout has a region for the stream and the clip has a picture. */
export function staysOf({ streamId, clips }: TimelineStream, timeline: Timeline): readonly Stay[] {
  const { segments, frames, fps } = timeline
  const lengthMs = msOfFrame(frames, fps)
  const placed = segments.filter(({ placements }) => placements.some((one) => one.streamId === streamId))
  return clips.flatMap((clip, number) => {
    const seen = picturesIn(clip, placed).map((range): Stay => ({
      startMs: msOfFrame(range.startFrame, fps),
      endMs: msOfFrame(range.endFrame, fps),
      kind: 'seen',
      clip: number,
    }))
    const output = { startMs: 0, endMs: lengthMs }
    const heard = partsWithin(output, clip.audio?.heard ?? []).map((range): Stay => ({
      ...range,
      kind: 'heard',
      clip: number,
    }))
    return [...seen, ...heard]
  })
}

/** The parts of a clip's video that are within segments. Both ascend and are disjoint, so one pass suffices. */
function picturesIn(clip: Clip, segments: readonly FrameRange[]): FrameRange[] {
  const parts: FrameRange[] = []
  let first = 0
  for (const picture of clip.video?.pictures ?? []) {
    while ((segments[first]?.endFrame ?? Infinity) <= picture.startFrame) first++
    for (let i = first; ; i++) {
      const segment = segments[i]
      if (!segment || segment.startFrame >= picture.endFrame) break
      parts.push({
        startFrame: Math.max(picture.startFrame, segment.startFrame),
        endFrame: Math.min(picture.endFrame, segment.endFrame),
      })
    }
  }
  return parts
}
