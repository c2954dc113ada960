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
  // Who is one too many is known only with all of them.
  if (streams.size > job.subscription.maxStreams) return new Set(entries)
  const isNeeded = (entry: IndexEntry) =>
    entry.streamId === job.keyStream?.streamId ||
    (entry.startMs <= atMs + MARGIN_MS && wantedMedia(job, entry.streamId).video)
  return new Set(entries.filter(isNeeded))
}
