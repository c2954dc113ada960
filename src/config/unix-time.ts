/**
 * The documents give no unit for Unix times, so the magnitude determines it: nanoseconds from 1e18, microseconds from
 * 1e15, milliseconds from 1e12, otherwise seconds. The ranges cannot be confused: 1e12 s is the year 33658.
 */
const UNITS = [
  { from: 1e18, perMs: 1e6 },
  { from: 1e15, perMs: 1e3 },
  { from: 1e12, perMs: 1 },
  { from: 0, perMs: 1e-3 },
] as const

/** No unit gives a date above this. */
const TOO_LARGE = 1e21

export const TIME_TEXT = /^\s*\d+(?:\.\d+)?\s*$/

/** Converts a Unix time, a number or text in any of the units, to whole ms; undefined for anything else. */
export function timeMsOf(value: unknown): number | undefined {
  const isNumeral = typeof value === 'string' && TIME_TEXT.test(value)
  const time = typeof value === 'number' ? value : isNumeral ? Number(value) : undefined
  if (time === undefined || !(time >= 0) || time >= TOO_LARGE) return undefined
  const unit = UNITS.find(({ from }) => time >= from)
  return unit && Math.round(time / unit.perMs)
}

/** Times in file names must be between 2010 and 2100. */
const NAMED_FROM_MS = Date.UTC(2010)
const NAMED_TO_MS = Date.UTC(2100)

/**
 * The Unix time in ms at the end of a file name, as recorders write it ("room_alice_1_1795320226184.webm").
 * @param streamId its digits are not a time
 * @returns undefined if the last number is not a time
 */
export function timeInName(name: string, streamId: string): number | undefined {
  const [digits] = /\d+(?=\D*$)/.exec(name.replace(/\.[^./]*$/, '')) ?? []
  if (digits === undefined || ![10, 13, 16, 19].includes(digits.length) || streamId.includes(digits)) {
    return undefined
  }
  const ms = timeMsOf(digits)
  return ms !== undefined && ms >= NAMED_FROM_MS && ms < NAMED_TO_MS ? ms : undefined
}
