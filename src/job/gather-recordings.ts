/** Fetches and probes a job's recordings, and notes what cannot be used. */
import type { Skipped } from '../model/room.ts'
import { gather } from './fetch-recordings.ts'
import type { JobContext } from './host.ts'
import type { Omissions } from './omissions.ts'

/** Which recordings to gather, and who is told of each. */
export type Gathering = Partial<Pick<Parameters<typeof gather>[0], 'only' | 'onArrival'>>

/** Gathers recordings and records omissions. */
export async function gatherRecordings(
  options: Omit<Parameters<typeof gather>[0], 'progress' | 'now' | 'onArrival'> & Gathering,
  { emit, progress, now }: JobContext,
  notes: { omissions: Omissions; skippedBefore: readonly Skipped[] },
): ReturnType<typeof gather> {
  const { omissions, skippedBefore } = notes
  const { onArrival = () => undefined } = options
  const gathered = await gather({ ...options, progress, now, onArrival })
  progress.end('fetch')
  progress.end('probe')
  emit({ kind: 'timed', timings: { fetchMs: gathered.fetchMs, probeMs: gathered.probeMs } })
  omissions.skip([...skippedBefore, ...gathered.skipped])
  omissions.warn(gathered.warnings)
  omissions.broken(gathered.lost, gathered.recordings)
  return gathered
}
