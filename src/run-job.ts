/** One job from cfg.json to the finished file, top to bottom: the imperative shell around the pure rooms. */
import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import pLimit from 'p-limit'
import type { Conf } from './config/conf.ts'
import { readJob } from './config/read-job.ts'
import { readIndex } from './config/room-index.ts'
import { EXIT, JobError } from './errors.ts'
import { fetchMarks } from './fetch-marks.ts'
import { type Ffmpeg, findFfmpeg } from './ffmpeg/find.ts'
import { runCommand } from './ffmpeg/run.ts'
import { findIndex } from './find-index.ts'
import { gather } from './gather.ts'
import type { Logger } from './log.ts'
import type { Warning } from './messages/index.ts'
import type { Command } from './model/command.ts'
import type { Job } from './model/job.ts'
import type { Skipped } from './model/room.ts'
import type { Timeline } from './model/timeline.ts'
import { zoneOffsetMs } from './model/zone.ts'
import { type RenderPlan, planRender } from './plan/render.ts'
import type { Reporter } from './progress.ts'
import { type Output, type Timings, outputOf } from './report/result.ts'
import { openStorage } from './storage/open.ts'
import { buildTimeline } from './timeline/build.ts'

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
  const { log, reporter, signal, now, env } = around
  const warn = (warnings: readonly Warning[]) => progress.warnings.push(...warnings)

  const { job, warnings } = readJob({ text: request.cfgText, file: cfgPath, conf })
  progress.job = job
  warn(warnings)
  const ffmpeg = await findFfmpeg({ confPath: conf.ffmpeg.path, env })
  progress.ffmpeg = ffmpeg
  log.info({ jobId: job.jobId, ffmpeg, node: process.version }, 'job read')

  const folder = join(request.workFolder, job.jobId)
  const storage = openStorage(job.storage, conf.storage)
  try {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })

    const indexText = await findIndex({
      job,
      cfgPath,
      ...(request.index !== undefined && { asked: request.index }),
      storage,
      keys: conf.index.keys,
      signal,
    })
    const { index, warnings: indexWarnings } = readIndex({ text: indexText.text, file: indexText.from })
    warn(indexWarnings)
    log.info({ from: indexText.from, entries: index.entries.length, startMs: index.startMs }, 'index read')

    const gathered = await gather({
      job,
      entries: index.entries,
      storage,
      folder,
      ffmpegPath: ffmpeg.path,
      fetches: conf.limits.fetches,
      probes: conf.limits.probes,
      reporter,
      signal,
      now,
    })
    reporter.end('fetch')
    reporter.end('probe')
    progress.timings.fetchMs = gathered.fetchMs
    progress.timings.probeMs = gathered.probeMs
    progress.skipped.push(...index.skipped, ...gathered.skipped)
    warn(progress.skipped.map((one) => ({ code: 'recordingSkipped', params: one, where: one.name })))
    refuseSkipped(request, progress)
    const marks = await fetchMarks({ job, cfgFolder: dirname(cfgPath), storage, folder, signal })
    warn(marks.warnings)
    if (request.strict && marks.warnings[0]) throw new JobError(marks.warnings[0], { fault: 'input' })

    const planStart = now()
    const built = buildTimeline({
      job,
      roomStartMs: index.startMs,
      recordings: gathered.recordings,
      rules: conf.layout,
    })
    warn(built.warnings)
    const { timeline } = built
    if (!timeline) {
      throw new JobError(
        { code: 'noUsableStream', params: { jobId: job.jobId, skipped: progress.skipped.length } },
        { exitCode: EXIT.noStream, fault: 'input' },
      )
    }
    if (job.media === 'video' && gathered.recordings.some((one) => one.probe.audio)) {
      warn([{ code: 'silentAsAsked', params: {} }])
    }
    progress.timeline = timeline
    const cores = conf.limits.cores || availableParallelism()
    const plan = planRender({
      job,
      timeline,
      settings: {
        ...conf.video,
        audioBitrateKbps: conf.audio.bitrateKbps,
        cores,
        shotsPerGraph: conf.limits.segmentsPerGraph,
      },
      places: {
        workFolder: folder,
        marks: {
          type: {
            fontFile: request.fontFile,
            sizePx: Math.max(8, Math.round(job.canvas.height * fraction(conf.watermark.textHeight))),
          },
          zoneOffsetMs: zoneOffsetMs(conf.watermark.zone, timeline.startMs),
          images: marks.images,
        },
      },
    })
    progress.plan = plan
    progress.timings.planMs = now() - planStart
    log.info(
      {
        frames: plan.frames,
        segments: timeline.segments.length,
        shots: timeline.shots.length,
        clips: timeline.clips.length,
      },
      'planned',
    )
    if (request.planOnly) return

    const encodeStart = now()
    await render({ plan, request, around, ffmpegPath: ffmpeg.path })
    progress.timings.encodeMs = now() - encodeStart
    reporter.end('encode')

    const uploadStart = now()
    const finished = plan.mux.output
    const { size } = await stat(finished)
    let sent = 0
    const put = await storage.put(job.outputKey, finished, {
      signal,
      onBytes: (bytes) => reporter.update('upload', (sent += bytes), size),
    })
    progress.timings.uploadMs = now() - uploadStart
    reporter.end('upload')
    progress.output = outputOf({
      job,
      timeline,
      bytes: put.bytes,
      ...(put.path !== undefined && { path: put.path }),
    })
    log.info({ output: progress.output }, 'uploaded')
  } finally {
    storage.close()
    if (!request.keepWork) await rm(folder, { recursive: true, force: true })
  }
}

function refuseSkipped(request: JobRequest, progress: Progress): void {
  const [first] = progress.skipped
  if (!request.strict || !first) return
  throw new JobError(
    {
      code: 'skippedStrict',
      params: { count: progress.skipped.length, first: `${first.name}: ${first.reason}` },
    },
    { fault: 'input' },
  )
}

/** Picture and sound side by side, then both into one file. */
async function render(options: {
  plan: RenderPlan
  request: JobRequest
  around: Surroundings
  ffmpegPath: string
}): Promise<void> {
  const { plan, request, around, ffmpegPath } = options
  const { log, reporter } = around
  const main = plan.video.length > 0 ? plan.video : plan.audio ? [plan.audio] : []
  const doneMs = new Map<Command, number>()
  // One failure ends the others: their work would be thrown away.
  const failed = new AbortController()
  const signal = AbortSignal.any([around.signal, failed.signal])
  const run = async (command: Command) => {
    const logged = log.child({ command: command.name })
    try {
      await runCommand(command, {
        ffmpegPath,
        stallMs: request.conf.ffmpeg.stallMs,
        signal,
        onStart: (line) => logged.info({ line }, 'ffmpeg starts'),
        onSaid: (line) => logged.debug({ line }, 'ffmpeg says'),
        onProgress: ({ outMs }) => {
          if (!main.includes(command)) return
          doneMs.set(command, outMs)
          reporter.update(
            'encode',
            [...doneMs.values()].reduce((a, b) => a + b, 0),
            plan.durationMs,
          )
        },
      })
      logged.info('ffmpeg done')
    } catch (error) {
      failed.abort(error)
      throw error
    }
  }
  reporter.update('encode', 0, plan.durationMs)
  const oneAtATime = pLimit(1)
  const outcomes = await Promise.allSettled([
    ...plan.video.map((command) => oneAtATime(() => run(command))),
    ...(plan.audio ? [run(plan.audio)] : []),
  ])
  around.signal.throwIfAborted()
  if (failed.signal.aborted) throw failed.signal.reason
  const refused = outcomes.find((outcome) => outcome.status === 'rejected')
  if (refused) throw refused.reason
  await run(plan.mux)
}

/** "1/24" or "0.04" as a number; conf/ was checked. */
function fraction(text: string): number {
  const [over = '1', under = '1'] = text.split('/')
  return Number(over) / Number(under)
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
