/** What commands have in common that work on one job: its cfg.json, its lock, its progress on stderr. */
import { type Settings, fontOf, placesOf, workerVersion } from '../cli/settings.ts'
import { type ExitCode, type JobError, asJobError } from '../errors.ts'
import { jobIdOf } from '../config/job-id.ts'
import { lockJob } from '../records/job-lock.ts'
import { openJobTime } from '../job/job-time.ts'
import { warningLine } from '../messages/line.ts'
import { type JobRequest, type Progress, type Surroundings, noProgress } from '../job/open-job.ts'
import type { Invocation } from '../cli/options.ts'
import { type WatchedReporter, makeReporter } from '../progress/reporter.ts'
import { readCfg } from '../cli/read-cfg.ts'
import { answerState } from '../cli/answer-state.ts'
import { stopOnSignals } from '../cli/signals.ts'
import { watchTerminal } from '../cli/terminal.ts'
import type { Outcome } from './outcome.ts'

/** A job whose lock is held. */
export interface Attended {
  readonly jobId: string
  readonly request: JobRequest
  readonly around: Pick<Surroundings, 'signal' | 'allow' | 'env' | 'now'> & {
    readonly reporter: WatchedReporter
  }
  /** What is found out goes into it. */
  readonly progress: Progress
}

/** A job that is over, whether it has begun or not. */
export interface Ended extends Outcome {
  /** Empty where it could not be read. */
  readonly cfgText: string
  readonly reporter: WatchedReporter
  /** Somebody has stopped it. */
  readonly signal: AbortSignal
  /** Its lock is held. False where another process has the job, or where even its settings cannot be used. */
  readonly isLocked: boolean
}

/**
 * @param job.work is done while the job's lock is held
 * @param job.end is told what came of it, under the same lock; warnings have been said by then
 * @returns the exit code
 */
export async function attend(
  invocation: Invocation,
  settings: Settings,
  job: { work: (job: Attended) => Promise<void>; end: (ended: Ended) => ExitCode | Promise<ExitCode> },
): Promise<ExitCode> {
  const { conf } = settings
  const { quiet, index, strict, keepWork, force } = invocation
  const startedAt = performance.now()
  const { cfgPath, workFolder } = placesOf(invocation, conf)
  const terminal = watchTerminal()
  const stopping = stopOnSignals(terminal)
  const { signal } = stopping
  const time = openJobTime(conf.limits.jobMinutes, signal)
  const reporter = makeReporter({ out: process.stderr, quiet, now: () => performance.now(), ...terminal })
  const progress = noProgress(settings.warnings)
  let jobId = jobIdOf('', cfgPath)
  const stopAnswering = answerState(() => jobId, reporter)
  let cfgText = ''
  let error: JobError | undefined
  let unlock: (() => Promise<void>) | undefined
  try {
    cfgText = await readCfg(cfgPath)
    jobId = jobIdOf(cfgText, cfgPath)
    if (settings.error) throw settings.error
    unlock = await lockJob({ workFolder, jobId })
    const request = {
      ...{ cfgPath, cfgText, conf, strict, keepWork, force, workFolder },
      ...(index !== undefined && { index }),
      fontFile: fontOf(conf),
      workerVersion: workerVersion(),
    }
    const around = {
      ...{ reporter, signal: time.signal, allow: time.allow },
      ...{ env: process.env, now: () => Math.round(performance.now()) },
    }
    await job.work({ jobId, request, around, progress })
  } catch (thrown) {
    error = stopping.stoppedBy() ?? time.over() ?? asJobError(thrown)
  }
  time.done()
  try {
    reporter.close()
    progress.timings.totalMs = Math.round(performance.now() - startedAt)
    if (!quiet) for (const warning of progress.warnings) reporter.say(warningLine(warning))
    const isLocked = unlock !== undefined
    return await job.end({ jobId, error, progress, cfgText, reporter, signal, isLocked })
  } finally {
    await unlock?.()
    stopAnswering()
    stopping.stop()
  }
}
