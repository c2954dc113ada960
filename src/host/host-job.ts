/** Runs one job with all its records and notifications: log, state, callbacks, result, done record and report. */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { finishShown } from '../callback/finish-shown.ts'
import { callbackOf } from '../callback/from-job.ts'
import { type Notifier, openNotifier } from '../callback/notifier.ts'
import { senderOf } from '../callback/sender.ts'
import type { Conf } from '../config/conf.ts'
import { type JobError, asJobError } from '../errors.ts'
import { type Log, logTo, progressTo, warnTo } from '../events/channels.ts'
import type { DoneRecord, Emit, JobEvent } from '../events/job-event.ts'
import { folderMode, modeOf } from '../files/file-mode.ts'
import { NO_JOB } from '../files/read-cfg.ts'
import { replaceText } from '../files/write-file.ts'
import type { Host } from '../job/host.ts'
import { runJob } from '../job/run-job.ts'
import { settle } from '../job/settle.ts'
import { type Warning, inLanguage } from '../messages/index.ts'
import { writeDone } from '../records/done.ts'
import { type OwnPlace, jobFile, jobFilesOf } from '../records/job-files.ts'
import { type Logger, openLog } from '../records/log.ts'
import type { FilmLink, Measured } from '../report/facts.ts'
import type { Result } from '../report/result.ts'
import { keepState } from '../status/state-file.ts'
import { harmlessJson } from '../text/harmless.ts'
import { type ClaimedJob, claimJob } from './claim-job.ts'

export interface HostedRequest {
  /** Absolute path of cfg.json. */
  readonly cfgPath: string
  /** Content of cfg.json; read from the path if absent. */
  readonly cfgText?: string | undefined
  /** Path of the recording index; located by the rules of conf/ if undefined. */
  readonly index: string | undefined
  /** The index itself, if it is no file; `from` is the path that it would have. */
  readonly room?: { readonly text: string; readonly from: string } | undefined
  /** Path of the timed updates; located by the documented rules if undefined. */
  readonly updates: string | undefined
  readonly conf: Conf
  readonly settingsWarnings: readonly Warning[]
  /** What is wrong with the settings. `conf` then holds the defaults, enough to report the error. */
  readonly settingsError: JobError | undefined
  readonly strict: boolean
  readonly keepWork: boolean
  readonly force: boolean
  /** Whether to make a report of the job. */
  readonly report: boolean
  /** Absolute path of a copy of the finished file; none if undefined. */
  readonly copyTo?: string | undefined
  /** Absolute path of the folder that contains work folders. */
  readonly workFolder: string
  /** Absolute path of the folder for the job's records; nothing is kept if undefined. */
  readonly logFolder: string | undefined
  /** Absolute paths of folders that are removed from messages to receivers. */
  readonly hidden: readonly string[]
  /** Absolute path of the font for watermarks. */
  readonly fontFile: string
  readonly workerVersion: string
}

/** A job that was told to stop waits at most this long for its callbacks. */
const LAST_WORD_MS = 10_000

/**
 * Runs one job while holding its lock.
 * @returns the result, even of a failed job; never throws
 */
export function hostJob(request: HostedRequest, host: Host): Promise<Result> {
  return inLanguage(host.language, async () => {
    const claimed = await claimJob(request)
    try {
      return await runClaimed(request, host, claimed)
    } finally {
      await claimed.release()
    }
  })
}

async function runClaimed(request: HostedRequest, host: Host, claimed: ClaimedJob): Promise<Result> {
  const { conf, logFolder, workerVersion, settingsWarnings } = request
  const { cfg, isLocked } = claimed
  const { jobId } = cfg
  const mode = modeOf(conf.logs.fileMode)
  // What is no job at all leaves nothing.
  const isJob = claimed.error === undefined || !NO_JOB.has(claimed.error.code)
  const place: OwnPlace | undefined =
    logFolder === undefined || !isJob ? undefined : { logFolder, jobId, mode }
  const audience = openAudience(host.emit)
  const { emit } = audience
  const log = logTo(emit)
  let error = claimed.error
  let endState: (() => Promise<void>) | undefined
  let notifier: Notifier | undefined
  try {
    if (isLocked) {
      if (place) endState = await keepRecords(place, request, audience)
      notifier = await openCallbacks(request, claimed, log)
      audience.tell(notifier)
    }
  } catch (thrown) {
    error = asJobError(thrown)
  }

  try {
    const { strict, keepWork, force, report, copyTo, index, room, updates, workFolder, fontFile } = request
    const emitting = { ...host, emit }
    const settling = { jobId, workerVersion, settingsWarnings, jobMinutes: conf.limits.jobMinutes }
    const found = error
      ? await settle(settling, emitting, () => Promise.reject(error))
      : await runJob(
          {
            cfg,
            conf,
            strict,
            keepWork,
            force,
            report,
            index,
            room,
            updates,
            workFolder,
            fontFile,
            workerVersion,
            settingsWarnings,
            doneFile: place && jobFile(place, 'done'),
            copyTo,
            ownFiles: [...(place ? jobFilesOf(place) : []), ...(copyTo === undefined ? [] : [copyTo])],
          },
          emitting,
        )
    const { record, measured, link, startMs, error: failure } = audience.seen()
    const kept = place
      ? await keepResult(found, { place, record, error: failure })
      : { result: found, error: failure }
    const { result } = kept
    if (!notifier) {
      // Without the job's lock nothing is written: the file belongs to the job that is running.
      notifier = await openCallbacks({ ...request, logFolder: undefined }, claimed, log)
      audience.tell(notifier)
    }
    log.info({ exitCode: result.exitCode, timings: result.timings }, 'job ended')
    emit({ kind: 'ended', result, error: kept.error })
    const { signal } = host
    const progress = progressTo(emit)
    if (report && isLocked && place) {
      // Nothing is measured for an unchanged job, and writing the page takes no time.
      if (result.isUnchanged) progress.update('report', 0, 0)
      // Loaded on demand: a job without a report does not need it.
      const { reportRun } = await import('../reporting/report-run.ts')
      const cfgValue = cfg.parsed.value
      const said = await reportRun({
        result,
        startMs,
        measured,
        link,
        cfg: cfgValue,
        conf,
        place,
        log,
        signal,
      })
      progress.end('report')
      if (said) warnTo(emit, said, true)
    }
    const wait = signal.aborted ? { withinMs: LAST_WORD_MS } : { signal }
    const left = await finishShown(notifier, wait, progress)
    if (left) warnTo(emit, left, true)
    return result
  } finally {
    await endState?.()
  }
}

/** Distributes a job's events to the host and other sinks. */
function openAudience(first: Emit) {
  const sinks: Emit[] = [first]
  let error: JobError | undefined
  let record: DoneRecord | undefined
  let measured: Measured = {}
  let link: FilmLink | undefined
  let startMs: number | undefined
  let isOver = false
  const note = (event: JobEvent): void => {
    if (event.kind === 'failed') error = event.error
    if (event.kind === 'recorded') record = event.record
    if (event.kind === 'measured') measured = event.measured
    if (event.kind === 'linked') link = event.link
    if (event.kind === 'planned') startMs = event.startMs
  }
  return {
    emit: (event: JobEvent): void => {
      note(event)
      for (const sink of sinks) sink(event)
      isOver ||= event.kind === 'ended'
    },
    add: (sink: Emit): void => void sinks.push(sink),
    /** Adds the receivers of callbacks. They are notified of nothing after the job's end. */
    tell({ tell }: Pick<Notifier, 'tell'>): void {
      sinks.push((event) => {
        const told = isOver ? undefined : callbackOf(event)
        if (told) tell(told)
      })
    },
    seen: () => ({ error, record, measured, link, startMs }),
  }
}

/**
 * Opens the job's log and its state file.
 * @returns a function that removes the state file
 * @throws if the log cannot be written
 */
async function keepRecords(
  place: OwnPlace,
  { conf, cfgPath }: HostedRequest,
  audience: ReturnType<typeof openAudience>,
): Promise<() => Promise<void>> {
  // Requires the job's lock, so that the log of a running job is left alone.
  const { level, keep } = conf.logs
  audience.add(toLog(openLog({ path: jobFile(place, 'log'), level, keep, mode: place.mode })))
  const state = await keepState({ place, cfgPath })
  audience.add(state.take)
  return state.end
}

function toLog(logger: Logger): Emit {
  return (event) => {
    if (event.kind === 'note') logger[event.level](event.facts, event.text)
    if (event.kind === 'warning') {
      const { warning, message } = event
      logger.warn({ code: warning.code, where: warning.where }, message)
    }
    if (event.kind === 'failed') {
      const { error } = event
      logger.error({ code: error.code, fault: error.fault, err: error.cause ?? error }, error.message)
    }
  }
}

function openCallbacks(
  { conf, logFolder, hidden }: HostedRequest,
  { cfg }: ClaimedJob,
  log: Log,
): Promise<Notifier> {
  const settings = { ...conf.callback, network: conf.network }
  return openNotifier({ sender: senderOf(cfg), settings, log, folder: logFolder, hidden })
}

/** Writes the job's result. If it cannot be written, the job has failed. */
async function keepResult(
  result: Result,
  of: { place: OwnPlace; record: DoneRecord | undefined; error: JobError | undefined },
): Promise<{ result: Result; error: JobError | undefined }> {
  const { place, record, error } = of
  try {
    const path = jobFile(place, 'result')
    await mkdir(dirname(path), { recursive: true, mode: folderMode(place.mode) })
    // Atomic: a reader never sees a partial result.
    await replaceText(path, `${harmlessJson(result, 2)}\n`, place.mode)
    if (record && !error) await writeDone(place, { ...record, result })
    return { result, error }
  } catch (thrown) {
    const failure = error ?? asJobError(thrown)
    return { result: { ...result, ...endOf(failure) }, error: failure }
  }
}

const endOf = ({ code, message, exitCode }: JobError) =>
  ({ status: 'failed', exitCode, error: { code, message } }) as const
