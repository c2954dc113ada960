/** From here on a Unix time is in milliseconds, below it in seconds; the documents give no unit. */
const MS_FROM = 1e12

/** A point in time past which a date has no meaning; also what `Date` can hold. */
const MAX_MS = 8.64e15

/** A Unix time as text. */
export const TIME_TEXT = /^\s*\d+(?:\.\d+)?\s*$/

/** A Unix time in whole ms, from a number or its text in ms or seconds; undefined when it is neither. */
export function timeMsOf(value: unknown): number | undefined {
  const isNumeral = typeof value === 'string' && TIME_TEXT.test(value)
  const time = typeof value === 'number' ? value : isNumeral ? Number(value) : undefined
  if (time === undefined || !(time >= 0) || time > MAX_MS) return undefined
  return Math.round(time >= MS_FROM ? time : time * 1000)
}
