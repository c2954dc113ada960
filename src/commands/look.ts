/** What commands have in common that look at a job and change nothing: no log, no result file, no callbacks. */
import { type Settings, fontOf, placesOf, workerVersion } from '../deployment.ts'
import { EXIT, type ExitCode, type JobError, asJobError } from '../errors.ts'
import { jobIdOf } from '../job-id.ts'
import { lockJob } from '../job-lock.ts'
import { noLog } from '../log.ts'
import { errorLine, warningLine } from '../messages/line.ts'
import { type JobRequest, type Progress, type Surroundings, noProgress } from '../open-job.ts'
import type { Invocation } from '../options.ts'
import { makeReporter } from '../progress.ts'
import { readCfg } from '../read-cfg.ts'
import { answerState } from '../status/answer.ts'
import { stopOnSignals } from '../stop.ts'
import type { Outcome } from './outcome.ts'

/**
 * Looks at a job, says on stderr what there is to warn of, and prints what was seen.
 * @param options.see does the looking; what it finds out goes into `progress`
 * @param options.print puts what was seen on stdout; told of a failure too
 * @returns the exit code that a run would have ended with as far as it can be told
 */
export async function look(
  invocation: Invocation,
  settings: Settings,
  options: {
    see: (request: JobRequest, around: Surroundings, progress: Progress) => Promise<void>
    print: (outcome: Outcome) => void
  },
): Promise<ExitCode> {
  const { conf } = settings
  const { quiet } = invocation
  const startedAt = performance.now()
  const { cfgPath, workFolder } = placesOf(invocation, conf)
  const stopping = stopOnSignals()
  const reporter = makeReporter({ out: process.stderr, quiet, now: () => performance.now() })
  const progress = noProgress(settings.warnings)
  let jobId = jobIdOf('', cfgPath)
  const stopAnswering = answerState(() => jobId, reporter)
  let error: JobError | undefined
  let unlock: (() => Promise<void>) | undefined
  try {
    const cfgText = await readCfg(cfgPath)
    jobId = jobIdOf(cfgText, cfgPath)
    if (settings.error) throw settings.error
    unlock = await lockJob({ workFolder, jobId })
    await options.see(
      {
        ...{ cfgPath, cfgText, conf, workFolder },
        ...(invocation.index !== undefined && { index: invocation.index }),
        strict: invocation.strict,
        keepWork: invocation.keepWork,
        // What an earlier run has made is not thrown away for a look.
        force: false,
        fontFile: fontOf(conf),
        workerVersion: workerVersion(),
      },
      {
        log: noLog(),
        reporter,
        signal: stopping.signal,
        env: process.env,
        now: () => Math.round(performance.now()),
        tell: () => undefined,
      },
      progress,
    )
  } catch (thrown) {
    error = stopping.stoppedBy() ?? asJobError(thrown)
  }
  try {
    reporter.close()
    progress.timings.totalMs = Math.round(performance.now() - startedAt)
    if (!quiet) for (const warning of progress.warnings) reporter.say(warningLine(warning))
    if (error) reporter.say(errorLine(error.message))
    options.print({ jobId, error, progress })
    return error?.exitCode ?? EXIT.done
  } finally {
    await unlock?.()
    stopAnswering()
    stopping.stop()
  }
}
