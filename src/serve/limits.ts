/** How many requests an AppId may make a second. */

/** A bucket that refills with time: `take` is false once it is empty. */
export interface RateLimit {
  readonly take: (owner: string) => boolean
}

/** How many seconds' worth may be used at once. */
const BURST_S = 2
/** Full buckets are forgotten once there are this many. */
const MOST_KEPT = 10_000

/** @param now in ms */
export function rateLimit(perSecond: number, now: () => number): RateLimit {
  const most = Math.max(1, perSecond * BURST_S)
  const buckets = new Map<string, { left: number; atMs: number }>()
  const leftOf = ({ left, atMs }: { left: number; atMs: number }, nowMs: number): number =>
    Math.min(most, left + (Math.max(0, nowMs - atMs) / 1000) * perSecond)
  return {
    take(owner) {
      const nowMs = now()
      if (buckets.size > MOST_KEPT)
        for (const [name, bucket] of buckets) if (leftOf(bucket, nowMs) >= most) buckets.delete(name)
      const left = leftOf(buckets.get(owner) ?? { left: most, atMs: nowMs }, nowMs)
      buckets.set(owner, { left: left >= 1 ? left - 1 : left, atMs: nowMs })
      return left >= 1
    },
  }
}
