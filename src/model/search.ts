/** Looking things up in sorted lists. */

/** How many of ascending numbers are not above `limit`. */
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

/** Index of the last of ascending numbers that is not above `limit`; 0 where all are. */
export function lastUpTo(sorted: ArrayLike<number>, limit: number): number {
  return Math.max(0, countUpTo(sorted, limit) - 1)
}

/**
 * Index of the first item for which `holds` is true; the list's length where there is none.
 * @param holds false for the first items of the list and true for all behind them
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
