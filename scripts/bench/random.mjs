/** Chance that can be repeated. Pure. */

/**
 * A number that looks like chance, the same for the same arguments on every machine.
 * @param {number} seed
 * @param {number} number which one of the seed's numbers
 * @returns {number} 0 to 1, 1 excluded
 */
export function chance(seed, number) {
  let t = Math.imul((seed + 1) ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(number + 1, 0xc2b2ae35)
  t = Math.imul(t ^ (t >>> 15), t | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
