/** Binary search. */

/** Number of values in an ascending list that are at most `limit`. */
export function countUpTo(sorted: ArrayLike<number>, limit: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? Infinity) <= limit) low = middle + 1
    else high = middle
  }
  return low
}

/** Index of the last value in an ascending list that is at most `limit`; 0 if there is none. */
export function lastUpTo(sorted: ArrayLike<number>, limit: number): number {
  return Math.max(0, countUpTo(sorted, limit) - 1)
}

/**
 * Index of the first item for which `holds` is true; the list's length if there is none.
 * @param holds monotonic: once true, true for all items that follow
 */
export function firstWhere<T>(sorted: readonly T[], holds: (item: T) => boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(sorted[middle] as T)) high = middle
    else low = middle + 1
  }
  return low
}
