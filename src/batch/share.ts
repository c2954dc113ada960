/** Divides the machine among the jobs of a batch. Pure. */
import type { Budget } from '../plan/budget.ts'

/** Memory for a 720p job; with less its graphs become small and its work slow. */
const JOB_MB = 768

/** The default number of concurrent jobs: two cores each, and sufficient memory. */
export function jobsByDefault({ cores, memoryMb }: Budget): number {
  return Math.max(1, Math.min(Math.floor(cores / 2), Math.floor(memoryMb / JOB_MB)))
}

/**
 * Returns the share of each concurrent job. All shares are equal, since a restarted job must get the same share again:
 * its chunks depend on it.
 */
export function shareOf(budget: Budget, jobsAtOnce: number): Budget {
  return {
    cores: Math.max(1, Math.floor(budget.cores / jobsAtOnce)),
    memoryMb: Math.max(1, Math.floor(budget.memoryMb / jobsAtOnce)),
  }
}

/** Groups files by job, in order of first appearance: files of one job cannot run at the same time. */
export function inTurns<File extends { readonly jobId: string }>(files: readonly File[]): readonly File[][] {
  const turns = new Map<string, File[]>()
  for (const file of files) turns.set(file.jobId, [...(turns.get(file.jobId) ?? []), file])
  return [...turns.values()]
}
