/** Finds times in the index that the recordings contradict. Pure. */
import type { Warning } from '../messages/index.ts'
import { groupBy } from '../model/collect.ts'
import type { Probe, Recording } from '../model/room.ts'

/** The clocks of recorders and of the index writer may differ by this much. */
const CONTRADICTS_MS = 10_000

/** Time from the first timestamp of a recording to the end of its last packet. */
export function lengthMs({ video, audio }: Probe): number {
  const startMs = Math.min(video?.timesMs[0] ?? Infinity, audio?.startMs ?? Infinity)
  return Math.max(video?.endMs ?? -Infinity, audio?.endMs ?? -Infinity) - startMs
}

/**
 * Warns of recordings whose length differs from EndTime minus StartTime, and of those that continue after the next one of
 * their stream has begun. It only warns: how they are placed does not change.
 */
export function timeContradictions(recordings: readonly Recording[]): readonly Warning[] {
  const warnings: Warning[] = []
  for (const { entry, probe } of recordings) {
    if (entry.endMs === undefined) continue
    const saidMs = entry.endMs - entry.startMs
    const isMs = lengthMs(probe)
    if (Math.abs(saidMs - isMs) <= CONTRADICTS_MS) continue
    const params = { name: entry.name, seconds: inSeconds(isMs), said: inSeconds(saidMs) }
    warnings.push({ code: 'lengthOther', params, where: entry.name })
  }
  for (const [streamId, ofStream] of groupBy(recordings, ({ entry }) => entry.streamId)) {
    const inOrder = ofStream.toSorted((a, b) => a.entry.startMs - b.entry.startMs)
    inOrder.forEach(({ entry, probe }, i) => {
      const next = inOrder[i + 1]?.entry
      const overMs = next ? entry.startMs + lengthMs(probe) - next.startMs : 0
      if (!next || overMs <= CONTRADICTS_MS) return
      const params = { streamId, name: entry.name, next: next.name, seconds: inSeconds(overMs) }
      warnings.push({ code: 'recordingsOverlap', params, where: entry.name })
    })
  }
  return warnings
}

const inSeconds = (ms: number): number => Math.round(ms / 1000)
