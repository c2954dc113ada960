/** The state of a running job. Its format is a contract, described in docs/result.md. Pure. */
import type { Message } from '../messages/index.ts'
import type { Phase } from '../model/status.ts'
import type { PhaseSpeed, PhaseState } from '../progress/track.ts'

export interface JobState {
  /** Version of this format. */
  readonly version: 1
  readonly jobId: string
  /** Absolute path. */
  readonly cfgPath: string
  readonly host: string
  readonly pid: number
  /** Kernel start time of the process, which tells it from a later one with the same pid. */
  readonly processStart: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly updatedAt: string
  /** Null while the job is being read, and between phases. */
  readonly phase: Phase | null
  /** Time spent in the phase. */
  readonly seconds: number | null
  /** 0 to 1; null if the total is unknown. */
  readonly share: number | null
  readonly speed: PhaseSpeed | null
  /** Until the phase ends; null if it cannot be estimated yet. */
  readonly secondsLeft: number | null
  /** What the phase is doing, as data. */
  readonly doing: Message | null
}

/** The process that a state belongs to. */
export type Owner = Pick<JobState, 'jobId' | 'cfgPath' | 'host' | 'pid' | 'processStart' | 'startedAt'>

export function jobState(owner: Owner, state: PhaseState | undefined, updatedAt: string): JobState {
  return {
    version: 1,
    ...owner,
    updatedAt,
    phase: state?.phase ?? null,
    seconds: state ? tenths(state.elapsedMs) : null,
    share: state?.share === undefined ? null : Math.round(state.share * 10_000) / 10_000,
    speed: state?.speed ? rounded(state.speed) : null,
    secondsLeft: state?.leftMs === undefined ? null : tenths(state.leftMs),
    doing: state?.doing ?? null,
  }
}

/** Converts a state back to the phase state of a running job. */
export function phaseOf({
  phase,
  seconds,
  share,
  speed,
  secondsLeft,
  doing,
}: JobState): PhaseState | undefined {
  if (phase === null) return undefined
  return {
    phase,
    elapsedMs: (seconds ?? 0) * 1000,
    share: share ?? undefined,
    speed: speed ?? undefined,
    leftMs: secondsLeft === null ? undefined : secondsLeft * 1000,
    doing: doing ?? undefined,
  }
}

function tenths(ms: number): number {
  return Math.round(ms / 100) / 10
}

function rounded(speed: PhaseSpeed): PhaseSpeed {
  return 'timesRealTime' in speed
    ? { timesRealTime: Math.round(speed.timesRealTime * 100) / 100 }
    : { bytesPerSecond: Math.round(speed.bytesPerSecond) }
}
