/** Chooses the moments of a timeline to show. Pure. */
import type { Segment, Shot, Timeline } from '../model/timeline.ts'
import { msOfFrame } from '../model/time.ts'
import { decodeCost, keyframeFor } from '../plan/uses.ts'

export interface Moment {
  /** Output frame. */
  readonly frame: number
  /** Index of its segment in the timeline. */
  readonly segment: number
}

/** Decoding cost, in pixels, above which a cheaper moment is sought: ten seconds of a 640 x 360 camera. */
const DEAR = 300 * 640 * 360
const CANDIDATES = 9

/** Returns the frame shown at an output time; undefined if the time is outside the output. */
export function momentAt(timeline: Timeline, seconds: number): Moment | undefined {
  // A time on a frame's start selects that frame despite rounding errors.
  const frame = Math.floor(seconds * timeline.fps + 1e-6)
  const segment = timeline.segments.findIndex((one) => one.startFrame <= frame && frame < one.endFrame)
  return segment < 0 ? undefined : { frame, segment }
}

/**
 * Returns a representative moment of each segment: its middle, unless more of its streams have video at another time or
 * a moment nearby is much cheaper to decode.
 * @param most maximum number of segments; if there are more, those chosen are spread over the output
 */
export function momentOfEach(timeline: Timeline, most: number): readonly Moment[] {
  const { segments } = timeline
  const chosen = segments.length <= most ? segments : spread(timeline, most)
  return [...segments.entries()]
    .filter(([, segment]) => chosen.includes(segment))
    .map(([segment, range]) => ({ frame: tellingFrame(range, timeline), segment }))
}

/**
 * Divides the output into `most` parts and takes the segment that covers most of each, then the longest of the rest.
 */
function spread({ segments, frames }: Timeline, most: number): readonly Segment[] {
  const left = new Set(segments)
  const take = (shareOf: (segment: Segment) => number) => {
    const [best] = [...left].toSorted((a, b) => shareOf(b) - shareOf(a))
    if (!best || shareOf(best) <= 0) return []
    left.delete(best)
    return [best]
  }
  const parts = Array.from({ length: most }, (_, i) => ({
    startFrame: (frames * i) / most,
    endFrame: (frames * (i + 1)) / most,
  }))
  const within = parts.flatMap((part) =>
    take((one) => Math.min(one.endFrame, part.endFrame) - Math.max(one.startFrame, part.startFrame)),
  )
  return [...within, ...Array.from({ length: most - within.length }, () => take(lengthOf)).flat()]
}

function tellingFrame(segment: Segment, { shots, fps }: Timeline): number {
  const within = shots.filter(
    (shot) => shot.startFrame < segment.endFrame && shot.endFrame > segment.startFrame,
  )
  const fullest = Math.max(...within.map(({ tiles }) => tiles.length))
  const full = within.filter(({ tiles }) => tiles.length === fullest)
  const middle = middleOf(segment)
  const shot =
    full.find((one) => one.startFrame <= middle && middle < one.endFrame) ??
    full.toSorted((a, b) => lengthOf(b) - lengthOf(a))[0]
  if (!shot) return middle
  const wish = shot.startFrame <= middle && middle < shot.endFrame ? middle : middleOf(shot)
  const costAt = (frame: number) => costOf(shot, frame, fps)
  if (costAt(wish) <= DEAR) return wish
  const from = Math.max(shot.startFrame, segment.startFrame)
  const length = Math.min(shot.endFrame, segment.endFrame) - from
  const others = Array.from({ length: CANDIDATES }, (_, i) =>
    Math.floor(from + (length * (i + 1)) / (CANDIDATES + 1)),
  )
  return [wish, ...others].reduce((best, one) => (costAt(one) < costAt(best) / 2 ? one : best))
}

/** The pixels to decode for one frame of a shot. */
function costOf({ tiles }: Shot, frame: number, fps: number): number {
  const costs = tiles.map(({ clip }) =>
    decodeCost(clip, keyframeFor(clip, frame, fps), msOfFrame(frame, fps) - clip.offsetMs),
  )
  return costs.reduce((sum, cost) => sum + cost, 0)
}

const lengthOf = ({ startFrame, endFrame }: { startFrame: number; endFrame: number }) => endFrame - startFrame
const middleOf = ({ startFrame, endFrame }: { startFrame: number; endFrame: number }) =>
  Math.floor((startFrame + endFrame) / 2)
