/** Shared by commands that inspect a job without changing anything. */
import type { Invocation } from '../cli/invocation.ts'
import type { Settings } from '../cli/settings.ts'
import type { ExitCode } from '../errors.ts'
import { dryRun } from '../host/dry-run.ts'
import type { JobContext } from '../job/host.ts'
import type { JobRequest } from '../job/job-request.ts'
import type { Result } from '../report/result.ts'
import { openTerminal, requestOf } from './terminal.ts'

/**
 * Inspects a job, prints warnings to stderr and the outcome to stdout.
 * @param options.see performs the inspection
 * @param options.print prints what `see` returned; undefined after a failure
 * @returns the exit code that a run would have, as far as it can be determined
 */
export async function inspectJob<Seen>(
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
