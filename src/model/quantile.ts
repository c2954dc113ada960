/** Order statistics of lists of numbers; all are 0 for an empty list. */

export function median(values: ArrayLike<number>): number {
  const sorted = new Float64Array(values).sort()
  const half = sorted.length >> 1
  const above = sorted[half] ?? 0
  return sorted.length % 2 === 1 ? above : ((sorted[half - 1] ?? above) + above) / 2
}

/** The value that a share `part` (0 to 1) of the list lies below. */
export function quantile(values: ArrayLike<number>, part: number): number {
  const sorted = new Float64Array(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0
}

/** Interquartile mean: almost as robust against outliers as the median, and finer for rounded values. */
export function midMean(values: ArrayLike<number>): number {
  const sorted = new Float64Array(values).sort()
  const quarter = sorted.length >> 2
  const middle = sorted.subarray(quarter, sorted.length - quarter)
  return middle.reduce((sum, value) => sum + value, 0) / Math.max(1, middle.length)
}
