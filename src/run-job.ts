/** One job from cfg.json to the finished file, top to bottom: the imperative shell around the pure rooms. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { plannedOf } from './callback/from-job.ts'
import type { Notifier } from './callback/notifier.ts'
import type { Conf } from './config/conf.ts'
import { readJob } from './config/read-job.ts'
import { readIndex } from './config/room-index.ts'
import { type Done, type Versions, askVersions, forgetDone, madeFrom, readDone } from './done-job.ts'
import { JobError } from './errors.ts'
import { type FetchedMarks, fetchMarks } from './fetch-marks.ts'
import { type Ffmpeg, findFfmpeg } from './ffmpeg/find.ts'
import { findIndex } from './find-index.ts'
import { type Gathered, gather, wantedEntries } from './gather.ts'
import { noteLeftOut } from './left-out.ts'
import type { Logger } from './log.ts'
import { machineBudget } from './machine.ts'
import { make } from './make.ts'
import type { Warning } from './messages/index.ts'
import type { Job } from './model/job.ts'
import type { RoomIndex, Skipped } from './model/room.ts'
import type { Timeline } from './model/timeline.ts'
import { planJob } from './plan-job.ts'
import type { RenderPlan } from './plan/render.ts'
import type { Reporter } from './progress.ts'
import type { Output, Result, Timings } from './report/result.ts'
import { openSteps } from './steps.ts'
import { openStorage } from './storage/open.ts'
import { isStillThere } from './storage/still-there.ts'
import type { Storage } from './storage/storage.ts'
import { upload } from './upload.ts'
import { clearOldWork, openWorkFolder } from './work-folder.ts'

export interface JobRequest {
  /** Absolute path of cfg.json. */
  readonly cfgPath: string
  readonly cfgText: string
  readonly index?: string
  readonly conf: Conf
  readonly strict: boolean
  readonly keepWork: boolean
  /** Do everything anew, whatever is there of an earlier run. */
  readonly force: boolean
  /** Stop after planning. */
  readonly planOnly: boolean
  /** Absolute path of the folder under which work folders are made. */
  readonly workFolder: string
  /** Absolute path of the record of the finished job. */
  readonly doneFile: string
  /** Absolute path of the font for watermarks. */
  readonly fontFile: string
  readonly workerVersion: string
}

/** What the job talks to while it runs. */
export interface Surroundings {
  readonly log: Logger
  readonly reporter: Reporter
  readonly signal: AbortSignal
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now: () => number
  /** Tells the job's callbacks. */
  readonly tell: Notifier['tell']
}

/** What has been found out so far. Filled in while the job runs, so that a failed one can be reported too. */
export interface Progress {
  job?: Job
  ffmpeg?: Ffmpeg
  timeline?: Timeline
  plan?: RenderPlan
  output?: Output
  /** What the job was made from and where it lies, once it is done. */
  done?: Omit<Done, 'result'>
  /** The job was done before, and nothing has changed since: what that run had to say. */
  before?: Result
  readonly skipped: Skipped[]
  readonly warnings: Warning[]
  readonly timings: { -readonly [K in keyof Timings]: Timings[K] }
}

/**
 * Runs one job. The caller holds its lock.
 * @param progress is filled in on the way, whether the job succeeds or not
 * @throws JobError for everything an operator can do something about
 */
export async function runJob(request: JobRequest, around: Surroundings, progress: Progress): Promise<void> {
  const { conf, cfgPath, doneFile, workFolder } = request
  const { log, reporter, signal, now, env, tell } = around
  const { timings } = progress
  const leftOut = noteLeftOut({ strict: request.strict, tell, into: progress })

  const { job, warnings } = readJob({ text: request.cfgText, file: cfgPath, conf })
  progress.job = job
  tell({ kind: 'accepted' })
  leftOut.warn(warnings)
  const [ffmpeg, budget] = await Promise.all([
    findFfmpeg({ confPath: conf.ffmpeg.path, env }),
    machineBudget(conf.limits),
  ])
  progress.ffmpeg = ffmpeg
  const makers = { worker: request.workerVersion, ffmpeg: ffmpeg.version }
  log.info({ jobId: job.jobId, ffmpeg, node: process.version, budget }, 'job read')

  await clearOld(request, log)
  const work = await openWorkFolder({ workFolder, jobId: job.jobId, anew: request.force })
  const storage = openStorage(job.storage, conf.storage, log)
  const spare = job.backupStorage && openStorage(job.backupStorage.target, conf.storage, log)
  let isDone = false
  try {
    const index = await readRoom({ request, around, job, storage, warn: leftOut.warn })
    tell({ kind: 'started' })
    const entries = wantedEntries(job, index.entries)
    const files = { ...conf.limits, ffmpegPath: ffmpeg.path, stallMs: conf.ffmpeg.stallMs, signal }
    const marks = await fetchMarks({ ...files, job, cfgFolder: dirname(cfgPath), storage, folder: work.path })
    leftOut.warn(marks.warnings)
    if (request.strict && marks.warnings[0]) throw new JobError(marks.warnings[0], { fault: 'input' })

    const pictures = await hashesOf(marks)
    const facts = { job, conf, roomStartMs: index.startMs, entries, pictures, makers }
    if (!request.force && !request.planOnly) {
      const versionsNow = () => askVersions({ storage, entries, atOnce: conf.limits.fetches, signal })
      const done = await doneBefore({ doneFile, facts, versionsNow, storage, spare, signal })
      if (done) {
        progress.before = done.result
        log.info({ output: done.result.output }, 'nothing has changed since this job was done')
        isDone = true
        return
      }
    }

    const gathered = await gather({ ...files, job, entries, storage, folder: work.path, reporter, now })
    reporter.end('fetch')
    reporter.end('probe')
    Object.assign(timings, { fetchMs: gathered.fetchMs, probeMs: gathered.probeMs })
    leftOut.skip([...index.skipped, ...gathered.skipped])
    leftOut.broken(gathered.lost, gathered.recordings)

    const plan: Parameters<typeof make>[0]['plan'] = (recordings, sturdy) => {
      const planStart = now()
      const planned = planJob({
        job,
        conf,
        roomStartMs: index.startMs,
        recordings,
        skipped: progress.skipped.length,
        images: marks.images,
        fontFile: request.fontFile,
        workFolder: work.path,
        budget,
        sturdy,
      })
      timings.planMs += now() - planStart
      const { timeline } = planned
      Object.assign(progress, { timeline, plan: planned.plan })
      tell(plannedOf(timeline, job.media))
      const { frames, segments, shots, clips } = timeline
      log.info({ frames, segments: segments.length, shots: shots.length, clips: clips.length }, 'planned')
      return planned
    }
    if (request.planOnly) {
      leftOut.warn(plan(gathered.recordings, false).warnings)
      return
    }

    const makeStart = now()
    const planBefore = timings.planMs
    const versionOf = fileVersions(gathered, marks, pictures)
    const steps = openSteps({ makers, versionOf })
    const made = await make({
      job,
      recordings: gathered.recordings,
      plan,
      leftOut,
      tools: { steps, ffmpegPath: ffmpeg.path, stallMs: conf.ffmpeg.stallMs, log, signal },
      maxPixels: conf.limits.maxPixels,
      cores: budget.cores,
      keepAs: join(workFolder, `${job.jobId}.rejected.mp4`),
      reporter,
    }).finally(() => (timings.encodeMs = now() - makeStart - (timings.planMs - planBefore)))
    leftOut.warn(made.warnings)

    const uploadStart = now()
    const finished = made.plan.mux.output
    await forgetDone(doneFile)
    const { output, landed } = await upload({
      ...{ job, timeline: made.timeline, finished, storage, spare, log, reporter, tell, signal },
    }).finally(() => (timings.uploadMs = now() - uploadStart))
    progress.output = output
    if (landed.mainFailure) {
      const params = { first: landed.mainFailure.message, bucket: output.bucket, key: output.key }
      leftOut.warn([{ code: 'uploadBackedUp', params }])
    }
    const { key, bytes, version, backedUp } = landed
    progress.done = {
      madeFrom: madeFrom({ ...facts, versions: gathered.versions }),
      landed: { key, bytes, version, backedUp },
    }
    isDone = true
  } finally {
    storage.close()
    spare?.close()
    if (!request.keepWork) await work.close(isDone)
  }
}

/** Finds and reads the index. */
async function readRoom(options: {
  request: JobRequest
  around: Surroundings
  job: Job
  storage: Storage
  warn: (warnings: readonly Warning[]) => void
}): Promise<RoomIndex> {
  const { request, around, job, storage, warn } = options
  const { text, from } = await findIndex({
    job,
    cfgPath: request.cfgPath,
    ...(request.index !== undefined && { asked: request.index }),
    storage,
    keys: request.conf.index.keys,
    signal: around.signal,
  })
  const { index, warnings } = readIndex({ text, file: from })
  warn(warnings)
  around.log.info({ from, entries: index.entries.length, startMs: index.startMs }, 'index read')
  const count = index.entries.length
  const maximum = request.conf.limits.maxRecordings
  if (count > maximum) {
    throw new JobError({ code: 'tooManyRecordings', params: { count, maximum } }, { fault: 'input' })
  }
  return index
}

/** The record of this very job, if it is done: made from the same, and still in its bucket. */
async function doneBefore(options: {
  doneFile: string
  facts: Omit<Parameters<typeof madeFrom>[0], 'versions'>
  versionsNow: () => Promise<Versions>
  storage: Storage
  spare: Storage | undefined
  signal: AbortSignal
}): Promise<Done | undefined> {
  const { doneFile, facts, versionsNow, storage, spare, signal } = options
  const done = await readDone(doneFile)
  if (done?.madeFrom !== madeFrom({ ...facts, versions: await versionsNow() })) return undefined
  const bucket = done.landed.backedUp ? spare : storage
  return bucket && (await isStillThere(bucket, done.landed, { signal })) ? done : undefined
}

async function hashesOf({ images }: FetchedMarks): Promise<readonly string[]> {
  const files = [...images.values()].map(({ path }) => readFile(path))
  return (await Promise.all(files)).map((bytes) => createHash('sha256').update(bytes).digest('hex'))
}

/** What tells one content of a file of the work folder from another. */
function fileVersions(
  { recordings }: Gathered,
  { images }: FetchedMarks,
  pictures: readonly string[],
): (path: string) => string | undefined {
  const versions = new Map(recordings.map(({ path, version }) => [path, version]))
  for (const [i, { path }] of [...images.values()].entries()) versions.set(path, pictures[i] ?? '')
  return (path) => versions.get(path)
}

async function clearOld({ workFolder, conf }: JobRequest, log: Logger): Promise<void> {
  const cleared = await clearOldWork({
    workFolder,
    olderThanMs: conf.work.keepHours * 3_600_000,
    nowMs: Date.now(),
  })
  if (cleared.length > 0) log.info({ jobs: cleared }, 'old work cleared')
}

/** Reads a cfg.json. */
export async function readCfg(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new JobError({ code: 'fileMissing', params: { path } }, { fault: 'config' })
    throw new JobError(
      { code: 'fileUnreadable', params: { path, reason: code ?? 'unknown' } },
      { fault: 'config' },
    )
  }
}
