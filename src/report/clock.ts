/** Formats output times. */

/** "01:02.500", from one hour on "1:01:02.500". */
export function clock(ms: number): string {
  const whole = Math.round(ms)
  const [hours, minutes] = [Math.floor(whole / 3_600_000), Math.floor((whole % 3_600_000) / 60_000)]
  const rest = `${String(minutes).padStart(2, '0')}:${((whole % 60_000) / 1000).toFixed(3).padStart(6, '0')}`
  return hours === 0 ? rest : `${hours}:${rest}`
}

/** A segment's letter: A to Z, then AA, AB … */
export function segmentName(number: number): string {
  const [before, last] = [Math.floor(number / 26), String.fromCharCode(65 + (number % 26))]
  return before === 0 ? last : segmentName(before - 1) + last
}
