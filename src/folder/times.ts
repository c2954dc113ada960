/** Times as systems write them into names and manifests. */

/** `20261126140211482`, UTC, as Unix time in ms. */
export function digitsMs(text: string | undefined): number | undefined {
  const [, y, mo, d, h, mi, s, ms] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/.exec(text ?? '') ?? []
  return y === undefined ? undefined : utc([y, mo, d, h, mi, s, ms])
}

/** Year, month, day, hours, minutes, seconds and milliseconds as if they were UTC, in Unix ms. */
export function utc(parts: readonly (string | undefined)[]): number | undefined {
  const [y = NaN, mo = NaN, d = NaN, h = 0, mi = 0, s = 0, ms = 0] = parts.map((part) => Number(part ?? 0))
  const at = Date.UTC(y, mo - 1, d, h, mi, s, ms)
  const date = new Date(at)
  return Number.isFinite(at) && date.getUTCMonth() === mo - 1 && date.getUTCDate() === d ? at : undefined
}

const SECONDS_BELOW = 1e12
const MS_BELOW = 1e15
const US_BELOW = 1e18

/** A Unix time in s, ms, µs or ns as ms; undefined for 0 and for anything that is not a time. */
export function unixMs(value: number | undefined): number | undefined {
  if (value === undefined || !(value > 0)) return undefined
  if (value < SECONDS_BELOW) return value * 1000
  if (value < MS_BELOW) return value
  return value < US_BELOW ? value / 1000 : value / 1e6
}
