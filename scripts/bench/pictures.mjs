/** Tiny grey pictures of a finished file, held against those of the right one. Pure. */

export const TINY = { width: 64, height: 36 }
export const TINY_BYTES = TINY.width * TINY.height
/** Where neighbouring pictures differ by less, in squared grey levels, nobody can tell which is which. */
const SAME = 2

/** @param {Uint8Array} pictures @param {number} number @returns {Uint8Array} */
export function pictureAt(pictures, number) {
  return pictures.subarray(number * TINY_BYTES, (number + 1) * TINY_BYTES)
}

/** @returns {number} mean squared difference of two pictures, in grey levels */
export function difference(a, b) {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2
  return sum / a.length
}

/**
 * Whether a layout changes at exactly a boundary: the last frame before it looks like the right one before it, and
 * not like the one after it; and the other way about.
 * @param {{before: Uint8Array, after: Uint8Array}} made
 * @param {{before: Uint8Array, after: Uint8Array}} right
 * @returns {'exact' | 'off' | 'untold'}
 */
export function judgeBoundary(made, right) {
  if (difference(right.before, right.after) < SAME) return 'untold'
  const isExact =
    difference(made.before, right.before) < difference(made.before, right.after) &&
    difference(made.after, right.after) < difference(made.after, right.before)
  return isExact ? 'exact' : 'off'
}

/** @returns {number} root of the mean squared difference of all pictures, in grey levels */
export function overallDifference(made, right) {
  const length = Math.min(made.length, right.length)
  return Math.sqrt(difference(made.subarray(0, length), right.subarray(0, length)))
}
