/** When streams are on screen, there, and heard, from the result and what was measured. */
import type { TimeRange } from '../../model/timeline.ts'
import type { Heard } from '../facts.ts'
import type { Result } from '../result.ts'

/** Ranges that touch, or lie nearer than `gapMs` to one another, as one; ascending. */
export function joined(ranges: readonly TimeRange[], gapMs = 0): TimeRange[] {
  const all: { startMs: number; endMs: number }[] = []
  for (const { startMs, endMs } of [...ranges].sort((a, b) => a.startMs - b.startMs)) {
    const last = all.at(-1)
    if (last && startMs - last.endMs <= gapMs) last.endMs = Math.max(last.endMs, endMs)
    else all.push({ startMs, endMs })
  }
  return all
}

export const lengthOf = (ranges: readonly TimeRange[]): number =>
  ranges.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0)

/** When each stream has a place in the picture. */
export function onScreen(segments: Result['segments']): ReadonlyMap<string, TimeRange[]> {
  const seen = new Map<string, TimeRange[]>()
  for (const { startMs, endMs, layout } of segments) {
    for (const { streamId } of layout) seen.set(streamId, [...(seen.get(streamId) ?? []), { startMs, endMs }])
  }
  return new Map([...seen].map(([streamId, ranges]) => [streamId, joined(ranges)]))
}

/** When each stream's recordings hold speech or other sound, and for how long in ms; undefined where not measured. */
export function whenHeard(
  heard: readonly Heard[] | undefined,
): ReadonlyMap<string, { ranges: readonly TimeRange[]; ms: number }> | undefined {
  if (!heard) return undefined
  const byStream = new Map<string, { ranges: readonly TimeRange[]; ms: number }>()
  for (const one of heard) {
    const { ranges, ms } = byStream.get(one.streamId) ?? { ranges: [], ms: 0 }
    byStream.set(one.streamId, { ranges: [...ranges, ...one.heard], ms: ms + one.heardMs })
  }
  return byStream
}

/** Between the first and the last of some ranges, where none of them is. */
export function gapsBetween(ranges: readonly TimeRange[]): TimeRange[] {
  const all = joined(ranges)
  return all.slice(1).map(({ startMs }, i) => ({ startMs: all[i]?.endMs ?? startMs, endMs: startMs }))
}

/** How long the result's timeline is, in ms. */
export function lengthOfResult({ output, segments, streams }: Result): number {
  const ends = streams.flatMap(({ clips }) => clips.map(({ endMs }) => endMs))
  return output?.durationMs ?? segments.at(-1)?.endMs ?? Math.max(0, ...ends)
}
