/**
 * A clip that is hidden for long within a chunk is opened once per visit: decoding restarts at the last keyframe before
 * it is seen, and skips what is not shown in between.
 */
import { msOfFrame } from '../model/time.ts'
import type { Clip, FrameRange, Shot } from '../model/timeline.ts'
import { decodeCost, keyframeFor, usesOf } from './uses.ts'

/** Opening a file again costs as much as decoding this many pixels: 2 s of a 640 x 360 camera. */
const OPENING_COST = 60 * 640 * 360

/**
 * Shots in which each visit of a clip is a separate clip with its own id.
 * @param shots of one chunk, ascending
 */
export function splitVisits(shots: readonly Shot[], fps: number): readonly Shot[] {
  const uses = usesOf(shots)
  let nextId = uses.reduce((highest, { clip }) => Math.max(highest, clip.id), 0) + 1
  const visits = new Map<Clip, { readonly clip: Clip; readonly fromFrame: number }[]>()
  for (const { clip, ranges } of uses) {
    const list = [{ clip, fromFrame: -Infinity }]
    ranges.forEach((range, i) => {
      const before = ranges[i - 1]
      if (before && isWorthOpening(clip, before, range, fps)) {
        list.push({ clip: { ...clip, id: nextId++ }, fromFrame: range.startFrame })
      }
    })
    if (list.length > 1) visits.set(clip, list)
  }
  if (visits.size === 0) return shots
  return shots.map((shot) => ({
    ...shot,
    tiles: shot.tiles.map((tile) => {
      const visit = visits.get(tile.clip)?.findLast(({ fromFrame }) => fromFrame <= shot.startFrame)
      return visit ? { ...tile, clip: visit.clip } : tile
    }),
  }))
}

function isWorthOpening(clip: Clip, before: FrameRange, next: FrameRange, fps: number): boolean {
  const hiddenMs = msOfFrame(before.endFrame, fps) - clip.offsetMs
  return decodeCost(clip, hiddenMs, keyframeFor(clip, next.startFrame, fps)) > OPENING_COST
}
