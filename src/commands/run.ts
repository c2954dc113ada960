/** `run`: runs one job, with its result on stdout and in the exit code. */
import { dirname, resolve } from 'node:path'
import type { Invocation } from '../cli/invocation.ts'
import type { Settings } from '../cli/settings.ts'
import { type ExitCode, JobError } from '../errors.ts'
import type { OpenExecutor } from '../job/executor.ts'
import type { Conf } from '../config/conf.ts'
import type { HostedRequest } from '../host/hosted-request.ts'
import { hostJob } from '../host/host-job.ts'
import type { Result } from '../report/result.ts'
import { closingLine } from '../report/text.ts'
import { harmlessJson } from '../text/harmless.ts'
import { eventsFile } from '../records/events-file.ts'
import { queueSettings } from './queue-settings.ts'
import { openTerminal, requestOf } from './terminal.ts'

/** @returns the exit code */
export function run(invocation: Invocation, settings: Settings): Promise<ExitCode> {
  const { output, watchReceivers } = invocation
  const copyTo = output === undefined ? undefined : resolve(output)
  return runHosted(invocation, { ...requestOf(invocation, settings), copyTo, watchReceivers })
}

/**
 * Runs a job whose cfg.json is a file or was made by another command.
 * @returns the exit code
 */
export async function runHosted(
  invocation: Invocation,
  request: Omit<HostedRequest, 'hidden' | 'report'> & { readonly logFolder: string },
): Promise<ExitCode> {
  const { cfgPath, logFolder, workFolder, conf } = request
  const hidden = [dirname(cfgPath), logFolder, workFolder, process.cwd()]
  const report = invocation.report || conf.report.enabled
  const runElsewhere = await followerOf(invocation, request)
  const terminal = openTerminal(invocation)
  const record = invocation.events === undefined ? undefined : eventsFile(resolve(invocation.events))
  try {
    const result = await hostJob(
      { ...request, hidden, report, runElsewhere },
      {
        ...terminal,
        openExecutor: await executorOf(invocation, conf),
        emit(event) {
          terminal.emit(event)
          record?.(event)
          // Printed now, since callbacks may take time.
          if (event.kind === 'ended') print(invocation, event.result)
        },
      },
    )
    return result.exitCode as ExitCode
  } finally {
    terminal.close()
  }
}

/** @returns undefined if the job runs in this process. @throws JobError if there is no queue */
async function followerOf(
  invocation: Invocation,
  { conf, logFolder }: { conf: Conf; logFolder: string },
): Promise<HostedRequest['runElsewhere']> {
  if (!invocation.remote) return undefined
  const settings = queueSettings(invocation, conf)
  if (!settings) throw new JobError({ code: 'queueUnset', params: {} }, { fault: 'config' })
  const { openFollower } = await import('../fleet/follow-job.ts')
  return openFollower({ settings, logFolder })
}

/** @returns undefined if this machine's ffmpeg makes everything */
async function executorOf(invocation: Invocation, conf: Conf): Promise<OpenExecutor | undefined> {
  if (invocation.remote) return undefined
  if (invocation.collect) return (await import('../fleet/collect.ts')).openCollector
  const queue = queueSettings(invocation, conf)
  return queue && (await import('../fleet/distribute.ts')).openDistributor(queue)
}

/** Prints only the result to stdout. */
function print({ json }: Invocation, result: Result): void {
  if (json) process.stdout.write(`${harmlessJson(result, 2)}\n`)
  else if (result.status === 'ok') process.stdout.write(`${closingLine(result)}\n`)
}
