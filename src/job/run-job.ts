/** Runs one job from cfg.json to the finished file in its bucket. */
import { asJobError } from '../errors.ts'
import { fileOf } from '../events/output-file.ts'
import type { Job } from '../model/job.ts'
import { type Done, askVersions, doneBefore, madeFrom } from '../records/done.ts'
import { clearOldWork } from '../records/work-folder.ts'
import type { Result } from '../report/result.ts'
import { openStorage, storageSettings } from '../storage/open.ts'
import type { Storage } from '../storage/storage.ts'
import { fetchFilm, refuseUnusableCopy } from './copy-film.ts'
import { deliver } from './deliver.ts'
import { holdDestination, refuseUnusableDestination } from './destination.ts'
import type { Executor } from './executor.ts'
import type { Host, JobContext } from './host.ts'
import { type EarlySteps, makeFilm, openTools } from './make-film.ts'
import type { JobRequest } from './job-request.ts'
import { withJob } from './open-job.ts'
import type { OpenJob } from './open-room.ts'
import type { RunRequest } from './run-request.ts'
import { settle } from './settle.ts'

/**
 * Runs one job. The caller holds its lock.
 * @returns the result, even of a failed job; never throws
 */
export function runJob(request: RunRequest, host: Host): Promise<Result> {
  const { cfg, conf, workerVersion, settingsWarnings } = request
  const { jobMinutes } = conf.limits
  const settling = { jobId: cfg.jobId, workerVersion, settingsWarnings, jobMinutes }
  return settle(settling, host, async (context) => {
    await clearOld(request, context)
    await withJob(request, context, async (open) => {
      const { backupStorage } = open.job
      const settings = storageSettings(conf)
      const backup = backupStorage && openStorage(backupStorage.target, settings, context.log)
      try {
        await run({ ...open, backup }, request, context)
        return true
      } finally {
        backup?.close()
      }
    })
  })
}

type Opened = OpenJob & { readonly backup: Storage | undefined }

async function run(open: Opened, request: RunRequest, context: JobContext): Promise<void> {
  const { job, storage, backup, entries, roomStartMs, pictures, makers } = open
  const { conf, doneFile, strict, workFolder, copyTo } = request
  const { emit, log, signal } = context

  if (copyTo !== undefined) await refuseUnusableCopy(copyTo)
  const facts = { job, conf, roomStartMs, entries, pictures, makers }
  if (!request.force && doneFile !== undefined) {
    const versionsNow = () => askVersions({ storage, entries, atOnce: conf.limits.fetches, signal })
    const done = await doneBefore({ doneFile, strict, facts, versionsNow, storage, backup, signal })
    if (done) {
      const { output } = done.result
      const bucket = done.landed.backedUp && backup ? backup : storage
      if (copyTo !== undefined && output) await fetchFilm({ bucket, key: output.key }, copyTo, signal)
      tellAgain({ done, job, startMs: roomStartMs, emit })
      log.info({ output: done.result.output }, 'nothing has changed since this job was done')
      return
    }
  }

  const where = { job, settings: conf.output, storage, backup, log, signal }
  await refuseUnusableDestination({ ...where, isLook: false })
  const destination = await holdDestination({ ...where, jobId: job.jobId, workFolder })
  const over = new AbortController()
  const begun: Promise<unknown>[] = []
  const early: EarlySteps = {
    signal: AbortSignal.any([signal, over.signal]),
    begin: (step) => void begun.push(step.catch(() => undefined)),
  }
  let executor: Executor | undefined
  // A job that was stopped, or failed for a reason that may pass, goes on from what was made.
  let isOver = false
  try {
    const tools = await openTools(open, conf, context)
    executor = tools.executor
    const film = await makeFilm(open, { conf, context, tools, early })
    const landed = await deliver(open, { request, context, film, destination })
    const { key, bytes, version, sidecars, backedUp } = landed
    emit({
      kind: 'recorded',
      record: {
        madeFrom: madeFrom({ ...facts, versions: film.gathered.versions }),
        landed: { key, bytes, version, beside: sidecars, backedUp },
        strict,
      },
    })
    isOver = true
  } catch (error) {
    isOver = !signal.aborted && !asJobError(error).retryable
    throw error
  } finally {
    // Commands started early are useless to a failed job.
    over.abort(new Error('the job is over'))
    await Promise.all(begun)
    await executor?.close(isOver)
    await destination.release()
  }
}

/** Emits the events of a job that was already done, so that receivers of its start also learn of the file. */
function tellAgain(of: { done: Done; job: Job; startMs: number; emit: JobContext['emit'] }): void {
  const { done, job, startMs, emit } = of
  const { output, streams } = done.result
  if (output) {
    const isBackup = done.landed.backedUp
    const storage = isBackup && job.backupStorage ? job.backupStorage.target : job.storage
    const streamIds = streams.map(({ streamId }) => streamId)
    const file = fileOf({ output, startMs, streamIds, media: job.media, storage, isBackup })
    emit({ kind: 'finished', file })
    emit({ kind: 'uploadStarted' })
    emit({ kind: isBackup ? 'backedUp' : 'uploaded', file, output })
  }
  emit({ kind: 'unchanged', result: done.result })
}

async function clearOld({ workFolder, conf }: JobRequest, { log }: JobContext): Promise<void> {
  const olderThanMs = conf.work.keepHours * 3_600_000
  const cleared = await clearOldWork({ workFolder, olderThanMs, nowMs: Date.now() })
  if (cleared.length > 0) log.info({ jobs: cleared }, 'old work cleared')
}
