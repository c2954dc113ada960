/** What commands have in common that look at a job and change nothing: no log, no result file, no callbacks. */
import type { Settings } from '../cli/settings.ts'
import { EXIT, type ExitCode } from '../errors.ts'
import { noLog } from '../records/log.ts'
import { errorLine } from '../messages/line.ts'
import type { JobRequest, Progress, Surroundings } from '../job/open-job.ts'
import type { Invocation } from '../cli/options.ts'
import { attend } from './attend.ts'
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
  return attend(invocation, settings, {
    work: ({ request, around, progress }) =>
      options.see(request, { ...around, log: noLog(), tell: () => undefined }, progress),
    end: ({ jobId, error, progress, reporter }) => {
      if (error) reporter.say(errorLine(error.message))
      options.print({ jobId, error, progress })
      return error?.exitCode ?? EXIT.done
    },
  })
}
