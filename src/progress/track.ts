/** How far a job is: what is told of its phases, and what follows from it. Pure: the clock is an argument. */
import type { Message } from '../messages/index.ts'
import { PHASES, type Phase } from '../model/status.ts'
import { type PaceMeter, meterPace } from './pace.ts'

/** How fast a phase goes, in the unit that says most of it. */
export type PhaseSpeed = { readonly timesRealTime: number } | { readonly bytesPerSecond: number }

/** A phase that runs. */
export interface PhaseState {
  readonly phase: Phase
  readonly elapsedMs: number
  /** 0 to 1; undefined where nobody knows how much there is to do. */
  readonly share: number | undefined
  readonly speed: PhaseSpeed | undefined
  readonly leftMs: number | undefined
  /** What it is at just now. */
  readonly doing: Message | undefined
}

/** What can be told of a phase besides how much is done. */
export interface Details {
  readonly doing?: Message | undefined
  /** Bytes moved, where `done` counts something else. */
  readonly bytes?: number
  /** How much of `done` was there before this run. */
  readonly given?: number
}

interface Track {
  /**
   * A phase goes on.
   * @param done of `total`, in the phase's own unit: ms of output for `encode`, bytes for `upload`, else things
   * @param total 0 where nobody knows
   * @returns whether it has just begun
   */
  update(phase: Phase, done: number, total: number, details?: Details): boolean
  /** @returns how long the phase took in ms; undefined when it never began */
  end(phase: Phase): number | undefined
  /** Nothing runs any more. */
  clear(): void
  /** The foremost of the phases that run: several can at once. */
  current(): PhaseState | undefined
}

interface Running {
  readonly startedMs: number
  readonly pace: PaceMeter
  /** Of the bytes, where they are not what is counted. */
  readonly bytePace: PaceMeter
  done: number
  total: number
  details: Details
}

/** @param now ms of a clock that never goes back */
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
