/** Order statistics of lists of numbers; of an empty one all are 0. */

/** The middle one, or the mean of the two in the middle. */
export function median(values: ArrayLike<number>): number {
  const sorted = new Float64Array(values).sort()
  const half = sorted.length >> 1
  const above = sorted[half] ?? 0
  return sorted.length % 2 === 1 ? above : ((sorted[half - 1] ?? above) + above) / 2
}

/** The value that the share `part` (0 to 1) of a list lies below. */
export function quantile(values: ArrayLike<number>, part: number): number {
  const sorted = new Float64Array(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0
}
