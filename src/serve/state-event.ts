/** The service's own events of a job, among those of its process. */
import { readLastLines } from '../files/read-last-lines.ts'
import { appendEvent } from '../records/events-file.ts'
import { type ServedJob, isEnded } from './served-job.ts'

/** A state is looked for in this much of the file's end: its process writes little between two of the same. */
const LOOK_BACK = { lines: 50, maxBytes: 65_536 }

/**
 * Appends the state unless the file already says so. Never fails: the state itself is stored elsewhere.
 * @param path absolute path of the events file
 */
export async function appendState(
  path: string,
  { state, exitCode, error }: ServedJob,
  nowMs: number,
): Promise<void> {
  const ended = isEnded(state) ? { exitCode, error } : {}
  try {
    if (isTold(state, await readLastLines(path, LOOK_BACK))) return
    appendEvent(path, { at: new Date(nowMs).toISOString(), kind: 'state', state, ...ended })
  } catch {
    // The folder may be on its way out, or the disk full.
  }
}

function isTold(state: string, end: string): boolean {
  const last = [...end.matchAll(/"kind":"state","state":"(\w+)"/g)].at(-1)?.[1]
  // A process that has written more than this was started after its job was told to be running.
  return last === undefined ? end !== '' && state === 'running' : last === state
}
