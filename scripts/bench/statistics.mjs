/** Figures out of several turns. Pure. */

/** @param {readonly number[]} values at least one @returns {number} */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2
}

/**
 * @param {readonly (number | null | undefined)[]} values
 * @returns {{median: number, least: number, most: number, count: number} | null} null where there is none
 */
export function spread(values) {
  const known = values.filter((value) => typeof value === 'number' && Number.isFinite(value))
  if (known.length === 0) return null
  return { median: median(known), least: Math.min(...known), most: Math.max(...known), count: known.length }
}

/**
 * Ratios turn by turn: what a busy minute does to one it does to the other.
 * @param {readonly (number | null)[]} ones
 * @param {readonly (number | null)[]} others
 */
export function pairedRatios(ones, others) {
  const pairs = ones.map((one, i) => (one === null || !others[i] ? null : one / others[i]))
  return spread(pairs)
}
