/** The main command, and `plan`: one job with its lock, log, callbacks, result file and exit code. */
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { endOf } from '../callback/from-job.ts'
import { type CallbackOptions, type Notifier, openNotifier } from '../callback/notifier.ts'
import { tellingReporter } from '../callback/reporter.ts'
import { senderOf } from '../callback/sender.ts'
import { writeDone } from '../done-job.ts'
import { type Settings, fontOf, placesOf, workerVersion } from '../deployment.ts'
import { EXIT, type ExitCode, type JobError, asJobError } from '../errors.ts'
import { jobIdOf } from '../job-id.ts'
import { lockJob } from '../job-lock.ts'
import { type Logger, openLog } from '../log.ts'
import { type Warning, say } from '../messages/index.ts'
import type { Invocation } from '../options.ts'
import { makeReporter } from '../progress.ts'
import { planCommands, planText } from '../report/plan-text.ts'
import { type Result, makeResult } from '../report/result.ts'
import { closingLine } from '../report/text.ts'
import { type Progress, readCfg, runJob } from '../run-job.ts'
import { stopOnSignals } from '../stop.ts'
import { replaceText } from '../write-text.ts'

/** A job that was told to stop waits no longer than this for its callbacks. */
const LAST_WORD_MS = 10_000

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
  const progress: Progress = {
    skipped: [],
    warnings: [...settings.warnings],
    timings: { fetchMs: 0, probeMs: 0, planMs: 0, encodeMs: 0, uploadMs: 0, totalMs: 0 },
  }
  let error: JobError | undefined
  let cfgText = ''
  let log: Logger | undefined
  let unlock: (() => Promise<void>) | undefined
  let notifier: Notifier | undefined
  let jobId = jobIdOf('', cfgPath)
  const doneFile = () => join(logFolder, `${jobId}.done.json`)
  const callbackOptions = (options: Pick<CallbackOptions, 'folder'>): CallbackOptions => {
    const sender = senderOf({ text: cfgText, jobId })
    const targets = invocation.command === 'run' ? sender.targets : []
    return { sender: { ...sender, targets }, settings: conf.callback, log, ...options }
  }
  try {
    cfgText = await readCfg(cfgPath)
    jobId = jobIdOf(cfgText, cfgPath)
    if (settings.error) throw settings.error
    // Before the log is opened: that of a job which is running is left alone.
    unlock = await lockJob({ workFolder, jobId })
    log = openLog({ path: join(logFolder, `${jobId}.log`), level: conf.logs.level, keep: conf.logs.keep })
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
        planOnly: invocation.command === 'plan',
        workFolder,
        doneFile: doneFile(),
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
    if (error) reporter.say(`error: ${error.message}`)
    tell(invocation, result, progress)
    // Without the job's lock nothing is kept: the file is that of the job which is running.
    notifier ??= await openNotifier(callbackOptions({ folder: undefined }))
    notifier.tell(endOf(error))
    const { signal } = stopping
    const left = await notifier.finish(signal.aborted ? { withinMs: LAST_WORD_MS } : { signal })
    if (left.undelivered > 0 && !invocation.quiet) {
      const { undelivered: count, file } = left
      reporter.say(
        `warning: ${file === undefined ? say({ code: 'callbacksLost', params: { count } }) : say({ code: 'callbacksLeft', params: { count, file } })}`,
      )
    }
    return error?.exitCode ?? EXIT.done
  } finally {
    await unlock?.()
    stopping.stop()
  }
}

function resultOf(run: { jobId: string; error: JobError | undefined; progress: Progress }): Result {
  const { jobId, error, progress } = run
  const { before, output, timeline, skipped, warnings, timings, ffmpeg } = progress
  if (before && !error) return { ...before, isUnchanged: true, timings, timesRealTime: null }
  return makeResult({
    jobId,
    exitCode: error?.exitCode ?? EXIT.done,
    ...(error && { error: error.said }),
    ...(output && { output }),
    ...(timeline && { timeline }),
    skipped,
    warnings,
    timings,
    versions: { worker: workerVersion(), ffmpeg: ffmpeg?.version ?? null, node: process.version },
  })
}

/** A warning with its place, unless the text names that itself. */
function warningLine(warning: Warning): string {
  const text = say(warning)
  const { where } = warning
  return where === undefined || text.includes(where) ? `warning: ${text}` : `warning: ${where}: ${text}`
}

/** What goes to stdout: the result, and nothing but the result. */
function tell(invocation: Invocation, result: Result, progress: Progress): void {
  const { plan, ffmpeg } = progress
  const isPlan = invocation.command === 'plan' && plan && ffmpeg
  if (invocation.json) {
    const shown = isPlan ? { ...result, commands: planCommands(plan, ffmpeg.path) } : result
    process.stdout.write(JSON.stringify(shown, null, 2) + '\n')
  } else if (isPlan) {
    process.stdout.write(planText(result, plan, ffmpeg.path))
  } else if (result.status === 'ok') {
    process.stdout.write(closingLine(result) + '\n')
  }
}

/** A reader of the result never sees half of one. */
async function writeResult(path: string, result: Result): Promise<void> {
  await mkdir(resolve(path, '..'), { recursive: true })
  await replaceText(path, JSON.stringify(result, null, 2) + '\n')
}
