/** The service's own events of a job, among those of its process. */
import { appendEvent } from '../records/events-file.ts'
import { type ServedJob, isEnded } from './served-job.ts'

/** Never fails: the state itself is stored elsewhere. */
export function appendState(path: string, { state, exitCode, error }: ServedJob, nowMs: number): void {
  const ended = isEnded(state) ? { exitCode, error } : {}
  try {
    appendEvent(path, { at: new Date(nowMs).toISOString(), kind: 'state', state, ...ended })
  } catch {
    // The folder may be on its way out, or the disk full.
  }
}
