/** What making the sound of a room takes, which one process does. Pure. */
import type { Timeline } from '../model/timeline.ts'
import { lengthOf } from '../timeline/ranges.ts'

/** CPU time per second of output, and per second of each recording heard, measured as that of the estimate. */
const MS_PER_SECOND = 8
const MS_PER_HEARD = 3
/** CPU time per decoded pixel, measured likewise. */
export const NS_PER_DECODED = 4

/** CPU time in ms. */
export function soundMs({ clips }: Pick<Timeline, 'clips'>, durationMs: number): number {
  const heardMs = lengthOf(clips.flatMap(({ audio }) => (audio ? [audio.range] : [])))
  return (durationMs * MS_PER_SECOND + heardMs * MS_PER_HEARD) / 1000
}

/** The same in decoded pixels, as the work of chunks. */
export function soundWork(timeline: Pick<Timeline, 'clips'>, durationMs: number): number {
  return (soundMs(timeline, durationMs) * 1e6) / NS_PER_DECODED
}
