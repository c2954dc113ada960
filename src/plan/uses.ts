/** When the clips of some shots are seen, and what decoding them costs. Costs are in decoded pixels. */
import { type Recording, videoOf } from '../model/room.ts'
import { countUpTo, lastUpTo } from '../model/search.ts'
import { msOfFrame } from '../model/time.ts'
import type { Clip, FrameRange, Shot } from '../model/timeline.ts'

/** A clip and the ranges of output frames in which it is seen, ascending and disjoint. */
export interface Use {
  readonly clip: Clip
  readonly ranges: readonly FrameRange[]
}

/** The clips of some shots, in order of first appearance. */
export function usesOf(shots: readonly Shot[]): readonly Use[] {
  const seen = new Map<Clip, FrameRange[]>()
  for (const { startFrame, endFrame, tiles } of shots) {
    for (const { clip } of tiles) {
      const ranges = seen.get(clip) ?? []
      const last = ranges.at(-1)
      if (!last) seen.set(clip, ranges)
      if (last && last.endFrame >= startFrame) {
        ranges[ranges.length - 1] = { startFrame: last.startFrame, endFrame }
      } else ranges.push({ startFrame, endFrame })
    }
  }
  return [...seen].map(([clip, ranges]) => ({ clip, ranges }))
}

/** File time in ms of the keyframe at which decoding starts for the picture due at an output frame. */
export function keyframeFor(clip: Clip, frame: number, fps: number): number {
  return keyframeUpTo(clip.recording, msOfFrame(frame, fps) - clip.offsetMs)
}

/** The same for a file time in ms. A recording with a wrong index is read from its start. */
export function keyframeUpTo(recording: Recording, fileMs: number): number {
  const { timesMs, keyframesMs } = videoOf(recording)
  const firstMs = timesMs[0] ?? 0
  if (recording.probe.seekIndex === 'wrong') return firstMs
  return keyframesMs[lastUpTo(keyframesMs, fileMs)] ?? firstMs
}

/** Cost of decoding a clip between two file times. */
export function decodeCost(clip: Clip, fromMs: number, toMs: number): number {
  const { timesMs, sizes } = videoOf(clip.recording)
  const frames = Math.max(0, countUpTo(timesMs, toMs) - countUpTo(timesMs, fromMs))
  const size = sizes.findLast((one) => one.fromMs <= fromMs) ?? sizes[0]
  return frames * (size?.width ?? 0) * (size?.height ?? 0)
}

/**
 * Cumulative cost of decoding everything seen before an output frame.
 * @param uses of the whole output
 * @returns a function from a frame to that cost, interpolated within a second of output time
 */
export function decodeWork(uses: readonly Use[], endFrame: number, fps: number): (frame: number) => number {
  const perSecond = new Float64Array(Math.ceil(endFrame / fps) + 1)
  for (const { clip, ranges } of uses) {
    const { timesMs, sizes } = videoOf(clip.recording)
    let size = 0
    for (const range of ranges) {
      const end = countUpTo(timesMs, msOfFrame(range.endFrame, fps) - clip.offsetMs)
      for (let i = countUpTo(timesMs, msOfFrame(range.startFrame, fps) - clip.offsetMs); i < end; i++) {
        const ms = timesMs[i] ?? 0
        while ((sizes[size + 1]?.fromMs ?? Infinity) <= ms) size++
        const second = Math.floor((ms + clip.offsetMs) / 1000)
        perSecond[second] = (perSecond[second] ?? 0) + (sizes[size]?.width ?? 0) * (sizes[size]?.height ?? 0)
      }
    }
  }
  const before = new Float64Array(perSecond.length + 1)
  perSecond.forEach((cost, second) => (before[second + 1] = (before[second] ?? 0) + cost))
  return (frame) => {
    const second = Math.floor(frame / fps)
    return (before[second] ?? 0) + ((perSecond[second] ?? 0) * (frame - second * fps)) / fps
  }
}
