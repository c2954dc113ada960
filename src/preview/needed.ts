/** Which recordings a single moment needs. Pure. */
import type { Job } from '../model/job.ts'
import type { IndexEntry } from '../model/room.ts'
import { wantedMedia } from '../timeline/clips.ts'

/** Recordings begin at their StartTime, give or take their first timestamp and a layout that is merged away. */
const MARGIN_MS = 7000

/**
 * The entries that can have a say in what is on screen at a moment: those that have begun by then and are seen. Who
 * sits where depends on those that came before, not on those that come later; how long the output is may depend on
 * the others.
 * @param atMs Unix time
 */
export function neededAt(options: {
  job: Job
  entries: readonly IndexEntry[]
  atMs: number
}): ReadonlySet<IndexEntry> {
  const { job, entries, atMs } = options
  const streams = new Set(entries.map(({ streamId }) => streamId))
  // Those that are heard only may keep others out.
  const mayBeFull = streams.size > job.subscription.maxStreams
  const isNeeded = ({ streamId, startMs }: IndexEntry) =>
    streamId === job.keyStream?.streamId ||
    (startMs <= atMs + MARGIN_MS && (mayBeFull || wantedMedia(job, streamId).video))
  return new Set(entries.filter(isNeeded))
}
