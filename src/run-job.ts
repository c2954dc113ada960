/** One job from cfg.json to the finished file, top to bottom: the imperative shell around the pure rooms. */
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import pLimit from 'p-limit'
import { plannedOf } from './callback/from-job.ts'
import type { Notifier } from './callback/notifier.ts'
import type { Conf } from './config/conf.ts'
import { readJob } from './config/read-job.ts'
import { type Done, askVersions, doneBefore, forgetDone, madeFrom } from './done-job.ts'
import { startEarly } from './early.ts'
import { JobError } from './errors.ts'
import { fetchMarks, hashesOf } from './fetch-marks.ts'
import { type Ffmpeg, findFfmpeg } from './ffmpeg/find.ts'
import { readRoom } from './find-index.ts'
import { gather, wantedEntries } from './gather.ts'
import { noteLeftOut } from './left-out.ts'
import type { Logger } from './log.ts'
import { machineBudget } from './machine.ts'
import { make } from './make.ts'
import type { Warning } from './messages/index.ts'
import type { Job } from './model/job.ts'
import type { Recording, Skipped } from './model/room.ts'
import type { Timeline } from './model/timeline.ts'
import { type Planned, planJob } from './plan-job.ts'
import { chunksAtOnce } from './plan/budget.ts'
import type { RenderPlan } from './plan/render.ts'
import type { Reporter } from './progress.ts'
import { type RenderTools, runStep } from './render.ts'
import type { Output, Result, Timings } from './report/result.ts'
import { openSteps } from './steps.ts'
import { openStorage } from './storage/open.ts'
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
    const {
      index,
      from,
      warnings: ofIndex,
    } = await readRoom({
      job,
      cfgPath,
      ...(request.index !== undefined && { asked: request.index }),
      storage,
      keys: conf.index.keys,
      mostEntries: conf.limits.maxRecordings,
      signal,
    })
    leftOut.warn(ofIndex)
    log.info({ from, entries: index.entries.length, startMs: index.startMs }, 'index read')
    tell({ kind: 'started' })
    const entries = wantedEntries(job, index.entries)
    const files = { ...conf.limits, ffmpegPath: ffmpeg.path, stallMs: conf.ffmpeg.stallMs, signal }
    const marks = await fetchMarks({ ...files, job, cfgFolder: dirname(cfgPath), storage, folder: work.path })
    leftOut.warn(marks.warnings)
    if (request.strict && marks.warnings[0]) throw new JobError(marks.warnings[0], { fault: 'input' })

    const pictures = await hashesOf(marks)
    const roomStartMs = index.startMs
    const facts = { job, conf, roomStartMs, entries, pictures: [...pictures.values()], makers }
    if (!request.force && !request.planOnly) {
      const versionsNow = () => askVersions({ storage, entries, atOnce: conf.limits.fetches, signal })
      const { strict } = request
      const done = await doneBefore({ doneFile, strict, facts, versionsNow, storage, spare, signal })
      if (done) {
        progress.before = done.result
        log.info({ output: done.result.output }, 'nothing has changed since this job was done')
        isDone = true
        return
      }
    }

    const planWith = (recordings: readonly Recording[], sturdy: boolean): Planned =>
      planJob({
        job,
        conf,
        roomStartMs,
        recordings,
        skipped: progress.skipped.length,
        images: marks.images,
        fontFile: request.fontFile,
        workFolder: work.path,
        budget,
        sturdy,
      })
    const versions = new Map(pictures)
    const atOnce = chunksAtOnce(budget, job.canvas, conf.limits)
    const tools: RenderTools = {
      steps: openSteps({ makers, versionOf: (path) => versions.get(path) }),
      ffmpegPath: ffmpeg.path,
      stallMs: conf.ffmpeg.stallMs,
      inTurn: pLimit(atOnce),
      log,
      signal,
    }
    const early = startEarly({
      ...{ entries, roomStartMs, atOnce, log },
      plan: (recordings) => planWith(recordings, false),
      // What fails early fails again with the whole plan, which knows what to do about it.
      start: (command) => void tools.inTurn(() => runStep(command, tools)).catch(() => undefined),
    })
    const onArrival: Parameters<typeof gather>[0]['onArrival'] = (entry, recording) => {
      if (recording) versions.set(recording.path, recording.version)
      if (!request.planOnly && job.media !== 'audio') early.arrived(entry, recording)
    }
    const gathering = { job, entries, storage, folder: work.path, reporter, now, onArrival }
    const gathered = await gather({ ...files, ...gathering })
    early.stop()
    reporter.end('fetch')
    reporter.end('probe')
    Object.assign(timings, { fetchMs: gathered.fetchMs, probeMs: gathered.probeMs })
    leftOut.skip([...index.skipped, ...gathered.skipped])
    leftOut.broken(gathered.lost, gathered.recordings)

    const plan: Parameters<typeof make>[0]['plan'] = (recordings, sturdy) => {
      const planStart = now()
      const planned = planWith(recordings, sturdy)
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
    const made = await make({
      job,
      recordings: gathered.recordings,
      plan,
      leftOut,
      tools,
      maxPixels: conf.limits.maxPixels,
      cores: budget.cores,
      keepAs: work.rejected,
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
      strict: request.strict,
    }
    isDone = true
  } finally {
    storage.close()
    spare?.close()
    if (!request.keepWork) await work.close(isDone)
  }
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
