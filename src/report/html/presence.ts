/** When streams are on screen, present and heard, from the result and the measurements. */
import type { TimeRange } from '../../model/timeline.ts'
import { joined } from '../../timeline/ranges.ts'
import type { Heard } from '../facts.ts'
import type { Result } from '../result.ts'

/** When each stream is on screen. */
export function onScreen(segments: Result['segments']): ReadonlyMap<string, TimeRange[]> {
  const seen = new Map<string, TimeRange[]>()
  for (const { startMs, endMs, layout } of segments) {
    for (const { streamId } of layout) seen.set(streamId, [...(seen.get(streamId) ?? []), { startMs, endMs }])
  }
  return new Map([...seen].map(([streamId, ranges]) => [streamId, joined(ranges)]))
}

/** When each stream's recordings contain speech or other sound, and the total in ms; undefined if not measured. */
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

/** Length of the result's timeline in ms. */
export function lengthOfResult({ output, segments, streams }: Result): number {
  const ends = streams.flatMap(({ clips }) => clips.map(({ endMs }) => endMs))
  return output?.durationMs ?? segments.at(-1)?.endMs ?? Math.max(0, ...ends)
}
