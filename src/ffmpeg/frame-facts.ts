/** Facts about a track's packets, from their times and header. Pure. */

/** A last frame without a valid duration is taken to last as long as those before it, within these bounds. */
const SHORTEST_FRAME_MS = 1
const LONGEST_FRAME_MS = 1000
const LONE_FRAME_MS = 40
const LONGEST_CLAIM_MS = 10_000
/** Encoders put at most this much priming before time 0; it is not heard. */
const LONGEST_PRIMING_MS = 200

/** The time in ms from which audio is heard. @param firstMs time of its first packet */
export function heardFrom(firstMs: number): number {
  const isPriming = firstMs < 0 && firstMs >= -LONGEST_PRIMING_MS
  return isPriming ? 0 : firstMs
}

/** The most, in ms, by which a packet is earlier than one before it. */
export function reordered(timesMs: Float64Array): number {
  let [latest, most] = [-Infinity, 0]
  for (const ms of timesMs) {
    latest = Math.max(latest, Number.isNaN(ms) ? latest : ms)
    most = Math.max(most, latest - ms || 0)
  }
  return most
}

/** How long a last frame lasts, in ms. @param said what its packet says */
export function lastFrameMs(timesMs: Float64Array, said: number): number {
  // Longer claims are wrong.
  if (said > 0 && said <= LONGEST_CLAIM_MS)
    return Math.min(Math.max(said, SHORTEST_FRAME_MS), LONGEST_FRAME_MS)
  const gaps = [...timesMs.slice(-31)].flatMap((ms, i, all) => (i > 0 ? [ms - (all[i - 1] ?? ms)] : []))
  const middle = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? LONE_FRAME_MS
  return Math.min(Math.max(middle, SHORTEST_FRAME_MS), LONGEST_FRAME_MS)
}

/** An unknown layout counts as more than two channels, so that it is not treated as mono or stereo. */
export function channelCount(layout: string): number {
  const byName: Record<string, number> = { '': 2, mono: 1, stereo: 2, downmix: 2, binaural: 2, quad: 4 }
  const said = byName[layout] ?? Number(/^(\d+) channels/.exec(layout)?.[1] ?? 0)
  if (said > 0) return said
  // "5.1(side)"
  const [parts = ''] = /^\d+(?:\.\d+)+/.exec(layout) ?? []
  return parts.split('.').reduce((sum, part) => sum + Number(part), 0) || 3
}
