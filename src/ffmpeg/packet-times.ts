/**
 * Timestamps of packets as they are in the file. ffmpeg moves one that is earlier than the one before it while it
 * writes: behind a single wrong timestamp all others would read like that one. So they are written as running sums
 * of what lies between them, which only grow, and worked out again from those.
 */

/** What is further from 0 than this, in the file's ticks, is not told apart: doubles count whole numbers so far. */
const MOST_TICKS = 1e15
const MOST_SUM = 2 ** 53

/**
 * A step forward of n ticks adds 2 + 2n, one back 1 + 2n, a packet without a timestamp nothing.
 * Kept from packet to packet: 0 the last timestamp, 2 the sum. Within a packet: 1 the step.
 */
const SUM = [
  `st(1,if(eq(PTS,NOPTS),NAN,clip(PTS,-${MOST_TICKS},${MOST_TICKS})-ld(0)))`,
  'st(2,ld(2)+if(isnan(ld(1)),0,if(gte(ld(1),0),2+2*ld(1),1-2*ld(1))))',
  'if(isnan(ld(1)),0,st(0,ld(0)+ld(1)))',
  'ld(2)',
].join(';')

/** Options of an output whose packets are to tell their times to `readTimes`. Their durations are left as they are. */
export const TIMES_AS_SUMS = ['-bsf', `setts=pts=${escaped(SUM)}:dts=${escaped(SUM)}`] as const

/**
 * Reads the sums of one stream.
 * @returns from a packet's sum to its timestamp in ticks; NaN where it has none, infinite where it cannot be told
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

/** An expression as a value of a bitstream filter's option. */
export function escaped(expression: string): string {
  return expression.replaceAll(/[,;:]/g, '\\$&')
}
