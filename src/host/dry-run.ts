/** Inspects a job without changing anything: no log, no result file, no callbacks. */
import type { JobError } from '../errors.ts'
import type { Emit } from '../events/job-event.ts'
import type { Host, JobContext } from '../job/host.ts'
import type { JobRequest } from '../job/job-request.ts'
import { settle } from '../job/settle.ts'
import { inLanguage } from '../messages/index.ts'
import type { Result } from '../report/result.ts'
import { claimJob } from './claim-job.ts'
import type { HostedRequest } from './hosted-request.ts'

export type LookRequest = Omit<HostedRequest, 'report' | 'logFolder' | 'hidden'>

/**
 * Inspects a job while holding its lock.
 * @param see performs the inspection
 * @returns the result that a run would have, as far as it can be determined, and what `see` returned; undefined after a
 *   failure
 */
export function dryRun<Seen>(
  request: LookRequest,
  host: Host,
  see: (request: JobRequest, context: JobContext) => Promise<Seen>,
): Promise<{ result: Result; seen: Seen | undefined }> {
  return inLanguage(host.language, async () => {
    const claimed = await claimJob(request)
    const { cfg } = claimed
    let seen: Seen | undefined
    let error: JobError | undefined
    const emit: Emit = (event) => {
      if (event.kind === 'failed') error = event.error
      host.emit(event)
    }
    const { jobMinutes } = request.conf.limits
    try {
      const settling = { ...request, jobId: cfg.jobId, jobMinutes }
      const result = await settle(settling, { ...host, emit }, async (context) => {
        if (claimed.error) throw claimed.error
        seen = await see({ ...request, cfg }, context)
      })
      emit({ kind: 'ended', result, error })
      return { result, seen: error ? undefined : seen }
    } finally {
      await claimed.release()
    }
  })
}
