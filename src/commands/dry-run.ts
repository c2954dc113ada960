/** What commands have in common that look at a job and change nothing: no log, no result file, no callbacks. */
import type { Invocation } from '../cli/options.ts'
import type { Settings } from '../cli/settings.ts'
import type { ExitCode, JobError } from '../errors.ts'
import type { Emit } from '../events/job-event.ts'
import { claimJob } from '../host/claim-job.ts'
import type { JobContext } from '../job/host.ts'
import type { JobRequest } from '../job/open-job.ts'
import { settle } from '../job/settle.ts'
import type { Result } from '../report/result.ts'
import { openTerminal, requestOf } from './terminal.ts'

/**
 * Looks at a job, says on stderr what there is to warn of, and prints what was seen.
 * @param options.see does the looking
 * @param options.print puts what was seen on stdout; undefined after a failure
 * @returns the exit code that a run would have ended with as far as it can be told
 */
export async function look<Seen>(
  invocation: Invocation,
  settings: Settings,
  options: {
    see: (request: JobRequest, context: JobContext) => Promise<Seen>
    print: (result: Result, seen: Seen | undefined) => void
  },
): Promise<ExitCode> {
  const request = requestOf(invocation, settings)
  const terminal = openTerminal(invocation)
  const claimed = await claimJob(request)
  const { cfg } = claimed
  let seen: Seen | undefined
  let error: JobError | undefined
  const emit: Emit = (event) => {
    if (event.kind === 'failed') error = event.error
    terminal.emit(event)
  }
  const { jobMinutes } = request.conf.limits
  try {
    const result = await settle(
      { ...request, jobId: cfg.jobId, jobMinutes },
      { ...terminal, emit },
      async (context) => {
        if (claimed.error) throw claimed.error
        seen = await options.see({ ...request, cfg }, context)
      },
    )
    emit({ kind: 'ended', result, error })
    options.print(result, error ? undefined : seen)
    return result.exitCode as ExitCode
  } finally {
    await claimed.release()
    terminal.close()
  }
}
