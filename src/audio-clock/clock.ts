/**
 * Measures how a recording's audio keeps time: the timestamps of its packets compared with the duration of their
 * samples.
 *
 * A timestamp that is late (or early) for good marks a hole (or an overlap). One that the next ones do not confirm is
 * jitter and is ignored. A deviation that builds up slowly is drift: the sampling clock runs at the wrong rate.
 */
import type { AudioClock } from '../model/room.ts'
import { binned, findDrift, guessDrift, misfit } from './drift.ts'
import { type Stamps, findStarts, stampsOf } from './steps.ts'
import { median, quantile } from '../model/quantile.ts'

/** Timestamps this close to the end of the preceding audio need no smoothing: whole-ms rounding, and some margin. */
const EXACT_MS = 2
/** Audio that strays further than this from its place is pulled back while it plays. */
const STRAY_MS = 4
/** Drift and holes are found alternately until the drift, as a share, is stable. */
const MOST_PASSES = 5
const SAME_DRIFT = 2e-5
/** Straying is judged over stretches of this length, so that a network stall does not count. */
const STRETCH_MS = 2000
/** The first timestamp is judged by this much of the audio after it. */
const START_MS = 10_000
/** Straying audio is pulled back with this time constant, and by at most this share of its rate. */
export const FOLLOW_MS = 2000
export const FOLLOW_MOST = 0.005
/** Audio that is resampled to be pulled back lags 1 ms per 0.1 % of its rate: no jump may be as short. */
const LAG_MS = 10
/** The silence of a longer hole is not generated at once: a minute takes 45 MB, an hour 3 GB. */
const LONG_HOLE_MS = 60_000
/** Each long hole adds a branch to the graph, and 10 of them double its cost: only the longest are listed. */
const MOST_LONG_HOLES = 24
/** Resolution and limit, in ms, of the search for the threshold between jitter and jumps. */
const JUMP_STEP_MS = 0.5
const LONGEST_JITTER_MS = 1000
const SHORTEST_JUMP_MS = 2
const ROOMY_JUMP_MS = 5

/** The audio packets of a recording in file order. */
export interface AudioPackets {
  /** File times in ms. */
  readonly timesMs: Float64Array
  /** Duration of the samples in each packet, in ms. */
  readonly lengthsMs: Float64Array
  /** Whether lengths are rounded so coarsely that their sum says nothing about the clock. */
  readonly areRough?: boolean
}

/** The result of following the timestamps as the graph does. */
interface Course {
  /** Deviation of each packet's timestamp from the expected time, in ms; 0 where a stretch begins. */
  readonly offMs: Float64Array
  /** Missing audio (negative: overlap) before each stretch but the first, in ms. */
  readonly jumpsMs: readonly number[]
}

/** The stretches of audio, by their starts, and the drift of their clock, as a share. */
interface Separation {
  readonly starts: readonly number[]
  readonly drift: number
  /** Mean deviation of timestamps from the median of their stretch. */
  readonly misfitMs: number
}

/**
 * Measures the clock. All results are finite whatever the packets contain.
 *
 * With rough lengths, apparent drift is accumulated rounding: it is ignored here, and the graph, which has the samples
 * themselves, follows the timestamps without it.
 */
export function measureClock(packets: AudioPackets): AudioClock {
  const stamps = stampsOf(packets)
  const { starts, drift } = separate(stamps)
  const asStamped = course({ stamps, starts, drift, firstLateMs: 0, follows: false })
  const isExact = drift === 0 && asStamped.offMs.every((ms) => Math.abs(ms) <= EXACT_MS)
  const firstLateMs = isExact || packets.areRough ? 0 : startError(stamps, starts, asStamped)
  const level = course({ stamps, starts, drift, firstLateMs, follows: false })
  const follows = drift !== 0 || packets.areRough || strays(stamps, starts, level)
  const final = follows ? course({ stamps, starts, drift, firstLateMs, follows }) : level
  const driftPpm = packets.areRough ? 0 : drift * 1e6
  const jumpMs = Math.max(bestJump(final), follows ? LAG_MS : SHORTEST_JUMP_MS)
  const filled = final.jumpsMs.filter((ms) => ms > jumpMs)
  return {
    pace: follows ? 'wandering' : isExact ? 'exact' : 'jittering',
    jitterMs: quantile(final.offMs.map(Math.abs), 0.99),
    driftPpm,
    holes: filled.length,
    holesMs: filled.reduce((sum, ms) => sum + ms, 0),
    jumpMs,
    firstLateMs,
    longHoles: longHoles(packets, starts),
  }
}

/**
 * Tells holes from drift: a packet lost every second looks like a clock that is off by 2 %, and a drifting clock with
 * jitter looks like many small holes. The explanation with the smaller misfit wins.
 */
function separate(stamps: Stamps): Separation {
  const still = refine(stamps, 0)
  const guess = guessDrift(stamps)
  const drifting = guess === 0 ? still : refine(stamps, guess)
  return drifting.misfitMs < still.misfitMs ? drifting : still
}

/** Holes and drift mask each other, so each is refined with what is known of the other. */
function refine(stamps: Stamps, guess: number): Separation {
  let drift = guess
  let starts: number[] = []
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const before = drift
    starts = findStarts(stamps, drift)
    drift = findDrift(stamps, starts)
    if (Math.abs(drift - before) <= SAME_DRIFT) break
  }
  return { starts, drift, misfitMs: misfit(stamps, starts, drift) }
}

/** Whether the audio is out of place for longer than jitter explains. */
function strays(stamps: Stamps, starts: readonly number[], { offMs }: Course): boolean {
  const isOff = (ms = 0) => Math.abs(ms) > STRAY_MS
  return binned({ stamps, starts, values: offMs, binMs: STRETCH_MS }).some((bins) =>
    bins.some(({ ms }, i) => isOff(ms) && (bins.length === 1 || isOff(bins[i + 1]?.ms))),
  )
}

/** Follows the timestamps as the graph will; `graph/pace.ts` is the same in ffmpeg expressions. */
function course(options: {
  stamps: Stamps
  starts: readonly number[]
  drift: number
  firstLateMs: number
  follows: boolean
}): Course {
  const { stamps, starts, drift, firstLateMs, follows } = options
  const { soundMs, aheadMs, lengthsMs } = stamps
  const offMs = new Float64Array(aheadMs.length)
  const jumpsMs: number[] = []
  let expected = (aheadMs[0] ?? 0) - firstLateMs
  let next = 1
  for (let i = 0; i < aheadMs.length; i++) {
    const here = (aheadMs[i] ?? 0) - drift * (soundMs[i] ?? 0)
    if (i > 0 && i === starts[next]) {
      jumpsMs.push(here - expected)
      expected = here
      next++
    }
    const off = here - expected
    offMs[i] = off
    if (follows) expected += pull(off, lengthsMs[i] ?? 0)
  }
  return { offMs, jumpsMs }
}

function pull(offMs: number, lengthMs: number): number {
  const most = FOLLOW_MOST * lengthMs
  return Math.max(-most, Math.min(most, (offMs * lengthMs) / FOLLOW_MS))
}

/** How much later the first timestamp is than the following ones imply, in ms. */
function startError({ soundMs }: Stamps, starts: readonly number[], { offMs }: Course): number {
  const end = starts[1] ?? offMs.length
  let to = 1
  while (to < end && (soundMs[to] ?? 0) < START_MS) to++
  return 0 - median(offMs.subarray(0, to))
}

/**
 * The deviation above which a timestamp is followed as a jump. Jitter above it would be both cut and filled, a hole
 * below it stays open: the threshold minimizes the total damage, with margin on both sides.
 */
function bestJump({ offMs, jumpsMs }: Course): number {
  const count = Math.round(LONGEST_JITTER_MS / JUMP_STEP_MS)
  const slot = (ms: number) => Math.min(count, Math.ceil(Math.abs(ms) / JUMP_STEP_MS))
  const jitter = new Float64Array(count + 1)
  const holes = new Float64Array(count + 1)
  for (const ms of offMs) jitter[slot(ms)] = (jitter[slot(ms)] ?? 0) + 2 * Math.abs(ms)
  for (const ms of jumpsMs) holes[slot(ms)] = (holes[slot(ms)] ?? 0) + Math.abs(ms)
  let cost = jitter.reduce((sum, ms) => sum + ms, 0)
  let least = Infinity
  let [first, last] = [0, 0]
  for (let at = 0; at < count; at++) {
    cost += (holes[at] ?? 0) - (jitter[at] ?? 0)
    if (cost < least - 1e-6) {
      least = cost
      first = at
    }
    if (cost <= least + 1e-6) last = at
  }
  const [from, to] = [first * JUMP_STEP_MS, last * JUMP_STEP_MS]
  return Math.min((from + to) / 2, Math.max(from * 1.5 + SHORTEST_JUMP_MS, ROOMY_JUMP_MS))
}

function longHoles({ timesMs, lengthsMs }: AudioPackets, starts: readonly number[]): AudioClock['longHoles'] {
  return starts
    .slice(1)
    .map((i) => ({
      fromMs: (timesMs[i - 1] ?? 0) + (lengthsMs[i - 1] ?? 0),
      toMs: timesMs[i] ?? 0,
    }))
    .filter(({ fromMs, toMs }) => toMs - fromMs > LONG_HOLE_MS)
    .toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs))
    .slice(0, MOST_LONG_HOLES)
    .toSorted((a, b) => a.fromMs - b.fromMs)
}
