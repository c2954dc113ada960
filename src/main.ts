/** The process: arguments, settings, signals, log, result file, exit code. The only place that sets one. */
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { endOf } from './callback/from-job.ts'
import { type CallbackOptions, type Notifier, openNotifier } from './callback/notifier.ts'
import { tellingReporter } from './callback/reporter.ts'
import { senderOf } from './callback/sender.ts'
import { type Conf, defaultConf, resolveConf } from './config/conf.ts'
import { parseText } from './config/load.ts'
import { EXIT, type ExitCode, JobError } from './errors.ts'
import { lockJob } from './job-lock.ts'
import { type Logger, openLog } from './log.ts'
import { type Warning, say } from './messages/index.ts'
import { type Invocation, helpText, readArguments } from './options.ts'
import { makeReporter } from './progress.ts'
import { planCommands, planText } from './report/plan-text.ts'
import { type Result, makeResult } from './report/result.ts'
import { closingLine } from './report/text.ts'
import { type Progress, readCfg, runJob } from './run-job.ts'

/** The deployment: the folder that holds bin, conf, mixer and logs. */
const HOME = resolve(import.meta.dirname, '..')
const FONT = join(HOME, 'node_modules/@embedpdf/fonts-sc/fonts/NotoSansHans-Regular.otf')

/** What can name a file. */
const JOB_ID = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/

/** A job that was told to stop waits no longer than this for its callbacks. */
const LAST_WORD_MS = 10_000

/** @returns the exit code */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  // A reader that goes away, of the result or of the progress, ends no job.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  let invocation: Invocation
  try {
    invocation = readArguments(argv)
  } catch (error) {
    return complain(error)
  }
  if (invocation.command === 'help') return print(helpText())
  if (invocation.command === 'version') return print(`${workerVersion()}\n`)
  try {
    const settings = readSettings(invocation.conf)
    return await (invocation.replayCallbacks ? replay(invocation, settings) : work(invocation, settings))
  } catch (error) {
    return complain(error)
  }
}

interface Settings {
  readonly conf: Conf
  readonly warnings: readonly Warning[]
  /** What is wrong with them. `conf` is the defaults then, good for saying so in the result file. */
  readonly error?: JobError
}

function readSettings(asked: string | undefined): Settings {
  try {
    return resolveConf({ layers: confLayers(asked), env: process.env })
  } catch (error) {
    return { conf: defaultConf(), warnings: [], error: asJobError(error) }
  }
}

async function work(invocation: Invocation, settings: Settings): Promise<ExitCode> {
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
  let jobId = basename(cfgPath, extname(cfgPath))
  const callbackOptions = (options: Pick<CallbackOptions, 'folder'>): CallbackOptions => {
    const sender = senderOf({ text: cfgText, jobId })
    const targets = invocation.command === 'run' ? sender.targets : []
    return { sender: { ...sender, targets }, settings: conf.callback, log, ...options }
  }
  try {
    cfgText = await readCfg(cfgPath)
    jobId = writtenJobId(cfgText) ?? jobId
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
        planOnly: invocation.command === 'plan',
        workFolder,
        fontFile: conf.watermark.fontFile ? resolve(HOME, conf.watermark.fontFile) : FONT,
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
  reporter.close()

  progress.timings.totalMs = Math.round(performance.now() - startedAt)
  for (const warning of progress.warnings)
    log?.warn({ code: warning.code, where: warning.where }, say(warning))
  if (!invocation.quiet) for (const warning of progress.warnings) reporter.say(warningLine(warning))
  let result = resultOf({ jobId, error, progress })
  try {
    await writeResult(join(logFolder, `${jobId}.result.json`), result)
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
  await unlock?.()
  stopping.stop()
  return error?.exitCode ?? EXIT.done
}

/** Sends by hand what runs of a job could not deliver. */
async function replay(invocation: Invocation, { conf, error }: Settings): Promise<ExitCode> {
  if (error) throw error
  const { cfgPath, logFolder, workFolder } = placesOf(invocation, conf)
  const cfgText = await readCfg(cfgPath)
  const jobId = writtenJobId(cfgText) ?? basename(cfgPath, extname(cfgPath))
  const unlock = await lockJob({ workFolder, jobId })
  const stopping = stopOnSignals()
  try {
    const { replayCallbacks } = await import('./callback/replay.ts')
    const sender = senderOf({ text: cfgText, jobId })
    const options = { sender, folder: logFolder, settings: conf.callback }
    const { delivered, undelivered: left, withoutReceiver } = await replayCallbacks(options, stopping)
    process.stdout.write(`${say({ code: 'callbacksReplayed', params: { delivered, left } })}\n`)
    if (withoutReceiver > 0) {
      const params = { count: withoutReceiver }
      process.stderr.write(`warning: ${say({ code: 'callbacksNoReceiver', params })}\n`)
    }
    return left === 0 ? EXIT.done : EXIT.failed
  } finally {
    stopping.stop()
    await unlock()
  }
}

function placesOf(invocation: Invocation, conf: Conf) {
  const { logDir, workDir } = invocation
  return {
    cfgPath: resolve(invocation.cfgPath),
    logFolder: resolve(HOME, logDir ? resolve(logDir) : conf.logs.folder || 'logs'),
    workFolder: workDir ? resolve(workDir) : resolve(HOME, conf.work.folder || 'work'),
  }
}

function resultOf(run: { jobId: string; error: JobError | undefined; progress: Progress }): Result {
  const { jobId, error, progress } = run
  const { output, timeline, skipped, warnings, timings, ffmpeg } = progress
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
  await writeFile(`${path}.part`, JSON.stringify(result, null, 2) + '\n')
  await rename(`${path}.part`, path)
}

/** SIGINT and SIGTERM end the job in order: children first, then the work folder. */
function stopOnSignals() {
  const controller = new AbortController()
  let by: 'SIGINT' | 'SIGTERM' | undefined
  const handle = (signal: 'SIGINT' | 'SIGTERM') => {
    by ??= signal
    controller.abort(new Error(`stopped by ${signal}`))
  }
  process.on('SIGINT', handle).on('SIGTERM', handle)
  return {
    signal: controller.signal,
    stop: () => void process.off('SIGINT', handle).off('SIGTERM', handle),
    stoppedBy: () =>
      by &&
      new JobError(
        { code: 'stopped', params: { signal: by } },
        { exitCode: by === 'SIGINT' ? EXIT.interrupted : EXIT.terminated },
      ),
  }
}

/** The settings' files that are there, the later over the earlier. */
function confLayers(asked: string | undefined): { file: string; text: string }[] {
  const known = ['conf/default.json', 'conf/local.json'].map((name) => join(HOME, name)).filter(existsSync)
  const files = asked === undefined ? known : [...known, resolve(asked)]
  return files.map((file) => {
    try {
      return { file, text: readFileSync(file, 'utf8') }
    } catch {
      throw new JobError({ code: 'fileMissing', params: { path: file } }, { fault: 'config' })
    }
  })
}

/** The job id for naming lock, log and result, even where the rest of cfg.json is broken. */
function writtenJobId(text: string): string | undefined {
  const cfg = parseText({ text, file: '' }).value as { Internal?: { JobId?: unknown } } | null | undefined
  const id = cfg?.Internal?.JobId
  const name = typeof id === 'number' ? String(id) : id
  return typeof name === 'string' && JOB_ID.test(name) ? name : undefined
}

function asJobError(thrown: unknown): JobError {
  if (thrown instanceof JobError) return thrown
  const { path, code } = thrown as Partial<NodeJS.ErrnoException>
  if (path !== undefined && code !== undefined) {
    return new JobError({ code: 'fileFailed', params: { path, code } }, { cause: thrown })
  }
  const detail = thrown instanceof Error ? thrown.message : String(thrown)
  return new JobError({ code: 'internal', params: { detail } }, { cause: thrown })
}

function complain(thrown: unknown): ExitCode {
  const error = asJobError(thrown)
  process.stderr.write(`error: ${error.message}\n`)
  return error.exitCode
}

function print(text: string): ExitCode {
  process.stdout.write(text)
  return EXIT.done
}

function workerVersion(): string {
  return (JSON.parse(readFileSync(join(HOME, 'package.json'), 'utf8')) as { version: string }).version
}
