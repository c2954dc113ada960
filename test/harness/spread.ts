/** Errors summed up. */
import type { StreamEvent } from './due.ts'

export interface Spread {
  readonly count: number
  /** The error furthest from 0, with its sign; 0 where there is none. */
  readonly worst: number
  /** 95 of 100 are no further from 0 than this. */
  readonly p95: number
  readonly median: number
}

export function spreadOf(errors: readonly number[]): Spread {
  const bySize = errors.toSorted((a, b) => Math.abs(a) - Math.abs(b))
  const at = (list: readonly number[], part: number) =>
    list[Math.min(list.length - 1, Math.floor(list.length * part))] ?? 0
  return {
    count: errors.length,
    worst: rounded(bySize.at(-1) ?? 0),
    p95: rounded(Math.abs(at(bySize, 0.95))),
    median: rounded(
      at(
        errors.toSorted((a, b) => a - b),
        0.5,
      ),
    ),
  }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100 || 0
}

/** By how much the errors of streams differ where both have an event within half a second. */
export function differences(streams: readonly (readonly StreamEvent[])[]): Spread {
  return spreadOf(
    streams.flatMap((one, i) =>
      streams.slice(i + 1).flatMap((other) =>
        one.flatMap((event) => {
          const near = other.find(({ atMs }) => Math.abs(atMs - event.atMs) <= 500)
          return near ? [event.errorMs - near.errorMs] : []
        }),
      ),
    ),
  )
}
