/** A verdict as a table, for the message of a failed test. */
import type { Errors, Verdict } from './oracle.ts'
import type { Spread } from './spread.ts'

const COUNTS = [
  'unread',
  'stray',
  'wrongSource',
  'unseated',
  'missedBursts',
  'missedFlashes',
  'extraBursts',
] as const satisfies readonly (keyof Errors)[]

export function verdictText(verdict: Verdict): string {
  const { streams, frames, between, ptsWorstMs, endsMs } = verdict
  return [
    ...Object.entries({ all: verdict, ...streams }).map(([name, errors]) => errorsText(name, errors)),
    `between streams: picture ${spreadText(between.video, 'ms')}; sound ${spreadText(between.sound, 'ms')}`,
    `frames ${frames.counted}, due ${frames.due}; times off by ${ptsWorstMs.toFixed(3)} ms; sound ends ${endsMs.toFixed(1)} ms after picture`,
  ].join('\n')
}

function errorsText(name: string, errors: Errors): string {
  const counts = COUNTS.filter((count) => errors[count] > 0).map((count) => `${count} ${errors[count]}`)
  return [
    name.padEnd(10),
    `picture ${spreadText(errors.video, 'frames')}`,
    `sound ${spreadText(errors.sound, 'ms')}`,
    `lips ${spreadText(errors.lips, 'ms')}`,
    ...counts,
  ].join(' | ')
}

function spreadText({ count, worst, p95, median }: Spread, unit: string): string {
  return `${worst} ${unit} (p95 ${p95}, median ${median}, n ${count})`
}
