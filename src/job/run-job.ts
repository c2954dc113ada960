/** One job from cfg.json to the finished file, top to bottom: the imperative shell around the pure rooms. */
import pLimit from 'p-limit'
import { fileOf, plannedOf } from '../callback/from-job.ts'
import type { Notifier } from '../callback/notifier.ts'
import { makeBeside } from './make-sidecars.ts'
import { type HeldDestination, holdDestination, refuseUnusableDestination } from './destination.ts'
import { estimatedBytes } from './disk-space.ts'
import { type Done, askVersions, doneBefore, madeFrom, readDone } from '../records/done.ts'
import { gatherStarting } from './early-start.ts'
import type { Logger } from '../records/log.ts'
import { make } from './make-file.ts'
import type { Job } from '../model/job.ts'
import { type JobRequest, type OpenJob, type Progress, type Surroundings, withJob } from './open-job.ts'
import { chunkRulesOf } from './plan-job.ts'
import { LEAST_LIMIT_MS, estimate, limitMs } from '../plan/estimate.ts'
import { protect } from './protect.ts'
import { type RenderTools, runStep } from './render.ts'
import { removeStaleSides } from './stale-sidecars.ts'
import { openSteps } from '../records/artifact-cache.ts'
import { openStorage, storageSettings } from '../storage/open.ts'
import type { Storage } from '../storage/storage.ts'
import { transferMs } from '../storage/transfer-time.ts'
import { refuseChanged } from './unchanged.ts'
import { upload } from './upload.ts'
import { clearOldWork } from '../records/work-folder.ts'

interface RunRequest extends JobRequest {
  /** Absolute path of the record of the finished job. */
  readonly doneFile: string
  /** A report is going to be made: what it needs is measured. */
  readonly report: boolean
}

/**
 * Runs one job. The caller holds its lock.
 * @param progress is filled in on the way, whether the job succeeds or not
 * @throws JobError for everything an operator can do something about
 */
export async function runJob(request: RunRequest, around: Surroundings, progress: Progress): Promise<void> {
  await clearOld(request, around.log)
  await withJob(request, around, progress, async (open) => {
    const { conf } = request
    const { backupStorage } = open.job
    const spare = backupStorage && openStorage(backupStorage.target, storageSettings(conf), around.log)
    try {
      return await run({ ...open, spare }, request, around, progress)
    } finally {
      spare?.close()
    }
  })
}

type Opened = OpenJob & { readonly spare: Storage | undefined }

/** @returns that the job is done */
async function run(
  open: Opened,
  request: RunRequest,
  around: Surroundings,
  progress: Progress,
): Promise<true> {
  const { job, storage, spare, entries, roomStartMs, pictures, makers } = open
  const { conf, doneFile, strict, workFolder } = request
  const { log, signal, tell } = around

  const facts = { job, conf, roomStartMs, entries, pictures: [...pictures.values()], makers }
  if (!request.force) {
    const versionsNow = () => askVersions({ storage, entries, atOnce: conf.limits.fetches, signal })
    const done = await doneBefore({ doneFile, strict, facts, versionsNow, storage, spare, signal })
    if (done) {
      progress.before = done.result
      tellAgain({ done, job, startMs: roomStartMs, tell })
      log.info({ output: done.result.output }, 'nothing has changed since this job was done')
      return true
    }
  }

  const where = { job, settings: conf.output, storage, spare, log, signal }
  await refuseUnusableDestination({ ...where, isLook: false })
  const destination = await holdDestination({ ...where, jobId: job.jobId, workFolder })
  const over = new AbortController()
  const begun: Promise<unknown>[] = []
  const early = {
    signal: AbortSignal.any([signal, over.signal]),
    begin: (step: Promise<unknown>) => void begun.push(step.catch(() => undefined)),
  }
  try {
    return await makeFilm({ ...open, facts, destination, early }, request, around, progress)
  } finally {
    // What was begun before its time is of no more use to a job that fails.
    over.abort(new Error('the job is over'))
    await Promise.all(begun)
    await destination.release()
  }
}

/** Everything from the recordings to the file in its bucket, whose key this job has to itself. */
async function makeFilm(
  open: Opened & {
    readonly facts: Omit<Parameters<typeof madeFrom>[0], 'versions'>
    readonly destination: HeldDestination
    /** For steps that are begun before the whole plan is known. */
    readonly early: {
      /** Ends them with the job. */
      readonly signal: AbortSignal
      readonly begin: (step: Promise<unknown>) => void
    }
  },
  request: RunRequest,
  around: Surroundings,
  progress: Progress,
): Promise<true> {
  const { job, ffmpeg, budget, work, storage, spare, entries, roomStartMs, pictures, makers, leftOut } = open
  const { facts, destination, early } = open
  const { conf, doneFile, strict } = request
  const { log, reporter, signal, allow, now, tell } = around
  const { timings } = progress

  const versions = new Map(pictures)
  const { atOnce } = chunkRulesOf({ job, conf, budget })
  const tools: RenderTools = {
    steps: openSteps({ makers, versionOf: (path) => versions.get(path) }),
    ffmpeg,
    stallMs: conf.ffmpeg.stallMs,
    inTurn: pLimit(atOnce),
    log,
    signal,
  }
  const choosing = open.chooseEncoder()
  const gathered = await gatherStarting({
    ...{ entries, roomStartMs, atOnce, log },
    plan: async (recordings) => open.plan(recordings, { encoder: (await choosing).encoder, sturdy: false }),
    // What fails early fails again with the whole plan, which knows what to do about it.
    start: (command) => early.begin(tools.inTurn(() => runStep(command, { ...tools, signal: early.signal }))),
    gather: (arrived) =>
      open.gather({
        onArrival(entry, recording) {
          log.info({ file: entry.name, isUsable: recording !== undefined }, 'recording looked at')
          if (recording) versions.set(recording.path, recording.version)
          if (job.media !== 'audio') arrived(entry, recording)
        },
      }),
    // However that ends: nothing of a trial is to outlive the job.
  }).finally(() => choosing)
  const { encoder, warnings } = await choosing
  leftOut.warn(warnings)

  const makeStart = now()
  let isTimed = false
  const planBefore = timings.planMs
  const made = await make({
    job,
    recordings: gathered.recordings,
    encoder,
    plan: async (recordings, attempt) => {
      const planned = await open.decide(recordings, attempt)
      // Once: whatever has to be made again has its place in this time.
      if (!isTimed) {
        const { plan, timeline } = planned
        const costs = { plan, timeline, canvas: job.canvas, speed: conf.video.speed, cores: budget.cores }
        allow(limitMs(estimate({ ...costs, fetchedBytes: 0 })))
        isTimed = true
      }
      tell(plannedOf(planned.timeline, job.media))
      return planned
    },
    leftOut,
    tools,
    maxPixels: open.maxPixels,
    cores: budget.cores,
    keepAs: work.rejected,
    reporter,
  }).finally(() => (timings.encodeMs = now() - makeStart - (timings.planMs - planBefore)))
  leftOut.warn(made.warnings)
  const besideStart = now()
  const beside = await makeBeside({ plan: made.plan.beside, canvas: job.canvas, tools, reporter })
  timings.encodeMs += now() - besideStart
  leftOut.warn(beside.warnings)

  const uploadStart = now()
  const finished = made.plan.mux.output
  // An HLS rendition holds the same packets once more, and each file may be sent twice.
  const mostBytes = (made.plan.beside.hls ? 4 : 2) * estimatedBytes(made.plan)
  allow(LEAST_LIMIT_MS + (spare ? 2 : 1) * transferMs(conf.storage, mostBytes))
  // Again, for hours may have passed: what was no recording, or led elsewhere, may be one now.
  await open.refuseReplacing()
  const { seen } = gathered
  const isCopied = job.storage.kind === 's3'
  await refuseChanged({ storage, seen, isCopied, atOnce: conf.limits.fetches, log, signal })
  await destination.refuseLost()
  const before = await readDone(doneFile)
  const measuring = request.report
    ? import('./measure-made.ts').then(({ measureMade }) =>
        measureMade({
          made,
          finished,
          folder: work.path,
          ffmpeg,
          conf,
          log,
          reporter,
          signal,
        }),
      )
    : undefined
  const { output, landed } = await upload({
    job,
    timeline: made.timeline,
    encoder: made.plan.encoder,
    finished,
    beside,
    storage,
    spare,
    seen: destination.seen,
    log,
    reporter,
    tell,
    signal,
  })
    .finally(() => (timings.uploadMs = now() - uploadStart))
    // What is measured lies in the work folder, which goes with the job.
    .finally(async () => measuring && (progress.measured = await measuring))
  progress.output = output
  const bucket = landed.backedUp && spare ? spare : storage
  const target = (landed.backedUp && job.backupStorage?.target) || job.storage
  const { conflictOf } = await protect({ given: open.given, storage: job.storage })
  const isGiven = async (key: string) => (await conflictOf(target, { kind: 'finished', key })) !== undefined
  await removeStaleSides({ before, output, bucket, isGiven, log, signal })
  if (landed.mainFailure) {
    const params = { first: landed.mainFailure.message, bucket: output.bucket, key: output.key }
    leftOut.warn([{ code: 'uploadBackedUp', params }])
  }
  const { key, bytes, version, backedUp } = landed
  progress.done = {
    madeFrom: madeFrom({ ...facts, versions: gathered.versions }),
    landed: { key, bytes, version, beside: landed.beside, backedUp },
    strict,
  }
  return true
}

/** Of a job that was done before its end is told once more: whoever hears of a start hears of the file, too. */
function tellAgain(of: { done: Done; job: Job; startMs: number; tell: Notifier['tell'] }): void {
  const { done, job, startMs, tell } = of
  const { output, streams } = done.result
  if (!output) return
  const isBackup = done.landed.backedUp
  const storage = isBackup && job.backupStorage ? job.backupStorage.target : job.storage
  const streamIds = streams.map(({ streamId }) => streamId)
  const file = fileOf({ output, startMs, streamIds, media: job.media, storage, isBackup })
  tell({ kind: 'finished', file })
  tell({ kind: 'uploadStarted' })
  tell({ kind: isBackup ? 'backedUp' : 'uploaded', file })
}

async function clearOld({ workFolder, conf }: JobRequest, log: Logger): Promise<void> {
  const cleared = await clearOldWork({
    workFolder,
    olderThanMs: conf.work.keepHours * 3_600_000,
    nowMs: Date.now(),
  })
  if (cleared.length > 0) log.info({ jobs: cleared }, 'old work cleared')
}
