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

/** The mean of the middle half: as deaf to outliers as the median nearly, and finer where values are rounded. */
export function midMean(values: ArrayLike<number>): number {
  const sorted = new Float64Array(values).sort()
  const quarter = sorted.length >> 2
  const middle = sorted.subarray(quarter, sorted.length - quarter)
  return middle.reduce((sum, value) => sum + value, 0) / Math.max(1, middle.length)
}
