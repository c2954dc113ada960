/** The service's own events of a job, among those of its process. */
import { readLastLines } from '../files/read-last-lines.ts'
import { appendEvent } from '../records/events-file.ts'
import { type ServedJob, isEnded } from './served-job.ts'

/** A state is looked for in this much of the file's end: its process writes little between two of the same. */
const LOOK_BACK = { lines: 50, maxBytes: 65_536 }

/**
 * Appends the state unless it is already the last one: a service that was killed after it had written the event, and
 * before it stored the state, changes the state again. Never fails: the state itself is stored elsewhere.
 */
export async function appendState(
  path: string,
  { state, exitCode, error }: ServedJob,
  nowMs: number,
): Promise<void> {
  const ended = isEnded(state) ? { exitCode, error } : {}
  try {
    if ((await lastState(path)) === state) return
    appendEvent(path, { at: new Date(nowMs).toISOString(), kind: 'state', state, ...ended })
  } catch {
    // The folder may be on its way out, or the disk full.
  }
}

async function lastState(path: string): Promise<string | undefined> {
  const text = await readLastLines(path, LOOK_BACK)
  return [...text.matchAll(/"kind":"state","state":"(\w+)"/g)].at(-1)?.[1]
}
