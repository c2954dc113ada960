/**
 * Packet timestamps as they are in the file. When writing, ffmpeg increases a timestamp that is lower than the one
 * before, so a single wrong one would distort all that follow. They are therefore written as running sums of
 * encoded differences, which only grow, and decoded from those.
 */

/** Limit for timestamps, in the file's ticks: the sums must stay within the exact integers of a double. */
const MOST_TICKS = 1e15
const MOST_SUM = 2 ** 53

/**
 * A step forward of n ticks adds 2 + 2n, a step back 1 + 2n, a packet without a timestamp 0. Kept between packets: 0
 * the last timestamp, 2 the sum. Within a packet: 1 the step.
 */
const SUM = [
  `st(1,if(eq(PTS,NOPTS),NAN,clip(PTS,-${MOST_TICKS},${MOST_TICKS})-ld(0)))`,
  'st(2,ld(2)+if(isnan(ld(1)),0,if(gte(ld(1),0),2+2*ld(1),1-2*ld(1))))',
  'if(isnan(ld(1)),0,st(0,ld(0)+ld(1)))',
  'ld(2)',
].join(';')

/** Options of an output whose packet times `readTimes` decodes. Durations are unchanged. */
export const TIMES_AS_SUMS = ['-bsf', `setts=pts=${escaped(SUM)}:dts=${escaped(SUM)}`] as const

/**
 * Decodes the sums of one stream.
 * @returns a function from a packet's sum to its timestamp in ticks; NaN if it has none, infinite if it is unknown
 */
export function readTimes(): (sum: number) => number {
  let last = 0
  let ticks = 0
  let isLost = false
  return (sum) => {
    const step = sum - last
    last = sum
    isLost ||= !(step >= 0) || sum >= MOST_SUM
    if (isLost) return Infinity
    if (step === 0) return NaN
    ticks += step % 2 === 0 ? (step - 2) / 2 : (1 - step) / 2
    return Math.abs(ticks) >= MOST_TICKS ? Math.sign(ticks) * Infinity : ticks
  }
}

/** Escapes an expression for an option of a bitstream filter. */
export function escaped(expression: string): string {
  return expression.replaceAll(/[,;:]/g, '\\$&')
}
