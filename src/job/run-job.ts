/** Runs one job from cfg.json to the finished file in its bucket. */
import pLimit from 'p-limit'
import { fileOf } from '../events/output-file.ts'
import type { Warning } from '../messages/index.ts'
import type { Encoder } from '../model/encoding.ts'
import type { Job } from '../model/job.ts'
import type { Recording } from '../model/room.ts'
import { pathOf } from '../plan/locate.ts'
import { LEAST_LIMIT_MS, estimate, limitMs } from '../plan/estimate.ts'
import { copiesOf } from '../plan/sidecars.ts'
import { openArtifactCache } from '../records/artifact-cache.ts'
import { type Done, askVersions, doneBefore, madeFrom, readDone } from '../records/done.ts'
import { clearOldWork } from '../records/work-folder.ts'
import type { Result } from '../report/result.ts'
import { openStorage, storageSettings } from '../storage/open.ts'
import type { Landed } from '../storage/put-with-backup.ts'
import type { Storage } from '../storage/storage.ts'
import { transferMs } from '../storage/transfer-time.ts'
import { copyFilm, fetchFilm, refuseUnusableCopy } from './copy-film.ts'
import { type HeldDestination, holdDestination, refuseUnusableDestination } from './destination.ts'
import { estimatedBytes } from './disk-space.ts'
import { gatherStarting } from './early-start.ts'
import type { Host, JobContext } from './host.ts'
import { make } from './make-file.ts'
import { makeSidecars } from './make-sidecars.ts'
import { type JobRequest, type OpenJob, withJob } from './open-job.ts'
import { type Planned, chunkRulesOf } from './plan-job.ts'
import { protect } from './protect.ts'
import { type RenderTools, runStep } from './render.ts'
import { settle } from './settle.ts'
import { removeStaleSidecars } from './stale-sidecars.ts'
import { refuseChanged } from './unchanged.ts'
import { upload } from './upload.ts'

export interface RunRequest extends JobRequest {
  /** Absolute path of the finished job's record; if undefined, earlier runs are ignored. */
  readonly doneFile: string | undefined
  /** Whether to take the measurements for a report. */
  readonly report: boolean
  /** Absolute path of a copy of the finished file; none if undefined. */
  readonly copyTo?: string | undefined
  /** Warnings about the worker's own settings. */
  readonly settingsWarnings: readonly Warning[]
}

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
  try {
    const tools = openTools(open, request, context)
    const film = await makeFilm(open, { request, context, tools, early })
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
  } finally {
    // Commands started early are useless to a failed job.
    over.abort(new Error('the job is over'))
    await Promise.all(begun)
    await destination.release()
  }
}

/** Commands started before the complete plan is known. */
interface EarlySteps {
  /** Aborts them with the job. */
  readonly signal: AbortSignal
  readonly begin: (step: Promise<unknown>) => void
}

function openTools(open: OpenJob, { conf }: RunRequest, { log, signal }: JobContext): RenderTools {
  const { job, budget, at, makers, ffmpeg } = open
  return {
    steps: openArtifactCache({ makers, pathOf: (output) => pathOf(output, at) }),
    at,
    ffmpeg,
    stallMs: conf.ffmpeg.stallMs,
    inTurn: pLimit(chunkRulesOf({ job, conf, budget }).atOnce),
    log,
    signal,
  }
}

interface Film {
  readonly gathered: Awaited<ReturnType<OpenJob['gather']>>
  readonly made: Planned
  readonly sidecars: Awaited<ReturnType<typeof makeSidecars>>
}

interface Making {
  readonly request: RunRequest
  readonly context: JobContext
  readonly tools: RenderTools
  readonly early: EarlySteps
}

/** Makes the finished file and its sidecars in the work folder from the recordings. */
async function makeFilm(open: Opened, making: Making): Promise<Film> {
  const { job, budget, work, omissions } = open
  const { context, tools } = making
  const { emit, progress, now } = context
  const { gathered, encoder } = await gatherWithEncoder(open, making)
  const makeStart = now()
  const planBefore = open.spentMs()
  const timed = () =>
    emit({ kind: 'timed', timings: { encodeMs: now() - makeStart - (open.spentMs() - planBefore) } })
  const made = await make({
    job,
    encoder,
    omissions,
    tools,
    progress,
    recordings: gathered.recordings,
    plan: planWithin(open, making),
    maxPixels: open.maxPixels,
    cores: budget.cores,
    keepAs: work.rejected,
  }).finally(timed)
  omissions.warn(made.warnings)
  const sidecarsStart = now()
  const sidecars = await makeSidecars({ sidecars: made.plan.sidecars, canvas: job.canvas, tools, progress })
  emit({ kind: 'timed', timings: { encodeMs: now() - sidecarsStart } })
  omissions.warn(sidecars.warnings)
  return { gathered, made, sidecars }
}

/** Gathers recordings while the encoder is being chosen, and meanwhile starts on the video. */
async function gatherWithEncoder(
  open: Opened,
  { context: { log }, tools, early }: Making,
): Promise<Pick<Film, 'gathered'> & { encoder: Encoder }> {
  const { job, entries, roomStartMs, omissions } = open
  const choosing = open.chooseEncoder()
  const gathered = await gatherStarting({
    entries,
    roomStartMs,
    atOnce: tools.inTurn.concurrency,
    log,
    plan: async (recordings) => open.plan(recordings, { encoder: (await choosing).encoder, tolerant: false }),
    // A command that fails early fails again in the complete plan, which handles the failure.
    start: (command) => early.begin(tools.inTurn(() => runStep(command, { ...tools, signal: early.signal }))),
    gather: (arrived) =>
      open.gather({
        onArrival(entry, recording) {
          log.info({ file: entry.name, isUsable: recording !== undefined }, 'recording looked at')
          if (job.media !== 'audio') arrived(entry, recording)
        },
      }),
    // In any case, so that no trial encode outlives the job.
  }).finally(() => choosing)
  const { encoder, warnings } = await choosing
  omissions.warn(warnings)
  return { gathered, encoder }
}

/** Plans, and sets the job's time limit from its first plan; the limit includes time for repeated work. */
function planWithin(
  { job, budget, decide }: Opened,
  { request: { conf }, context: { allow } }: Making,
): (recordings: readonly Recording[], attempt: Parameters<typeof decide>[1]) => Promise<Planned> {
  let isTimed = false
  return async (recordings, attempt) => {
    const planned = await decide(recordings, attempt)
    if (!isTimed) {
      const { plan, timeline } = planned
      const costs = { plan, timeline, canvas: job.canvas, speed: conf.video.speed, cores: budget.cores }
      allow(limitMs(estimate({ ...costs, fetchedBytes: 0 })))
      isTimed = true
    }
    return planned
  }
}

/** Uploads the finished file and its sidecars to the job's bucket or the backup. */
async function deliver(
  open: Opened,
  delivery: {
    readonly request: RunRequest
    readonly context: JobContext
    readonly film: Film
    readonly destination: HeldDestination
  },
): Promise<Landed> {
  const { job, storage, backup, omissions } = open
  const { request, context, film, destination } = delivery
  const { conf, doneFile } = request
  const { emit, log, progress, signal, allow, now } = context
  const { gathered, made, sidecars } = film
  const { timeline, plan } = made
  const uploadStart = now()
  // Each file may be sent twice.
  const mostBytes = 2 * copiesOf(plan.sidecars) * estimatedBytes(plan)
  allow(LEAST_LIMIT_MS + (backup ? 2 : 1) * transferMs(conf.storage, mostBytes))
  // Repeated, since hours may have passed and links or recordings may have changed.
  await open.refuseReplacing()
  const { seen } = gathered
  const isCopied = job.storage.kind === 's3'
  await refuseChanged({ storage, seen, isCopied, atOnce: conf.limits.fetches, log, signal })
  await destination.refuseLost()
  const before = doneFile === undefined ? undefined : await readDone(doneFile)
  if (request.copyTo !== undefined) await copyFilm(pathOf(plan.mux.output, open.at), request.copyTo)
  const measuring = request.report ? measure(open, request, context, made) : undefined
  const { output, landed } = await upload({
    job,
    timeline,
    encoder: plan.encoder,
    finished: pathOf(plan.mux.output, open.at),
    sidecars,
    storage,
    backup,
    seen: destination.seen,
    log,
    progress,
    emit,
    signal,
  })
    .finally(() => emit({ kind: 'timed', timings: { uploadMs: now() - uploadStart } }))
    // The measurements read the work folder, which is removed with the job.
    .finally(() => measuring)
  const bucket = landed.backedUp && backup ? backup : storage
  const target = (landed.backedUp && job.backupStorage?.target) || job.storage
  const { conflictOf } = await protect({ given: open.given, storage: job.storage })
  const isGiven = async (key: string) => (await conflictOf(target, { kind: 'finished', key })) !== undefined
  await removeStaleSidecars({ before, output, bucket, isGiven, log, signal })
  const { link, linkHours } = conf.report
  if (request.report && link === 'signed' && bucket.link) {
    const untilMs = Date.now() + linkHours * 3_600_000
    emit({
      kind: 'linked',
      link: { url: await bucket.link(output.key, Math.round(linkHours * 3600)), untilMs },
    })
  }
  if (landed.mainFailure) {
    const params = { first: landed.mainFailure.message, bucket: output.bucket, key: output.key }
    omissions.warn([{ code: 'uploadBackedUp', params }])
  }
  return landed
}

async function measure(
  { job, at, ffmpeg }: Opened,
  { conf }: RunRequest,
  { emit, log, progress, signal }: JobContext,
  made: Planned,
): Promise<void> {
  const { measureMade } = await import('./measure-made.ts')
  const finished = pathOf(made.plan.mux.output, at)
  const what = { job, made, finished, folder: at.work, ffmpeg, conf, log, progress, signal }
  emit({ kind: 'measured', measured: await measureMade(what) })
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
