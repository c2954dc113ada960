/** Which moments of a timeline are shown. Pure. */
import type { Segment, Shot, Timeline } from '../model/timeline.ts'
import { msOfFrame } from '../model/time.ts'
import { decodeCost, keyframeFor } from '../plan/uses.ts'

export interface Moment {
  /** Of the output. */
  readonly frame: number
  /** Position of its segment in the timeline. */
  readonly segment: number
}

/** From here on a moment beside the middle is looked for: ten seconds of a 640 x 360 camera. */
const DEAR = 300 * 640 * 360
const CANDIDATES = 9

/** The frame that is on screen at a moment of output time; undefined when that is not within the output. */
export function momentAt(timeline: Timeline, seconds: number): Moment | undefined {
  // What falls on a frame's beginning is that frame, whatever the decimals make of it.
  const frame = Math.floor(seconds * timeline.fps + 1e-6)
  const segment = timeline.segments.findIndex((one) => one.startFrame <= frame && frame < one.endFrame)
  return segment < 0 ? undefined : { frame, segment }
}

/**
 * A telling moment of each segment: its middle, unless more of its streams have a picture at another time, or much
 * less has to be decoded for a moment nearby.
 * @param most as many, spread over the output, where there are more segments than this
 */
export function momentOfEach(timeline: Timeline, most: number): readonly Moment[] {
  const { segments } = timeline
  const chosen = segments.length <= most ? segments : spread(timeline, most)
  return [...segments.entries()]
    .filter(([, segment]) => chosen.includes(segment))
    .map(([segment, range]) => ({ frame: tellingFrame(range, timeline), segment }))
}

/** Of each of as many parts of the output the segment that has most of it, then the longest of the others. */
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

/** What has to be decoded for one frame of a shot, in pixels. */
function costOf({ tiles }: Shot, frame: number, fps: number): number {
  const costs = tiles.map(({ clip }) =>
    decodeCost(clip, keyframeFor(clip, frame, fps), msOfFrame(frame, fps) - clip.offsetMs),
  )
  return costs.reduce((sum, cost) => sum + cost, 0)
}

const lengthOf = ({ startFrame, endFrame }: { startFrame: number; endFrame: number }) => endFrame - startFrame
const middleOf = ({ startFrame, endFrame }: { startFrame: number; endFrame: number }) =>
  Math.floor((startFrame + endFrame) / 2)
