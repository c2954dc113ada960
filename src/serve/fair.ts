/** The order of waiting jobs: by arrival for each AppId, and among AppIds in proportion to their weights. Pure. */
import type { JobRef } from './served-job.ts'

export interface FairQueue {
  /** @param first before the others of its AppId: an interrupted job continues */
  readonly add: (ref: JobRef, first?: boolean) => void
  /** @returns whether it was waiting */
  readonly remove: (ref: JobRef) => boolean
  /** Takes the next job out. */
  readonly next: () => JobRef | undefined
  readonly has: (ref: JobRef) => boolean
  readonly size: () => number
}

/**
 * Start-time fair queueing: each AppId has a clock that advances by 1/weight with every job, and the one that is
 * furthest behind is next. An AppId that had nothing waiting does not save up time.
 */
export function fairQueue(weightOf: (owner: string) => number): FairQueue {
  const waiting = new Map<string, JobRef[]>()
  const clocks = new Map<string, number>()
  let now = 0
  const listOf = (owner: string): JobRef[] => waiting.get(owner) ?? []
  const at = (ref: JobRef): number => listOf(ref.owner).findIndex(({ jobId }) => jobId === ref.jobId)
  return {
    add(ref, first = false) {
      const { owner } = ref
      if (at(ref) >= 0) return
      if (!waiting.has(owner)) clocks.set(owner, Math.max(clocks.get(owner) ?? 0, now))
      waiting.set(owner, first ? [ref, ...listOf(owner)] : [...listOf(owner), ref])
    },
    remove(ref) {
      const index = at(ref)
      if (index < 0) return false
      keep(ref.owner, listOf(ref.owner).toSpliced(index, 1))
      return true
    },
    next() {
      const owners = [...waiting.keys()]
      if (owners.length === 0) return undefined
      const clockOf = (owner: string): number => clocks.get(owner) ?? 0
      const owner = owners.reduce((best, one) => (clockOf(one) < clockOf(best) ? one : best))
      now = clockOf(owner)
      clocks.set(owner, now + 1 / weightOf(owner))
      const [ref, ...rest] = listOf(owner)
      keep(owner, rest)
      return ref
    },
    has: (ref) => at(ref) >= 0,
    size: () => [...waiting.values()].reduce((sum, list) => sum + list.length, 0),
  }

  function keep(owner: string, list: JobRef[]): void {
    if (list.length > 0) waiting.set(owner, list)
    else waiting.delete(owner)
  }
}
