/** Tracks a job's phases and derives their state. Pure: the clock is an argument. */
import type { Message } from '../messages/index.ts'
import { PHASES, type Phase } from '../model/status.ts'
import { type PaceMeter, meterPace } from './pace.ts'

/** Speed of a phase, in its most useful unit. */
export type PhaseSpeed = { readonly timesRealTime: number } | { readonly bytesPerSecond: number }

/** A running phase. */
export interface PhaseState {
  readonly phase: Phase
  readonly elapsedMs: number
  /** 0 to 1; undefined if the total is unknown. */
  readonly share: number | undefined
  readonly speed: PhaseSpeed | undefined
  readonly leftMs: number | undefined
  /** Current activity. */
  readonly doing: Message | undefined
}

/** Details of a phase besides how much is done. */
export interface Details {
  readonly doing?: Message | undefined
  /** Bytes transferred, if `done` counts something else. */
  readonly bytes?: number
  /** Part of `done` that existed before this run. */
  readonly given?: number
}

interface Track {
  /**
   * Updates a phase, or starts it.
   * @param done of `total`, in the phase's own unit: ms of output for `encode`, bytes for `upload`, else items
   * @param total 0 if unknown
   * @returns whether it has just started
   */
  update(phase: Phase, done: number, total: number, details?: Details): boolean
  /** @returns the duration of the phase in ms; undefined if it never started */
  end(phase: Phase): number | undefined
  /** Ends all phases. */
  clear(): void
  /** The foremost running phase: several can run at once. */
  current(): PhaseState | undefined
}

interface Running {
  readonly startedMs: number
  readonly pace: PaceMeter
  /** Pace of the bytes, if `done` counts something else. */
  readonly bytePace: PaceMeter
  done: number
  total: number
  details: Details
}

/** @param now time of a monotonic clock in ms */
export function trackPhases(now: () => number): Track {
  const running = new Map<Phase, Running>()
  return {
    update(phase, done, total, details = {}) {
      const known = running.get(phase)
      if (known) {
        Object.assign(known, { done, total, details: { ...known.details, ...details } })
        return false
      }
      const startedMs = now()
      const meters = { pace: meterPace(startedMs), bytePace: meterPace(startedMs) }
      running.set(phase, { startedMs, ...meters, done, total, details })
      return true
    },
    end(phase) {
      const ended = running.get(phase)
      running.delete(phase)
      return ended && now() - ended.startedMs
    },
    clear: () => running.clear(),
    current() {
      const phase = PHASES.find((one) => running.has(one))
      const state = phase && running.get(phase)
      return phase && state && stateOf(phase, state, now())
    },
  }
}

function stateOf(phase: Phase, running: Running, atMs: number): PhaseState {
  const { startedMs, pace, bytePace, done, total, details } = running
  const { given = 0, bytes, doing } = details
  const { speed, leftMs } = pace.look(atMs, { done, total, given })
  const bytesPerMs =
    bytes === undefined ? speed : bytePace.look(atMs, { done: bytes, total: 0, given: 0 }).speed
  return {
    phase,
    elapsedMs: atMs - startedMs,
    share: total > 0 ? Math.min(1, Math.max(0, done / total)) : undefined,
    speed: speedOf(phase, { speed, bytesPerMs }),
    leftMs,
    doing,
  }
}

function speedOf(
  phase: Phase,
  { speed, bytesPerMs }: { speed: number | undefined; bytesPerMs: number | undefined },
): PhaseSpeed | undefined {
  if (phase === 'encode') return speed === undefined ? undefined : { timesRealTime: speed }
  if (phase !== 'fetch' && phase !== 'upload') return undefined
  return bytesPerMs === undefined ? undefined : { bytesPerSecond: bytesPerMs * 1000 }
}
