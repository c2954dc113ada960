/** Derives the `planned` event from a timeline. Pure. */
import type { Job } from '../model/job.ts'
import { msOfFrame } from '../model/time.ts'
import type { Timeline } from '../model/timeline.ts'
import { segmentsOf, streamsOf, updatesOf } from '../report/result.ts'
import { joined, partsWithin } from '../timeline/ranges.ts'
import type { Planned, StreamChange } from './job-event.ts'

/** Determines when each stream joins and leaves. Clips that touch count as one stay. */
export function plannedOf(timeline: Timeline, media: Job['media']): Planned {
  const lengthMs = msOfFrame(timeline.frames, timeline.fps)
  const output = { startMs: 0, endMs: lengthMs }
  const changes = timeline.streams.flatMap(({ streamId, clips }) => {
    const video = clips.flatMap((clip) => clip.video?.shown ?? [])
    const audio = clips.flatMap((clip) => clip.audio?.heard ?? [])
    const stays = { any: [...video, ...audio], video, audio }
    return (['any', 'video', 'audio'] as const).flatMap((medium) =>
      joined(partsWithin(output, stays[medium])).flatMap(({ startMs, endMs }): StreamChange[] => [
        { streamId, medium, isOpen: true, atMs: Math.round(timeline.startMs + startMs) },
        { streamId, medium, isOpen: false, atMs: Math.round(timeline.startMs + endMs) },
      ]),
    )
  })
  return {
    kind: 'planned',
    media,
    startMs: Math.round(timeline.startMs),
    endMs: Math.round(timeline.startMs + lengthMs),
    // Stable sort: streams keep the order of their seats.
    changes: changes.sort((a, b) => a.atMs - b.atMs || Number(a.isOpen) - Number(b.isOpen)),
    streams: streamsOf(timeline),
    segments: segmentsOf(timeline),
    ...updatesOf(timeline),
  }
}
