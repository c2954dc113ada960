/** The main command: one job with its lock, log, callbacks, result file and exit code. */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { finishShown } from '../callback/finish-shown.ts'
import { endOf } from '../callback/from-job.ts'
import { type CallbackOptions, type Notifier, openNotifier } from '../callback/notifier.ts'
import { tellingReporter } from '../callback/reporter.ts'
import { senderOf } from '../callback/sender.ts'
import { type Settings, placesOf } from '../cli/settings.ts'
import { writeDone } from '../records/done.ts'
import { EXIT, type ExitCode, type JobError, asJobError } from '../errors.ts'
import { type OwnPlace, jobFile, jobFilesOf } from '../records/job-files.ts'
import { folderMode, modeOf } from '../files/file-mode.ts'
import { type Logger, openLog } from '../records/log.ts'
import { say } from '../messages/index.ts'
import { errorLine, warningLine } from '../messages/line.ts'
import type { Invocation } from '../cli/options.ts'
import type { Result } from '../report/result.ts'
import { closingLine } from '../report/text.ts'
import { runJob } from '../job/run-job.ts'
import { keepState } from '../status/state-file.ts'
import { replaceText } from '../files/write-file.ts'
import { type Attended, type Ended, attend } from './attend.ts'
import { type Outcome, resultOf } from './outcome.ts'
import { harmlessJson } from '../text/harmless.ts'

/** A job that was told to stop waits no longer than this for its callbacks. */
const LAST_WORD_MS = 10_000

/** @returns the exit code */
export async function mix(invocation: Invocation, settings: Settings): Promise<ExitCode> {
  const { conf } = settings
  const { quiet } = invocation
  const { cfgPath: path, logFolder, workFolder } = placesOf(invocation, conf)
  const mode = modeOf(conf.logs.fileMode)
  const hidden = [dirname(path), logFolder, workFolder, process.cwd()]
  const wantsReport = invocation.report || conf.report.enabled
  let log: Logger | undefined
  let notifier: Notifier | undefined
  let endState: (() => Promise<void>) | undefined
  const callbackOptions = (
    of: { cfgText: string; jobId: string },
    folder: string | undefined,
  ): CallbackOptions => ({
    sender: senderOf({ text: of.cfgText, jobId: of.jobId }),
    ...{ settings: { ...conf.callback, network: conf.network }, log, folder, hidden },
  })

  const work = async ({ jobId, request, around, progress }: Attended): Promise<void> => {
    const place = { logFolder, jobId, mode }
    const { cfgPath, cfgText } = request
    // With the job's lock: the log of a job which is running is left alone.
    const { level, keep } = conf.logs
    log = openLog({ path: jobFile(place, 'log'), level, keep, mode })
    endState = await keepState({ place, cfgPath, state: () => around.reporter.state() })
    notifier = await openNotifier(callbackOptions({ cfgText, jobId }, logFolder))
    const { tell } = notifier
    await runJob(
      {
        ...{ ...request, doneFile: jobFile(place, 'done'), report: wantsReport },
        ownFiles: jobFilesOf(place),
      },
      { ...around, log, reporter: tellingReporter(around.reporter, tell), tell },
      progress,
    )
  }

  const end = async (ended: Ended): Promise<ExitCode> => {
    const { jobId, progress, cfgText, reporter, signal, isLocked } = ended
    if (ended.error) logError(ended.error, log)
    for (const warning of progress.warnings)
      log?.warn({ code: warning.code, where: warning.where }, say(warning))
    const { result, error } = await keepResult(ended, { logFolder, jobId, mode })
    log?.info({ exitCode: result.exitCode, timings: result.timings }, 'job ended')
    if (error) reporter.say(errorLine(error.message))
    print(invocation, result)
    if (wantsReport && isLocked) {
      // Of a job that ran all is measured, and writing the page takes no time.
      if (result.isUnchanged) reporter.update('report', 0, 0)
      // Loaded when it is wanted: a job without a report has no use for a page.
      const { reportRun } = await import('../reporting/report-run.ts')
      const said = await reportRun({
        ...{ result, progress, cfgText, conf, log, signal },
        place: { logFolder, jobId: result.jobId, mode },
      })
      reporter.end('report')
      if (said && !quiet) reporter.say(warningLine(said))
    }
    // Without the job's lock nothing is kept: the file is that of the job which is running.
    notifier ??= await openNotifier(callbackOptions(ended, undefined))
    notifier.tell(endOf(error))
    const wait = signal.aborted ? { withinMs: LAST_WORD_MS } : { signal }
    const left = await finishShown(notifier, wait, reporter)
    if (left && !quiet) reporter.say(warningLine(left))
    return error?.exitCode ?? EXIT.done
  }

  return attend(invocation, settings, {
    work,
    end: (ended) => end(ended).finally(() => endState?.()),
  })
}

function logError(error: JobError, log: Logger | undefined): void {
  log?.error({ code: error.code, fault: error.fault, err: error.cause ?? error }, error.message)
}

/** Writes down what became of a job. One that cannot be written down has failed. */
async function keepResult(
  outcome: Outcome,
  place: OwnPlace,
): Promise<{ result: Result; error: JobError | undefined }> {
  const { error, progress } = outcome
  const result = resultOf(outcome)
  try {
    const path = jobFile(place, 'result')
    await mkdir(dirname(path), { recursive: true, mode: folderMode(place.mode) })
    // A reader of the result never sees half of one.
    await replaceText(path, `${harmlessJson(result, 2)}\n`, place.mode)
    if (progress.done && !error) await writeDone(place, { ...progress.done, result })
    return { result, error }
  } catch (thrown) {
    const failed = error ?? asJobError(thrown)
    return { result: resultOf({ ...outcome, error: failed }), error: failed }
  }
}

/** What goes to stdout: the result, and nothing but the result. */
function print({ json }: Invocation, result: Result): void {
  if (json) process.stdout.write(`${harmlessJson(result, 2)}\n`)
  else if (result.status === 'ok') process.stdout.write(`${closingLine(result)}\n`)
}
