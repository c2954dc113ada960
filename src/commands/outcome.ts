/** How a job's end is put: as its result. */
import { workerVersion } from '../cli/settings.ts'
import { EXIT, type JobError } from '../errors.ts'
import type { Progress } from '../job/open-job.ts'
import { type Result, makeResult } from '../report/result.ts'

/** What a job came to, whether it succeeded or not. */
export interface Outcome {
  readonly jobId: string
  readonly error: JobError | undefined
  readonly progress: Progress
}

export function resultOf({ jobId, error, progress }: Outcome): Result {
  const { before, output, timeline, skipped, warnings, timings, ffmpeg } = progress
  if (before && !error) return { ...before, isUnchanged: true, timings, timesRealTime: null }
  return makeResult({
    jobId,
    exitCode: error?.exitCode ?? EXIT.done,
    ...(error && { error: error.said }),
    ...(output && { output }),
    ...(timeline && { timeline }),
    skipped,
    warnings,
    timings,
    versions: { worker: workerVersion(), ffmpeg: ffmpeg?.version ?? null, node: process.version },
  })
}
