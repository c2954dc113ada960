/** Places the recordings that one file contains one after another. */
import { type Judged, type Retimed, retimed, usualStep, NEIGHBOURS } from './retime.ts'

/** A WebM block's relative time has 16 bits, in ms: in a longer cluster it wraps around after this much. */
export const WRAP_MS = 65_536
/** ffmpeg guesses the times of blocks that would be negative, and is off by up to this much. */
const WRAP_OFF_MS = 250

/**
 * Places the recordings that one file contains one after another.
 * @param tracks each with the result of `judge`
 * @returns for each track the packets that get new times, in order
 */
export function rejoin(
  tracks: readonly (Judged & { readonly timesMs: Float64Array })[],
): readonly (readonly Retimed[])[] {
  const parts = tracks.map(({ timesMs, stray, restarts }) => {
    const believed = retimed(timesMs, stray)
    const starts = [0, ...restarts]
    return starts.map((first, n) => ({ first, end: starts[n + 1] ?? timesMs.length, believed }))
  })
  const count = Math.max(0, ...parts.map((list) => list.length))
  // Audio and video restart together; if only one of them does, it continues from its own end.
  const together = parts.every((list) => list.length === count)
  const groups = together ? [parts] : parts.map((list) => [list])
  const shifts = groups.flatMap((group) => {
    let endMs = -Infinity
    const byMs: number[] = []
    for (let n = 0; n < count; n++) {
      const times = group
        .flatMap((list) => list[n] ?? [])
        .map(({ first, end, believed }) => extent(believed, first, end))
      const shift = n === 0 ? 0 : endMs - Math.min(...times.map(({ fromMs }) => fromMs))
      const beforeMs = byMs.at(-1) ?? 0
      const isWrap = Math.abs(shift - beforeMs - WRAP_MS) <= WRAP_OFF_MS
      byMs.push(isWrap ? beforeMs + WRAP_MS : Number.isFinite(shift) ? shift : 0)
      endMs = Math.max(endMs, ...times.map(({ toMs }) => toMs + (byMs.at(-1) ?? 0)))
    }
    return group.map(() => byMs)
  })
  return tracks.map(({ stray }, t) =>
    (parts[t] ?? []).flatMap(({ first, end }, n) => {
      const byMs = shifts[t]?.[n] ?? 0
      const inside = stray.filter((run) => run.first >= first && run.first < end)
      return byMs === 0 ? inside : shifted({ first, end, byMs, inside })
    }),
  )
}

/**
 * Shifts a part of a track, including packets in it that already get new times.
 * @param part.inside those packets, in order
 */
export function shifted(part: {
  first: number
  end: number
  byMs: number
  inside: readonly Retimed[]
}): Retimed[] {
  const { end, byMs, inside } = part
  const runs: Retimed[] = []
  let at = part.first
  for (const run of inside) {
    if (run.first > at) runs.push({ first: at, count: run.first - at, byMs })
    runs.push('byMs' in run ? { ...run, byMs: run.byMs + byMs } : { ...run, atMs: run.atMs + byMs })
    at = run.first + run.count
  }
  if (end > at) runs.push({ first: at, count: end - at, byMs })
  return runs
}

/** From a part's earliest packet to the end of its last. */
function extent(timesMs: Float64Array, first: number, end: number): { fromMs: number; toMs: number } {
  let [fromMs, toMs] = [Infinity, -Infinity]
  for (let i = first; i < end; i++) {
    const ms = timesMs[i] ?? NaN
    if (ms < fromMs) fromMs = ms
    if (ms > toMs) toMs = ms
  }
  return { fromMs, toMs: toMs + usualStep((i) => timesMs[i] ?? NaN, Math.max(first, end - NEIGHBOURS), end) }
}
