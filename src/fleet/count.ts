/** Counts what a machine does for a fleet. */
import { asJobError } from '../errors.ts'
import { isOfTask } from './queue.ts'
import type { Tally } from './totals.ts'

/** "video 3/6" -> "video" */
export const kindOf = (name: string): string => /^[a-z]+/.exec(name)?.[0] ?? 'other'

/**
 * Carries out a task, and counts how it ended.
 * @param task.carryOut returns whether its output had to be made
 * @throws JobError as `carryOut` does
 */
export async function counted(
  tally: Tally,
  task: { name: string; durationMs: () => number; signal: AbortSignal; carryOut: () => Promise<boolean> },
): Promise<void> {
  const kind = kindOf(task.name)
  try {
    const isMade = await task.carryOut()
    tally.ended(kind, isMade ? 'made' : 'found')
    if (isMade) tally.add('outMs', task.durationMs())
  } catch (error) {
    const isStopped = task.signal.aborted
    tally.ended(kind, isStopped ? 'stopped' : isOfTask(asJobError(error)) ? 'failed' : 'retried')
    throw error
  }
}
