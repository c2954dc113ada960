/** How a batch divides its jobs and the machine. Pure. */
import type { Budget } from '../plan/budget.ts'

/** What a job of 720p wants: less makes its graphs small and its work slow. */
const JOB_MB = 768

/** How many jobs run at once where nothing is asked for: two cores for each, and memory enough. */
export function jobsByDefault({ cores, memoryMb }: Budget): number {
  return Math.max(1, Math.min(Math.floor(cores / 2), Math.floor(memoryMb / JOB_MB)))
}

/**
 * What each of so many jobs gets. All get the same, to the last one: a job that is started again shall have the
 * share it had before, for its chunks are cut by it.
 */
export function shareOf(budget: Budget, jobsAtOnce: number): Budget {
  return {
    cores: Math.max(1, Math.floor(budget.cores / jobsAtOnce)),
    memoryMb: Math.max(1, Math.floor(budget.memoryMb / jobsAtOnce)),
  }
}

/** Files in the order in which they first come, those of one job together: they cannot run at once. */
export function inTurns<File extends { readonly jobId: string }>(files: readonly File[]): readonly File[][] {
  const turns = new Map<string, File[]>()
  for (const file of files) turns.set(file.jobId, [...(turns.get(file.jobId) ?? []), file])
  return [...turns.values()]
}
