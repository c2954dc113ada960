/** What commands have in common that look at a job and change nothing. */
import type { Invocation } from '../cli/options.ts'
import type { Settings } from '../cli/settings.ts'
import type { ExitCode } from '../errors.ts'
import { dryRun } from '../host/dry-run.ts'
import type { JobContext } from '../job/host.ts'
import type { JobRequest } from '../job/open-job.ts'
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
  const terminal = openTerminal(invocation)
  try {
    const { result, seen } = await dryRun(requestOf(invocation, settings), terminal, options.see)
    options.print(result, seen)
    return result.exitCode as ExitCode
  } finally {
    terminal.close()
  }
}
