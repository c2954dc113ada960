/** Who has a seat when, from the joins and leaves of all streams. */
import type { Stretch } from '../model/job.ts'
import type { FrameRange } from '../model/timeline.ts'
import { coalesce } from './ranges.ts'

/** Who has a seat during a range of frames, in seat order. */
export interface Seating extends FrameRange {
  readonly visible: readonly string[]
}

/** Seatings of a stretch of settings, which may be the first or last of the output. */
interface WithinStretch {
  readonly seatings: readonly Seating[]
  readonly isFirst: boolean
  readonly isLast: boolean
}

/** Divides seatings among the stretches; one that spans several is in each of them. */
export function byStretch(
  all: readonly Seating[],
  stretches: readonly Stretch[],
): readonly (WithinStretch & { readonly stretch: Stretch })[] {
  let first = 0
  return stretches.map((stretch, i) => {
    const startFrame = i === 0 ? 0 : stretch.fromFrame
    const endFrame = stretches[i + 1]?.fromFrame ?? Infinity
    const own: Seating[] = []
    while ((all[first]?.endFrame ?? Infinity) <= startFrame) first++
    for (let at = first; (all[at]?.startFrame ?? Infinity) < endFrame; at++) {
      const one = all[at] as Seating
      own.push({
        ...one,
        startFrame: Math.max(one.startFrame, startFrame),
        endFrame: Math.min(one.endFrame, endFrame),
      })
    }
    return { stretch, seatings: own, isFirst: i === 0, isLast: i === stretches.length - 1 }
  })
}

/** Sweeps over all joins and leaves once. */
export function seatings(
  streams: readonly { streamId: string; seats: readonly FrameRange[] }[],
  frames: number,
): Seating[] {
  const changes: { frame: number; order: number; delta: 1 | -1 }[] = []
  streams.forEach((stream, order) => {
    for (const { startFrame, endFrame } of stream.seats) {
      changes.push({ frame: startFrame, order, delta: 1 }, { frame: endFrame, order, delta: -1 })
    }
  })
  changes.sort((a, b) => a.frame - b.frame)
  const taken = new Array<number>(streams.length).fill(0)
  const out: Seating[] = []
  let startFrame = 0
  for (let i = 0; i <= changes.length; i++) {
    const change = changes[i]
    const frame = Math.min(change?.frame ?? frames, frames)
    if (frame > startFrame) {
      const visible = streams.filter((_, order) => (taken[order] ?? 0) > 0).map((stream) => stream.streamId)
      out.push({ startFrame, endFrame: frame, visible })
      startFrame = frame
    }
    if (change) taken[change.order] = (taken[change.order] ?? 0) + change.delta
  }
  return coalesce(out, (a, b) => sameList(a.visible, b.visible))
}

export function mergeShort(
  { seatings, isFirst, isLast }: WithinStretch,
  minFrames: number,
): readonly Seating[] {
  const list = [...seatings]
  let i = 0
  while (i < list.length) {
    const short = list[i]
    if (!short || list.length === 1 || short.endFrame - short.startFrame >= minFrames) {
      i++
      continue
    }
    const before = list[i - 1]
    const after = list[i + 1]
    const isBesideChange = (!before && !isFirst) || (!after && !isLast)
    if (isBesideChange && ![before, after].some((one) => one && seatsAll(one, short))) {
      i++
      continue
    }
    if (after && (!before || seatsAll(after, short) || !seatsAll(before, short))) {
      list.splice(i, 2, { ...after, startFrame: short.startFrame })
    } else if (before) {
      list.splice(i - 1, 2, { ...before, endFrame: short.endFrame })
      i--
    }
    // The merged range may now have the same streams as the one before it.
    const merged = list[i]
    const previous = list[i - 1]
    if (merged && previous && sameList(previous.visible, merged.visible)) {
      list.splice(i - 1, 2, { ...previous, endFrame: merged.endFrame })
      i--
    }
  }
  return coalesce(list, (a, b) => sameList(a.visible, b.visible))
}

function seatsAll(seating: Seating, of: Seating): boolean {
  return of.visible.every((id) => seating.visible.includes(id))
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i])
}
