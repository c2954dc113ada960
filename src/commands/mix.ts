/** The main command: one job with its lock, log, callbacks, result file and exit code. */
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { endOf } from '../callback/from-job.ts'
import {
  type CallbackOptions,
  type FinishOptions,
  type Notifier,
  type Summary,
  openNotifier,
} from '../callback/notifier.ts'
import { tellingReporter } from '../callback/reporter.ts'
import { senderOf } from '../callback/sender.ts'
import { writeDone } from '../done-job.ts'
import { type Settings, fontOf, placesOf, workerVersion } from '../deployment.ts'
import { EXIT, type ExitCode, type JobError, asJobError } from '../errors.ts'
import { jobIdOf } from '../job-id.ts'
import { lockJob } from '../job-lock.ts'
import { type Logger, openLog } from '../log.ts'
import { say } from '../messages/index.ts'
import { errorLine, warningLine } from '../messages/line.ts'
import { noProgress } from '../open-job.ts'
import type { Invocation } from '../options.ts'
import { type Reporter, makeReporter } from '../progress.ts'
import { readCfg } from '../read-cfg.ts'
import type { Result } from '../report/result.ts'
import { closingLine } from '../report/text.ts'
import { runJob } from '../run-job.ts'
import { answerState } from '../status/answer.ts'
import { keepState } from '../status/state-file.ts'
import { stopOnSignals } from '../stop.ts'
import { replaceText } from '../write-text.ts'
import { resultOf } from './outcome.ts'

/** A job that was told to stop waits no longer than this for its callbacks. */
const LAST_WORD_MS = 10_000
const SHOW_EVERY_MS = 500

/** @returns the exit code */
export async function mix(invocation: Invocation, settings: Settings): Promise<ExitCode> {
  const { conf } = settings
  const startedAt = performance.now()
  const { cfgPath, logFolder, workFolder } = placesOf(invocation, conf)
  const stopping = stopOnSignals()
  const reporter = makeReporter({
    out: process.stderr,
    quiet: invocation.quiet,
    now: () => performance.now(),
  })
  const progress = noProgress(settings.warnings)
  const wantsReport = invocation.report || conf.report.enabled
  let error: JobError | undefined
  let cfgText = ''
  let log: Logger | undefined
  let unlock: (() => Promise<void>) | undefined
  let notifier: Notifier | undefined
  let endState: (() => Promise<void>) | undefined
  let jobId = jobIdOf('', cfgPath)
  const stopAnswering = answerState(() => jobId, reporter)
  const doneFile = () => join(logFolder, `${jobId}.done.json`)
  const callbackOptions = (options: Pick<CallbackOptions, 'folder'>): CallbackOptions => {
    const sender = senderOf({ text: cfgText, jobId })
    return { sender, settings: conf.callback, log, ...options }
  }
  try {
    cfgText = await readCfg(cfgPath)
    jobId = jobIdOf(cfgText, cfgPath)
    if (settings.error) throw settings.error
    // Before the log is opened: that of a job which is running is left alone.
    unlock = await lockJob({ workFolder, jobId })
    log = openLog({ path: join(logFolder, `${jobId}.log`), level: conf.logs.level, keep: conf.logs.keep })
    endState = await keepState({ logFolder, jobId, cfgPath, state: () => reporter.state() })
    notifier = await openNotifier(callbackOptions({ folder: logFolder }))
    await runJob(
      {
        cfgPath,
        cfgText,
        ...(invocation.index !== undefined && { index: invocation.index }),
        conf,
        strict: invocation.strict,
        keepWork: invocation.keepWork,
        force: invocation.force,
        workFolder,
        doneFile: doneFile(),
        report: wantsReport,
        fontFile: fontOf(conf),
        workerVersion: workerVersion(),
      },
      {
        log,
        reporter: tellingReporter(reporter, notifier.tell),
        signal: stopping.signal,
        env: process.env,
        now: () => Math.round(performance.now()),
        tell: notifier.tell,
      },
      progress,
    )
  } catch (thrown) {
    error = stopping.stoppedBy() ?? asJobError(thrown)
    log?.error({ code: error.code, fault: error.fault, err: error.cause ?? error }, error.message)
  }
  try {
    reporter.close()

    progress.timings.totalMs = Math.round(performance.now() - startedAt)
    for (const warning of progress.warnings)
      log?.warn({ code: warning.code, where: warning.where }, say(warning))
    if (!invocation.quiet) for (const warning of progress.warnings) reporter.say(warningLine(warning))
    let result = resultOf({ jobId, error, progress })
    try {
      await writeResult(join(logFolder, `${jobId}.result.json`), result)
      if (progress.done && !error) await writeDone(doneFile(), { ...progress.done, result })
    } catch (thrown) {
      error ??= asJobError(thrown)
      result = resultOf({ jobId, error, progress })
    }
    log?.info({ exitCode: result.exitCode, timings: result.timings }, 'job ended')
    if (error) reporter.say(errorLine(error.message))
    print(invocation, result)
    if (wantsReport && unlock) {
      const { signal } = stopping
      // Of a job that ran all is measured, and writing the page takes no time.
      if (result.isUnchanged) reporter.update('report', 0, 0)
      // Loaded when it is wanted: a job without a report has no use for a page.
      const { reportRun } = await import('../reporting/report-run.ts')
      const said = await reportRun({ result, progress, cfgText, conf, logFolder, log, signal })
      reporter.end('report')
      if (said && !invocation.quiet) reporter.say(warningLine(said))
    }
    // Without the job's lock nothing is kept: the file is that of the job which is running.
    notifier ??= await openNotifier(callbackOptions({ folder: undefined }))
    notifier.tell(endOf(error))
    const { signal } = stopping
    const wait = signal.aborted ? { withinMs: LAST_WORD_MS } : { signal }
    const left = await finishShown(notifier, wait, reporter)
    if (left.undelivered > 0 && !invocation.quiet) {
      const { undelivered: count, file } = left
      reporter.say(
        warningLine(
          file === undefined
            ? { code: 'callbacksLost', params: { count } }
            : { code: 'callbacksLeft', params: { count, file } },
        ),
      )
    }
    return error?.exitCode ?? EXIT.done
  } finally {
    await endState?.()
    await unlock?.()
    stopAnswering()
    stopping.stop()
  }
}

/** Waits for callbacks, and shows it. */
async function finishShown(notifier: Notifier, options: FinishOptions, reporter: Reporter): Promise<Summary> {
  const all = notifier.waiting()
  if (all === 0) return notifier.finish(options)
  const show = () => {
    const count = notifier.waiting()
    reporter.update('callback', all - count, all, { doing: { code: 'doingCallbacks', params: { count } } })
  }
  show()
  const timer = setInterval(show, SHOW_EVERY_MS)
  try {
    return await notifier.finish(options)
  } finally {
    clearInterval(timer)
    reporter.end('callback')
  }
}

/** What goes to stdout: the result, and nothing but the result. */
function print({ json }: Invocation, result: Result): void {
  if (json) process.stdout.write(JSON.stringify(result, null, 2) + '\n')
  else if (result.status === 'ok') process.stdout.write(closingLine(result) + '\n')
}

/** A reader of the result never sees half of one. */
async function writeResult(path: string, result: Result): Promise<void> {
  await mkdir(resolve(path, '..'), { recursive: true })
  await replaceText(path, JSON.stringify(result, null, 2) + '\n')
}
