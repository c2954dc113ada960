/** What every command that works on a job's recordings begins with, and how it ends. */
import { dirname, join } from 'node:path'
import type { Notifier } from '../callback/notifier.ts'
import { type Chosen, chooseEncoder } from './choose-encoder.ts'
import type { Conf } from '../config/conf.ts'
import { withoutUnknownKey } from '../config/named-streams.ts'
import { readJob } from '../config/read-job.ts'
import type { Done } from '../records/done.ts'
import { JobError } from '../errors.ts'
import { fetchMarks, hashesOf } from './fetch-watermarks.ts'
import { refuseLacking } from '../ffmpeg/features.ts'
import { findFfmpeg } from '../ffmpeg/find.ts'
import { readRoom } from './find-index.ts'
import { gather, wantedEntries } from './fetch-recordings.ts'
import { inSlices } from './in-slices.ts'
import { type LeftOut, noteLeftOut } from './omissions.ts'
import type { Logger } from '../records/log.ts'
import { machineBudget } from './machine.ts'
import type { Warning } from '../messages/index.ts'
import type { Command } from '../model/command.ts'
import type { Canvas, Job } from '../model/job.ts'
import type { IndexEntry, Recording, Skipped } from '../model/room.ts'
import type { Timeline } from '../model/timeline.ts'
import { type Attempt, type PlanTools, type Planned, fencesFor, planJob, planStill } from './plan-job.ts'
import { type Budget, canvasThatFits } from '../plan/budget.ts'
import { pixelLimit } from '../plan/fences.ts'
import { needsOfCommands, needsOfJob } from '../plan/needs.ts'
import { type RenderPlan, commandsOf } from '../plan/render.ts'
import type { Reporter } from '../progress/reporter.ts'
import { type Given, givenTo, refuseReplacing } from './protect.ts'
import { letteringOf } from './read-font.ts'
import type { Measured } from '../report/facts.ts'
import type { Output, Result, Timings } from '../report/result.ts'
import { closedBucket } from '../storage/closed.ts'
import { openStorage, storageSettings } from '../storage/open.ts'
import type { Storage } from '../storage/storage.ts'
import { openSureSeeks } from './sure-seeks.ts'
import { type WorkFolder, openWorkFolder } from '../records/work-folder.ts'
import type { FencedFfmpeg, Ffmpeg } from '../ffmpeg/types.ts'

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
  /** The work folder is left as it was found, and nothing of the job is done. */
  readonly isLook?: boolean
  /** No bucket on the network is asked for anything. */
  readonly isOffline?: boolean
  /** Absolute path of the folder under which work folders are made. */
  readonly workFolder: string
  /** Absolute path of the font for watermarks. */
  readonly fontFile: string
  readonly workerVersion: string
  /** Absolute paths of the files in the folder of logs that are written for the job. */
  readonly ownFiles?: readonly string[]
}

/** What the job talks to while it runs. */
export interface Surroundings {
  readonly log: Logger
  readonly reporter: Reporter
  readonly signal: AbortSignal
  /** Says how long the job may take from now on in ms, where conf/ leaves that to its plan. */
  readonly allow: (ms: number) => void
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
  /** For the report: what cannot be had once the job has ended. */
  measured?: Measured
  readonly skipped: Skipped[]
  readonly warnings: Warning[]
  readonly timings: { -readonly [K in keyof Timings]: Timings[K] }
}

/** @param warnings that were due before the job was read */
export function noProgress(warnings: readonly Warning[]): Progress {
  const timings = { fetchMs: 0, probeMs: 0, planMs: 0, encodeMs: 0, uploadMs: 0, totalMs: 0 }
  return { skipped: [], warnings: [...warnings], timings }
}

/** A job whose cfg.json, index and watermarks are read, with what working on its recordings takes. */
export interface OpenJob {
  readonly job: Job
  readonly ffmpeg: FencedFfmpeg
  readonly budget: Budget
  /** A recording whose picture claims to be larger is not decoded. */
  readonly maxPixels: number
  readonly work: WorkFolder
  readonly storage: Storage
  /** Entries of the index that the job has any use for. */
  readonly entries: readonly IndexEntry[]
  /** Unix time in ms of output time 0. */
  readonly roomStartMs: number
  /** What tells the watermarks' pictures apart, by their path. */
  readonly pictures: ReadonlyMap<string, string>
  /** Versions of worker and ffmpeg. */
  readonly makers: { readonly worker: string; readonly ffmpeg: string }
  readonly leftOut: LeftOut
  /**
   * Refuses the job where something that it would write replaces something that it reads, as both are by now.
   * @throws JobError `outputIsRecording`, `outputIsInput`, `logIsInput`
   */
  readonly refuseReplacing: () => Promise<void>
  /** Everything that the job reads. */
  readonly given: readonly Given[]
  /** Entries of the index that cannot be used. */
  readonly unusable: readonly Skipped[]
  /** Fetches and probes recordings; what cannot be used is noted as left out. */
  readonly gather: (options?: Gathering) => ReturnType<typeof gather>
  /** Finds out which encoder works here. Never throws. */
  readonly chooseEncoder: () => Promise<Chosen>
  /** Plans the render, whatever recordings there are. */
  readonly plan: (recordings: readonly Recording[], attempt: Attempt) => Promise<Planned>
  /** The same without seeks that lead astray, noted as what is going to be made. */
  readonly decide: (recordings: readonly Recording[], attempt: Attempt) => Promise<Planned>
  /** The command that makes one frame of a plan as a PNG, in a folder of its own; without such seeks, too. */
  readonly still: (
    planned: Planned,
    frame: number,
    at: { folder: string; sturdy: boolean },
  ) => Promise<Command>
}

type Gathering = Partial<Pick<Parameters<typeof gather>[0], 'only' | 'onArrival'>>

/**
 * Opens a job, hands it to `work` and closes it, however that goes. The caller holds the job's lock.
 * @param progress is filled in on the way, whether it succeeds or not
 * @param work its answer says whether the job is done, and its work folder can go
 * @throws JobError for everything an operator can do something about
 */
export async function withJob(
  request: JobRequest,
  around: Surroundings,
  progress: Progress,
  work: (open: OpenJob) => Promise<boolean>,
): Promise<void> {
  const { conf, cfgPath, strict } = request
  const { log, signal, env, tell } = around
  const leftOut = noteLeftOut({ strict, tell, into: progress })

  const read = readJob({
    ...{ text: request.cfgText, file: cfgPath, conf },
    lettering: letteringOf(request.fontFile, conf),
  })
  let { job } = read
  progress.job = job
  tell({ kind: 'accepted' })
  leftOut.warn(read.warnings)
  const [found, budget] = await Promise.all([
    findFfmpeg({
      confPath: conf.ffmpeg.path,
      env,
      sandbox: conf.ffmpeg.sandbox,
      workFolder: request.workFolder,
    }),
    machineBudget(conf.limits),
  ])
  progress.ffmpeg = found
  const maxPixels = pixelLimit(conf.limits.maxPixels, budget)
  if (job.media !== 'audio') refuseTooLarge(job.canvas, budget)
  const kbps = job.video.bitrateKbps + conf.audio.bitrateKbps
  const ffmpeg = { ...found, fences: fencesFor({ canvas: job.canvas, kbps, conf, budget }) }
  const makers = { worker: request.workerVersion, ffmpeg: ffmpeg.version }
  const { guards, unboxed: detail } = found
  const shown = { ...found, has: undefined, guards: undefined, unboxed: undefined }
  log.info({ jobId: job.jobId, ffmpeg: shown, node: process.version, budget }, 'job read')
  const held = { bwrap: guards.sandbox?.bwrap, prlimit: guards.prlimit, detail }
  log.info(held, guards.sandbox ? 'each ffmpeg runs in a sandbox' : 'each ffmpeg runs without a sandbox')
  refuseLacking(found, needsOfJob(job, conf.video.encoder))

  const folder = await openWorkFolder({
    workFolder: request.workFolder,
    jobId: job.jobId,
    anew: request.force,
  })
  const isClosed = request.isOffline === true && job.storage.kind === 's3'
  const storage = isClosed
    ? closedBucket(job.storage.bucket)
    : openStorage(job.storage, storageSettings(conf), log)
  let isDone = false
  try {
    const room = await readRoom({
      job,
      cfgPath,
      ...(request.index !== undefined && { asked: request.index }),
      storage,
      keys: isClosed ? [] : conf.index.keys,
      mostEntries: conf.limits.maxRecordings,
      signal,
    })
    const { index } = room
    leftOut.warn(room.warnings)
    leftOut.warn(read.against(index))
    job = withoutUnknownKey(job, index)
    log.info({ from: room.from, entries: index.entries.length, startMs: index.startMs }, 'index read')
    const cfgFolder = dirname(cfgPath)
    const given = givenTo({ job, index, cfgPath, cfgFolder, indexAt: room.at })
    const refuse = () => refuseReplacing({ job, settings: conf.output, given, files: request.ownFiles ?? [] })
    await refuse()
    tell({ kind: 'started' })
    const roomStartMs = index.startMs
    const entries = wantedEntries(job, index.entries)
    const files = {
      ...conf.limits,
      maxPixels,
      codecs: conf.ffmpeg.codecs,
      ffmpeg,
      mostMs: conf.limits.probeSeconds * 1000,
      stallMs: conf.ffmpeg.stallMs,
      signal,
    }
    const marks = await fetchMarks({
      ...files,
      job,
      cfgFolder,
      storage,
      folder: folder.path,
      proxies: conf.watermark.proxy ? env : undefined,
      network: conf.network,
      isConfined: conf.storage.localRoots.length > 0,
    })
    leftOut.warn(marks.warnings)
    if (strict && marks.warnings[0]) throw new JobError(marks.warnings[0], { fault: 'input' })
    const pictures = await hashesOf(marks)

    const unusable = [...index.skipped]
    const tools: PlanTools = {
      ...{ job, budget },
      conf: { ...conf, limits: { ...conf.limits, maxPixels } },
      images: marks.images,
      fontFile: request.fontFile,
      toneMaps: ffmpeg.toneMaps,
      decodesAlpha: ffmpeg.decodesAlpha,
      workFolder: folder.path,
    }
    const plan: OpenJob['plan'] = (recordings, attempt) =>
      inSlices(
        planJob({ ...tools, roomStartMs, recordings, attempt, skipped: progress.skipped.length }),
        signal,
      )
    const seeks = openSureSeeks({ ...files, folder: folder.path }, ({ entry: { name } }) => {
      log.warn({ file: name }, 'index of a recording is wrong')
      leftOut.warn([{ code: 'seekIndexWrong', params: { name }, where: name }])
    })
    const opened = {
      job,
      ffmpeg,
      budget,
      maxPixels,
      storage,
      entries,
      roomStartMs,
      pictures,
      makers,
      leftOut,
      plan,
    }
    isDone = await work({
      ...opened,
      work: folder,
      given,
      refuseReplacing: refuse,
      unusable: index.skipped,
      gather: (gathering = {}) =>
        gatherAll({ ...files, ffmpeg, job, entries, storage, folder: folder.path, ...gathering }, around, {
          progress,
          leftOut,
          // Once, however often something is gathered.
          skippedBefore: unusable.splice(0),
        }),
      chooseEncoder: () =>
        chooseEncoder({ ...files, ffmpeg, job, video: conf.video, workFolder: folder.path, log }),
      async decide(recordings, attempt) {
        for (;;) {
          const planned = await decide(() => plan(seeks.marked(recordings), attempt), around, progress)
          refuseLacking(ffmpeg, needsOfCommands(commandsOf(planned.plan)))
          if (!(await seeks.findWrong(planned.plan.video, seeks.marked(recordings)))) return planned
        }
      },
      async still({ timeline, ...rest }, frame, { folder: ownFolder, sturdy }) {
        for (;;) {
          const command = planStill({
            ...{ ...tools, workFolder: ownFolder, frame },
            planned: { ...rest, timeline: seeks.markedIn(timeline) },
            attempt: { encoder: 'x264', sturdy },
            stem: join(ownFolder, 'still'),
          })
          const recordings = timeline.clips.map(({ recording }) => recording)
          if (!(await seeks.findWrong([command], seeks.marked(recordings)))) return command
        }
      },
    })
  } finally {
    storage.close()
    if (!request.keepWork) await (request.isLook ? folder.restore() : folder.close(isDone))
  }
}

/** @throws JobError `canvasTooLarge` where not even one piece of the picture can be encoded within the budget */
function refuseTooLarge({ width, height }: Canvas, { memoryMb }: Budget): void {
  const fitting = canvasThatFits({ width, height }, memoryMb)
  if (!fitting) return
  const { neededMb } = fitting
  const fits = `${fitting.width} x ${fitting.height}`
  throw new JobError(
    { code: 'canvasTooLarge', params: { width, height, neededMb, memoryMb, fits } },
    { fault: 'config' },
  )
}

async function gatherAll(
  options: Omit<Parameters<typeof gather>[0], 'reporter' | 'now' | 'onArrival'> & Gathering,
  { reporter, now }: Surroundings,
  notes: { progress: Progress; leftOut: LeftOut; skippedBefore: readonly Skipped[] },
): ReturnType<typeof gather> {
  const { progress, leftOut, skippedBefore } = notes
  const { onArrival = () => undefined } = options
  const gathered = await gather({ ...options, reporter, now, onArrival })
  reporter.end('fetch')
  reporter.end('probe')
  Object.assign(progress.timings, { fetchMs: gathered.fetchMs, probeMs: gathered.probeMs })
  leftOut.skip([...skippedBefore, ...gathered.skipped])
  leftOut.warn(gathered.warnings)
  leftOut.broken(gathered.lost, gathered.recordings)
  return gathered
}

async function decide(
  plan: () => Promise<Planned>,
  { log, now }: Surroundings,
  progress: Progress,
): Promise<Planned> {
  const planStart = now()
  const planned = await plan()
  progress.timings.planMs += now() - planStart
  const { timeline } = planned
  Object.assign(progress, { timeline, plan: planned.plan })
  const { frames, segments, shots, clips } = timeline
  log.info({ frames, segments: segments.length, shots: shots.length, clips: clips.length }, 'planned')
  return planned
}
