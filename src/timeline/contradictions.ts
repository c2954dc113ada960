/** Times in the index that the recordings themselves contradict. Pure. */
import type { Warning } from '../messages/index.ts'
import { groupBy } from '../model/collect.ts'
import type { Probe, Recording } from '../model/room.ts'

/** Clocks of recorders, and of what writes the index, may be this far apart. */
const CONTRADICTS_MS = 10_000

/** From the first timestamp of a recording to its last. */
export function lengthMs({ video, audio }: Probe): number {
  const startMs = Math.min(video?.timesMs[0] ?? Infinity, audio?.startMs ?? Infinity)
  return Math.max(video?.endMs ?? -Infinity, audio?.endMs ?? -Infinity) - startMs
}

/**
 * Recordings that are not as long as from their StartTime to their EndTime, and such as go on where the next of their
 * stream has begun. What is done about them is the same as ever: it is only said.
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
