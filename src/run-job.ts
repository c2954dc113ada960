/** One job from cfg.json to the finished file, top to bottom: the imperative shell around the pure rooms. */
import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileOf, plannedOf, warningOf } from './callback/from-job.ts'
import type { Notifier } from './callback/notifier.ts'
import { checkFinished } from './check/check-finished.ts'
import type { Conf } from './config/conf.ts'
import { readJob } from './config/read-job.ts'
import { readIndex } from './config/room-index.ts'
import { JobError } from './errors.ts'
import { fetchMarks } from './fetch-marks.ts'
import { type Ffmpeg, findFfmpeg } from './ffmpeg/find.ts'
import { findIndex } from './find-index.ts'
import { gather } from './gather.ts'
import type { Logger } from './log.ts'
import { machineBudget } from './machine.ts'
import { type Warning, say } from './messages/index.ts'
import { groupBy } from './model/collect.ts'
import type { Job } from './model/job.ts'
import type { Recording, RoomIndex, Skipped } from './model/room.ts'
import type { Timeline } from './model/timeline.ts'
import { planJob } from './plan-job.ts'
import type { RenderPlan } from './plan/render.ts'
import type { Reporter } from './progress.ts'
import { type BrokenTrack, findBroken, withoutBroken } from './recover.ts'
import { render } from './render.ts'
import { type Output, type Timings, outputOf } from './report/result.ts'
import { openStorage } from './storage/open.ts'
import type { Storage } from './storage/storage.ts'

export interface JobRequest {
  /** Absolute path of cfg.json. */
  readonly cfgPath: string
  readonly cfgText: string
  readonly index?: string
  readonly conf: Conf
  readonly strict: boolean
  readonly keepWork: boolean
  /** Stop after planning. */
  readonly planOnly: boolean
  /** Absolute path of the folder under which work folders are made. */
  readonly workFolder: string
  /** Absolute path of the font for watermarks. */
  readonly fontFile: string
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
  const { conf, cfgPath } = request
  const { log, reporter, signal, now, env, tell } = around
  const warn = (warnings: readonly Warning[]) => warnOf(around, progress, warnings)

  const { job, warnings } = readJob({ text: request.cfgText, file: cfgPath, conf })
  progress.job = job
  tell({ kind: 'accepted' })
  warn(warnings)
  const ffmpeg = await findFfmpeg({ confPath: conf.ffmpeg.path, env })
  progress.ffmpeg = ffmpeg
  const budget = await machineBudget(conf.limits)
  log.info({ jobId: job.jobId, ffmpeg, node: process.version, budget }, 'job read')

  const folder = join(request.workFolder, job.jobId)
  const storage = openStorage(job.storage, conf.storage)
  try {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })

    const index = await readRoom({ request, around, job, storage, warn })
    tell({ kind: 'started' })
    const gathered = await gather({
      job,
      entries: index.entries,
      storage,
      folder,
      ffmpegPath: ffmpeg.path,
      ...conf.limits,
      stallMs: conf.ffmpeg.stallMs,
      reporter,
      signal,
      now,
    })
    reporter.end('fetch')
    reporter.end('probe')
    progress.timings.fetchMs = gathered.fetchMs
    progress.timings.probeMs = gathered.probeMs
    skip(request, around, progress, [...index.skipped, ...gathered.skipped])
    leaveOut(request, around, progress, gathered.lost, gathered.recordings)
    const marks = await fetchMarks({
      job,
      cfgFolder: dirname(cfgPath),
      storage,
      folder,
      ffmpegPath: ffmpeg.path,
      maxPixels: conf.limits.maxPixels,
      stallMs: conf.ffmpeg.stallMs,
      signal,
    })
    warn(marks.warnings)
    if (request.strict && marks.warnings[0]) throw new JobError(marks.warnings[0], { fault: 'input' })

    const made = await make({
      job,
      request,
      around,
      progress,
      recordings: gathered.recordings,
      plan: (recordings, sturdy) =>
        planJob({
          job,
          conf,
          roomStartMs: index.startMs,
          recordings,
          skipped: progress.skipped.length,
          images: marks.images,
          fontFile: request.fontFile,
          workFolder: folder,
          budget,
          sturdy,
        }),
      cores: budget.cores,
      ffmpegPath: ffmpeg.path,
    })
    warn(made.warnings)
    if (request.planOnly) return

    const uploadStart = now()
    const finished = made.plan.mux.output
    const { size } = await stat(finished)
    const file = fileOf({
      output: outputOf({ job, timeline: made.timeline, bytes: size }),
      timeline: made.timeline,
      media: job.media,
      storage: job.storage,
      key: job.outputKey,
    })
    tell({ kind: 'finished', file })
    tell({ kind: 'uploadStarted' })
    let sent = 0
    const put = await storage.put(job.outputKey, finished, {
      signal,
      onBytes: (bytes) => reporter.update('upload', (sent += bytes), size),
    })
    progress.timings.uploadMs = now() - uploadStart
    reporter.end('upload')
    progress.output = outputOf({
      job,
      timeline: made.timeline,
      bytes: put.bytes,
      ...(put.path !== undefined && { path: put.path }),
    })
    log.info({ output: progress.output }, 'uploaded')
    tell({ kind: 'uploaded', file })
  } finally {
    storage.close()
    if (!request.keepWork) await rm(folder, { recursive: true, force: true })
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

/** Failures that a sturdier graph may get over. */
const OF_GRAPH = new Set<string>(['framesWrong', 'ffmpegStalled', 'ffmpegFailed'])

/**
 * Plans and renders, and does so again without the recordings that turn out not to decode: one bad file costs
 * time, never the job.
 */
async function make(options: {
  job: Job
  request: JobRequest
  around: Surroundings
  progress: Progress
  recordings: readonly Recording[]
  plan: (recordings: readonly Recording[], sturdy: boolean) => ReturnType<typeof planJob>
  cores: number
  ffmpegPath: string
}): Promise<ReturnType<typeof planJob>> {
  const { job, request, around, progress, cores, ffmpegPath } = options
  const { log, reporter, signal, now } = around
  const { stallMs } = request.conf.ffmpeg
  const { maxPixels } = request.conf.limits
  const keepAs = join(request.workFolder, `${job.jobId}.rejected.mp4`)
  let { recordings } = options
  let sturdy = false
  for (;;) {
    const planStart = now()
    const planned = options.plan(recordings, sturdy)
    const { timeline, plan } = planned
    progress.timeline = timeline
    progress.plan = plan
    around.tell(plannedOf(timeline, job.media))
    progress.timings.planMs += now() - planStart
    const { segments, shots, clips } = timeline
    log.info(
      { frames: plan.frames, segments: segments.length, shots: shots.length, clips: clips.length },
      'planned',
    )
    if (request.planOnly) return planned
    const encodeStart = now()
    try {
      await render({ plan, ffmpegPath, stallMs, log, reporter, signal })
      await checkFinished({
        timeline,
        plan,
        canvas: job.canvas,
        fit: job.fit,
        look: { ffmpegPath, folder: dirname(plan.mux.output), maxPixels, stallMs, signal },
        keepAs,
      })
      reporter.end('encode')
      return planned
    } catch (error) {
      const broken = await findBroken({ error, clips, ffmpegPath, stallMs, maxPixels, atOnce: cores, signal })
      if (broken.length === 0) {
        // Each track decodes, but some stretch of one gives no picture at all.
        const isOfGraph = error instanceof JobError && OF_GRAPH.has(error.code)
        if (!isOfGraph || sturdy) throw error
        sturdy = true
        log.warn({ err: error }, 'rendering again with a backdrop for each tile')
        continue
      }
      await rm(keepAs, { force: true })
      recordings = withoutBroken(recordings, broken)
      log.warn(
        { err: error, broken: broken.map((one) => one.recording.entry.name) },
        'rendering again without',
      )
      leaveOut(request, around, progress, broken, recordings)
    } finally {
      progress.timings.encodeMs += now() - encodeStart
    }
  }
}

/**
 * Names what turned out not to decode: whole recordings as skipped, single tracks as warnings.
 * @throws JobError under `--strict`
 */
function leaveOut(
  request: JobRequest,
  around: Surroundings,
  progress: Progress,
  broken: readonly BrokenTrack[],
  left: readonly Recording[],
): void {
  const named = groupBy(broken, ({ recording }) => recording.entry)
  for (const [entry, tracks] of named) {
    const [first] = tracks
    if (!first) continue
    const { medium } = first
    const { streamId, name } = entry
    const reason = say({ code: 'undecodable', params: { medium } })
    if (!left.some((one) => one.entry === entry)) {
      skip(request, around, progress, [{ streamId, name, reason }])
      continue
    }
    warnOf(around, progress, [{ code: 'trackLeftOut', params: { streamId, medium }, where: name }])
    if (!request.strict) continue
    const params = { count: 1, first: `${name}: ${reason}` }
    throw new JobError({ code: 'skippedStrict', params }, { fault: 'input' })
  }
}

/** @throws JobError under `--strict` */
function skip(
  request: JobRequest,
  around: Surroundings,
  progress: Progress,
  skipped: readonly Skipped[],
): void {
  progress.skipped.push(...skipped)
  for (const one of skipped) {
    warnOf(around, progress, [{ code: 'recordingSkipped', params: one, where: one.name }])
  }
  const [first] = progress.skipped
  if (!request.strict || !first) return
  const params = { count: progress.skipped.length, first: `${first.name}: ${first.reason}` }
  throw new JobError({ code: 'skippedStrict', params }, { fault: 'input' })
}

function warnOf(around: Surroundings, progress: Progress, warnings: readonly Warning[]): void {
  progress.warnings.push(...warnings)
  for (const warning of warnings) around.tell(warningOf(warning))
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
