/** What a fleet has done so far, counted in Redis by the machines that did it. */
import type { Redis } from 'ioredis'

/**
 * How a task ended on a machine: "found" was made before, "failed" would fail everywhere, "retried" failed for a reason
 * of the machine or the bucket, "stopped" was handed back, cancelled or lost.
 */
export type Outcome = 'made' | 'found' | 'failed' | 'retried' | 'stopped'

export interface Totals {
  readonly ended: readonly { readonly kind: string; readonly outcome: string; readonly count: number }[]
  /** Tasks whose machine was killed, frozen or cut off. */
  readonly stalled: number
  /** Output that was made, in ms. */
  readonly outMs: number
  /** Bytes of recordings and pictures that were fetched for tasks. */
  readonly fetchedBytes: number
}

type Counted = 'stalled' | 'outMs' | 'fetchedBytes'

export interface Tally {
  readonly ended: (kind: string, outcome: Outcome) => void
  readonly add: (what: Counted, count: number) => void
}

const keyOf = (prefix: string): string => `${prefix}:totals`

export function openTally(redis: Redis, prefix: string): Tally {
  const count = (field: string, by: number) =>
    // While Redis is away, it is kept and sent later.
    void redis.hincrby(keyOf(prefix), field, Math.round(by)).catch(() => undefined)
  return {
    ended: (kind, outcome) => count(`ended ${kind} ${outcome}`, 1),
    add: count,
  }
}

export async function readTotals(redis: Redis, prefix: string): Promise<Totals> {
  const fields = await redis.hgetall(keyOf(prefix))
  const of = (field: Counted): number => Number(fields[field] ?? 0)
  return {
    ended: Object.entries(fields).flatMap(([field, count]) => {
      const [, kind, outcome] = /^ended (\S+) (\S+)$/.exec(field) ?? []
      return kind !== undefined && outcome !== undefined ? [{ kind, outcome, count: Number(count) }] : []
    }),
    stalled: of('stalled'),
    outMs: of('outMs'),
    fetchedBytes: of('fetchedBytes'),
  }
}
