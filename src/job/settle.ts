/** Produces a job's result, however the work on it ends. */
import { EXIT, JobError, asJobError } from '../errors.ts'
import { logTo, progressTo, warnTo } from '../events/channels.ts'
import { collectFindings } from '../events/findings.ts'
import type { Emit } from '../events/job-event.ts'
import { type Warning, inLanguage } from '../messages/index.ts'
import type { Result } from '../report/result.ts'
import type { Host, JobContext } from './host.ts'
import { openJobTime } from './job-time.ts'

interface Settling {
  readonly jobId: string
  readonly workerVersion: string
  /** Warnings about the worker's own settings. */
  readonly settingsWarnings: readonly Warning[]
  /** The job's time limit from conf/; 0 leaves it to `allow`. */
  readonly jobMinutes: number
}

/**
 * Does some work on a job, in the host's language and within the job's time limit.
 * @returns the result, even of a failed job; the event `failed` carries the error
 */
export function settle(
  options: Settling,
  host: Host,
  work: (context: JobContext) => Promise<void>,
): Promise<Result> {
  return inLanguage(host.language, async () => {
    const { jobId, workerVersion, settingsWarnings, jobMinutes } = options
    const now = () => Math.round(performance.now())
    const startedMs = now()
    const findings = collectFindings()
    const emit: Emit = (event) => {
      findings.take(event)
      host.emit(event)
    }
    const time = openJobTime(jobMinutes, host.signal)
    const { signal, allow } = time
    let error: JobError | undefined
    try {
      for (const warning of settingsWarnings) warnTo(emit, warning, true)
      const { env, openExecutor } = host
      const [log, progress] = [logTo(emit), progressTo(emit)]
      await work({ emit, log, progress, signal, allow, env, openExecutor, now })
    } catch (thrown) {
      // An error thrown after the signal aborted is a consequence of the abort.
      error = endedBy(host.signal) ?? time.over() ?? asJobError(thrown)
      emit({ kind: 'failed', error })
    } finally {
      time.done()
    }
    const versions = { worker: workerVersion, node: process.version }
    return findings.resultOf({ jobId, error, totalMs: now() - startedMs, versions })
  })
}

function endedBy({ aborted, reason }: AbortSignal): JobError | undefined {
  if (!aborted) return undefined
  if (reason instanceof JobError) return reason
  return new JobError({ code: 'cancelled', params: {} }, { exitCode: EXIT.terminated, cause: reason })
}
