/** Stretches of time: joined, cut, counted. Pure. */
import type { TimeRange } from '../model/timeline.ts'

/** Ranges that touch, or lie no more than `gapMs` apart, as one; ascending. */
export function joined(ranges: readonly TimeRange[], gapMs = 0): TimeRange[] {
  const all: { startMs: number; endMs: number }[] = []
  for (const { startMs, endMs } of ranges.toSorted((a, b) => a.startMs - b.startMs)) {
    const last = all.at(-1)
    if (last && startMs - last.endMs <= gapMs) last.endMs = Math.max(last.endMs, endMs)
    else all.push({ startMs, endMs })
  }
  return all
}

/** What of the ranges lies inside another one; those of which nothing does are left out. */
export function partsWithin(bounds: TimeRange, ranges: readonly TimeRange[]): TimeRange[] {
  return ranges
    .map(({ startMs, endMs }) => ({
      startMs: Math.max(bounds.startMs, startMs),
      endMs: Math.min(bounds.endMs, endMs),
    }))
    .filter(({ startMs, endMs }) => endMs > startMs)
}

/** Between the first and the last of some ranges, where none of them is. */
export function gapsBetween(ranges: readonly TimeRange[]): TimeRange[] {
  const all = joined(ranges)
  return all.slice(1).map(({ startMs }, i) => ({ startMs: all[i]?.endMs ?? startMs, endMs: startMs }))
}

/** How long some ranges are in all, in ms; where they overlap, counted for each. */
export const lengthOf = (ranges: readonly TimeRange[]): number =>
  ranges.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0)
