/** Determines which recordings a single moment needs. Pure. */
import type { Job } from '../model/job.ts'
import type { IndexEntry } from '../model/room.ts'
import { wantedMedia } from '../timeline/wanted.ts'

/** Recordings begin at their StartTime, within their first timestamp and a layout that may be merged away. */
const MARGIN_MS = 7000

/**
 * Returns the entries that can affect what is on screen at a moment: those visible that have begun by then. Seats
 * depend on earlier recordings, not on later ones; the length of the output may depend on the others.
 * @param options.atMs Unix time in ms
 */
export function neededAt(options: {
  job: Job
  entries: readonly IndexEntry[]
  atMs: number
}): ReadonlySet<IndexEntry> {
  const { job, entries, atMs } = options
  const streams = new Set(entries.map(({ streamId }) => streamId))
  // Streams that are only heard may take the place of others.
  const least = Math.min(...job.stretches.map(({ settings }) => settings.subscription.maxStreams))
  const mayBeFull = streams.size > least
  const isNeeded = ({ streamId, startMs }: IndexEntry) =>
    streamId === job.keyStream?.streamId ||
    (startMs <= atMs + MARGIN_MS && (mayBeFull || wantedMedia(job, streamId).video))
  return new Set(entries.filter(isNeeded))
}
