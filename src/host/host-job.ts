/** Runs one job with all its records and notifications: log, state, callbacks, result, done record and report. */
import { finishShown } from '../callback/finish-shown.ts'
import { type Notifier, openNotifier } from '../callback/notifier.ts'
import { watchedReceivers } from '../callback/receivers.ts'
import { senderOf } from '../callback/sender.ts'
import { asJobError } from '../errors.ts'
import { type Log, logTo, progressTo, warnTo } from '../events/channels.ts'
import { modeOf } from '../files/file-mode.ts'
import type { Host } from '../job/host.ts'
import { runJob } from '../job/run-job.ts'
import { settle } from '../job/settle.ts'
import { inLanguage } from '../messages/index.ts'
import { type OwnPlace, jobFile, jobFilesOf } from '../records/job-files.ts'
import type { Result } from '../report/result.ts'
import { type ClaimedJob, claimJob } from './claim-job.ts'
import { openAudience } from './audience.ts'
import { keepRecords, keepResult } from './keep-records.ts'
import type { HostedRequest } from './hosted-request.ts'

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
  const { cfg, isJob, isLocked } = claimed
  const { jobId } = cfg
  const mode = modeOf(conf.logs.fileMode)
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
      : await (request.runElsewhere ?? runJob)(
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

function openCallbacks(
  { conf, cfgPath, logFolder, hidden, watchReceivers = false }: HostedRequest,
  { cfg }: ClaimedJob,
  log: Log,
): Promise<Notifier> {
  const settings = { ...conf.callback, network: conf.network }
  const sender = senderOf(cfg)
  const receivers = watchReceivers ? watchedReceivers(cfgPath, sender.targets) : undefined
  return openNotifier({ sender, receivers, settings, log, folder: logFolder, hidden })
}
