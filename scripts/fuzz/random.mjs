/** Chance that can be repeated, and what is chosen by it. Pure. */

/**
 * mulberry32: a small generator whose runs can be repeated.
 * @param {number} seed
 * @returns {() => number} 0 to 1, 1 excluded
 */
export function randomFrom(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** One of a list. */
export const pick = (list, random) => list[Math.floor(random() * list.length)]

/** A whole number below `limit`. */
export const below = (limit, random) => Math.floor(random() * limit)

/** Some of a list, at least one, in its order. */
export function some(list, random) {
  const first = pick(list, random)
  return list.filter((one) => one === first || random() < 0.3)
}

/** Between one and `most` times. */
export function repeatedly(most, random, act) {
  for (let left = 1 + below(most, random); left > 0; left--) act()
}
