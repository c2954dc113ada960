/** Operations on time ranges. Pure. */
import type { TimeRange } from '../model/timeline.ts'

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
