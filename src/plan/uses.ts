/** When the clips of some shots are seen, and what decoding them costs. Costs are in pixels that are decoded. */
import { groupBy } from '../model/collect.ts'
import type { VideoProbe } from '../model/room.ts'
import { countUpTo, lastUpTo } from '../model/search.ts'
import { msOfFrame } from '../model/time.ts'
import type { Clip, FrameRange, Shot } from '../model/timeline.ts'

/** A clip and the stretches of output frames in which it is seen: ascending, apart from one another. */
export interface Use {
  readonly clip: Clip
  readonly ranges: readonly FrameRange[]
}

/** The clips of some shots, in order of first appearance. */
export function usesOf(shots: readonly Shot[]): readonly Use[] {
  const seen = groupBy(
    shots.flatMap((shot) => shot.tiles.map(({ clip }) => ({ clip, shot }))),
    ({ clip }) => clip,
  )
  return [...seen].map(([clip, tiles]) => {
    const ranges: FrameRange[] = []
    for (const { shot } of tiles) {
      const last = ranges.at(-1)
      if (last && last.endFrame >= shot.startFrame) {
        ranges[ranges.length - 1] = { startFrame: last.startFrame, endFrame: shot.endFrame }
      } else ranges.push({ startFrame: shot.startFrame, endFrame: shot.endFrame })
    }
    return { clip, ranges }
  })
}

/** File time in ms of the keyframe at which decoding starts for a picture that is due at an output frame. */
export function keyframeFor(clip: Clip, frame: number, fps: number): number {
  const { timesMs, keyframesMs } = videoOf(clip)
  const dueMs = timesMs[lastUpTo(timesMs, msOfFrame(frame, fps) - clip.offsetMs)] ?? 0
  return keyframesMs[lastUpTo(keyframesMs, dueMs)] ?? timesMs[0] ?? 0
}

/** What decoding a clip from one moment of file time to another costs. */
export function decodeCost(clip: Clip, fromMs: number, toMs: number): number {
  const { timesMs, sizes } = videoOf(clip)
  const frames = Math.max(0, countUpTo(timesMs, toMs) - countUpTo(timesMs, fromMs))
  const size = sizes.findLast((one) => one.fromMs <= fromMs) ?? sizes[0]
  return frames * (size?.width ?? 0) * (size?.height ?? 0)
}

function videoOf({ recording }: Clip): VideoProbe {
  const { video } = recording.probe
  if (!video) throw new Error(`${recording.entry.name}: it is to be shown and has no picture`)
  return video
}
