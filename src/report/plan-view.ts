/** What is shown of a plan in addition to its result. */
import type { Command, LocalCommand } from '../model/command.ts'
import type { Speed } from '../model/encoding.ts'
import type { Job, LayoutChoice } from '../model/job.ts'
import { settingsAt } from '../model/settings.ts'
import { frameAt } from '../model/time.ts'
import type { Timeline } from '../model/timeline.ts'
import type { Estimate } from '../plan/estimate.ts'
import type { FleetTime } from '../plan/fleet-times.ts'
import type { RenderPlan } from '../plan/render.ts'
import type { Result } from './result.ts'

/** What is shown of a plan in addition to its result. */
export interface PlanView {
  readonly timeline: Timeline
  readonly plan: RenderPlan
  readonly job: Pick<Job, 'stretches'>
  readonly estimate: Estimate
  /** How long the job takes on 1 and more machines; empty for a job without video. */
  readonly fleets: readonly FleetTime[]
  /** How much work goes into the picture. */
  readonly speed: Speed
  /** Resolves a command to paths on this machine. */
  readonly local: (command: Command) => LocalCommand
  /** Returns the program and arguments of a command, exactly as started. */
  readonly argv: (command: LocalCommand) => readonly string[]
}

export type ResultSegment = Result['segments'][number]

export type LayoutAt = (ms: number) => LayoutChoice

export function layoutsOf({ job, timeline: { fps } }: Pick<PlanView, 'job' | 'timeline'>): LayoutAt {
  return (ms) => settingsAt(job, frameAt(ms, fps)).layout
}

/** The stream whose region is larger than all others. */
export function mainOf({ layout }: ResultSegment): string | undefined {
  const [first, second] = layout.toSorted((a, b) => b.width * b.height - a.width * a.height)
  if (!first || !second) return undefined
  return first.width * first.height > second.width * second.height ? first.streamId : undefined
}
