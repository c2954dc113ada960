/** `split`: plans a job and puts its tasks into the bucket, for machines that each do one. */
import type { Invocation } from '../cli/invocation.ts'
import type { Settings } from '../cli/settings.ts'
import type { ExitCode } from '../errors.ts'
import { splitJob } from '../fleet/split.ts'
import { say } from '../messages/index.ts'
import { harmlessJson } from '../text/harmless.ts'
import { inspectJob } from './inspect-job.ts'

/** @returns the exit code */
export function split(invocation: Invocation, settings: Settings): Promise<ExitCode> {
  const { json } = invocation
  return inspectJob(invocation, settings, {
    see: splitJob,
    print(result, done) {
      if (json) process.stdout.write(`${harmlessJson({ ...result, ...done }, 2)}\n`)
      else if (done) {
        const params = { plan: done.plan, tasks: done.tasks.length }
        process.stdout.write(`${say({ code: 'splitDone', params })}\n`)
      }
    },
  })
}
