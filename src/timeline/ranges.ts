/** Operations on ranges of time and of frames. Pure. */
import type { FrameRange, TimeRange } from '../model/timeline.ts'

/** Merges ranges that overlap, touch, or are at most `gapMs` apart; ascending. */
export function joined(ranges: readonly TimeRange[], gapMs = 0): TimeRange[] {
  const all: { startMs: number; endMs: number }[] = []
  for (const { startMs, endMs } of ranges.toSorted((a, b) => a.startMs - b.startMs)) {
    const last = all.at(-1)
    if (last && startMs - last.endMs <= gapMs) last.endMs = Math.max(last.endMs, endMs)
    else all.push({ startMs, endMs })
  }
  return all
}

/** Clips ranges to `bounds`; drops those outside. */
export function partsWithin(bounds: TimeRange, ranges: readonly TimeRange[]): TimeRange[] {
  return ranges
    .map(({ startMs, endMs }) => ({
      startMs: Math.max(bounds.startMs, startMs),
      endMs: Math.min(bounds.endMs, endMs),
    }))
    .filter(({ startMs, endMs }) => endMs > startMs)
}

/** The gaps between the first and the last of some ranges. */
export function gapsBetween(ranges: readonly TimeRange[]): TimeRange[] {
  const all = joined(ranges)
  return all.slice(1).map(({ startMs }, i) => ({ startMs: all[i]?.endMs ?? startMs, endMs: startMs }))
}

/** Total length of some ranges, in ms; overlaps count more than once. */
export const lengthOf = (ranges: readonly TimeRange[]): number =>
  ranges.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0)

/**
 * Lets a film that would open with an empty picture begin with what follows, if that follows soon: nobody wants to see
 * an empty first frame, which is also what players show before they play.
 * @param within frames
 */
export function openAtOnce<T extends FrameRange>(
  list: T[],
  isEmpty: (item: T) => boolean,
  within: number,
): T[] {
  const first = list.findIndex((item) => !isEmpty(item))
  const opening = list[first]
  if (first <= 0 || !opening || opening.startFrame > within) return list
  return [{ ...opening, startFrame: list[0]?.startFrame ?? 0 }, ...list.slice(first + 1)]
}

/** Joins consecutive items that are the same but for their frames. */
export function coalesce<T extends FrameRange>(list: readonly T[], same: (a: T, b: T) => boolean): T[] {
  const out: T[] = []
  for (const item of list) {
    const last = out.at(-1)
    if (last && same(last, item)) out[out.length - 1] = { ...last, endFrame: item.endFrame }
    else out.push(item)
  }
  return out
}
