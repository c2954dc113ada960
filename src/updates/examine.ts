/** Everything that is wrong with timed updates: the same for a run, `validate` and the service. Pure. */
import type { Loose } from '../config/check.ts'
import type { PlacedNotice } from '../config/findings.ts'
import type { Lettering } from '../config/resolve/watermark.ts'
import type { CfgWire } from '../config/schema.ts'
import type { ExitCode } from '../errors.ts'
import type { PlacedProblem } from '../messages/en/problems.ts'
import type { Job } from '../model/job.ts'
import type { RoomIndex } from '../model/room.ts'
import { type UpdatesSource, examineUpdates, exitCodeOfUpdates, placed } from './read.ts'
import { applyUpdates, unknownInUpdates } from './stretches.ts'

export interface ExaminedTimeline {
  /** The job with its stretches of settings; undefined if it is not known. */
  readonly job: Job | undefined
  readonly problems: readonly PlacedProblem[]
  readonly notices: readonly PlacedNotice[]
  /** Exit code of a run; meaningful only if there are problems. */
  readonly exitCode: ExitCode
}

/**
 * Reads timed updates and applies them to a job. Never throws.
 * @param options.job undefined if cfg.json has problems: then only the updates themselves are examined
 * @param options.wire the checked cfg.json that the job was made from
 * @param options.index undefined if it is not known: Unix times then count from the earliest
 */
export function examineTimeline(options: {
  source: UpdatesSource
  job: Job | undefined
  wire: Loose<CfgWire>
  index: RoomIndex | undefined
  lettering?: Lettering | undefined
}): ExaminedTimeline {
  const { source, job, wire, index, lettering } = options
  const read = examineUpdates(source)
  const { updates } = read
  const applied = job && applyUpdates({ job, wire, updates, roomStartMs: index?.startMs, lettering })
  const problems = [...read.problems, ...(applied?.problems ?? [])]
  const unknown = index ? unknownInUpdates(updates, index) : []
  const notices = [...read.notices, ...(applied?.notices ?? []), ...unknown]
  return {
    job: applied?.job,
    ...placed(source, { problems, notices }),
    exitCode: exitCodeOfUpdates(problems),
  }
}
