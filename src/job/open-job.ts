/** Opens and closes a job for every command that works on its recordings. */
import { dirname } from 'node:path'
import type { Cfg } from '../config/cfg.ts'
import type { Conf } from '../config/conf.ts'
import { withoutUnknownKey } from '../config/named-streams.ts'
import { readJob } from '../config/read-job.ts'
import { JobError } from '../errors.ts'
import { refuseLacking } from '../ffmpeg/features.ts'
import { findFfmpeg } from '../ffmpeg/find.ts'
import type { FencedFfmpeg, FoundFfmpeg } from '../ffmpeg/types.ts'
import type { Canvas, Job } from '../model/job.ts'
import type { Place } from '../model/place.ts'
import type { IndexEntry, RoomIndex, Skipped } from '../model/room.ts'
import { type Budget, canvasThatFits } from '../plan/budget.ts'
import { pixelLimit } from '../plan/fences.ts'
import type { Locations } from '../plan/locate.ts'
import { hasText, needsOfJob } from '../plan/needs.ts'
import { type WorkFolder, openWorkFolder } from '../records/work-folder.ts'
import { closedBucket } from '../storage/closed.ts'
import { openStorage, storageSettings } from '../storage/open.ts'
import type { Storage } from '../storage/storage.ts'
import { type Chosen, chooseEncoder } from './choose-encoder.ts'
import type { BucketObject } from './executor.ts'
import { gather, wantedEntries } from './fetch-recordings.ts'
import { fetchWatermarks } from './fetch-watermarks.ts'
import { readRoom } from './find-index.ts'
import { findUpdates, withUpdates } from './find-updates.ts'
import type { JobContext } from './host.ts'
import { machineBudget } from './machine.ts'
import { type Omissions, noteOmissions } from './omissions.ts'
import { fencesFor } from './plan-job.ts'
import { type Planner, openPlanner } from './planner.ts'
import { type Given, givenTo, refuseReplacing } from './protect.ts'
import { letteringOf, versionOfFont } from './read-font.ts'

export interface JobRequest {
  /** `file` is its absolute path. */
  readonly cfg: Cfg
  /** Path of the recording index; located by the rules of conf/ if undefined. */
  readonly index: string | undefined
  /** The index itself, if the host has made it; `from` is the path that it would have. */
  readonly room?: { readonly text: string; readonly from: string } | undefined
  /** Path of the timed updates; located by the documented rules if undefined. */
  readonly updates: string | undefined
  readonly conf: Conf
  readonly strict: boolean
  readonly keepWork: boolean
  /** Redo everything, ignoring an earlier run. */
  readonly force: boolean
  /** Dry run: the work folder is restored, and no work is done. */
  readonly isLook?: boolean
  /** Send no requests to remote buckets. */
  readonly isOffline?: boolean
  /** Absolute path of the folder that contains work folders. */
  readonly workFolder: string
  /** Absolute path of the font for watermarks. */
  readonly fontFile: string
  readonly workerVersion: string
  /** Absolute paths of the job's files that the host writes to the log folder. */
  readonly ownFiles?: readonly string[]
}

/** A job whose cfg.json, index and watermarks have been read, with the tools to process its recordings. */
export interface OpenJob extends Planner {
  readonly job: Job
  readonly ffmpeg: FencedFfmpeg
  readonly budget: Budget
  /** Recordings that claim larger pictures are not decoded. */
  readonly maxPixels: number
  readonly work: WorkFolder
  readonly storage: Storage
  /** Entries of the index that the job uses. */
  readonly entries: readonly IndexEntry[]
  /** Unix time in ms of output time 0. */
  readonly roomStartMs: number
  /** Watermark images, identified by their content. */
  readonly pictures: readonly Place[]
  /** Paths of places in commands; recordings are added when they are planned with. */
  readonly at: Locations
  /** The fetched objects by their paths on this machine. */
  readonly objects: ReadonlyMap<string, BucketObject>
  /** Versions of worker and ffmpeg, and of the font if there is text. */
  readonly makers: Readonly<Record<string, string>>
  readonly omissions: Omissions
  /**
   * Rejects the job if an output would currently replace an input.
   * @throws JobError `outputIsRecording`, `outputIsInput`, `logIsInput`
   */
  readonly refuseReplacing: () => Promise<void>
  /** All inputs of the job. */
  readonly given: readonly Given[]
  /** Index entries that cannot be used. */
  readonly unusable: readonly Skipped[]
  /** Fetches and probes recordings; unusable ones are recorded as omissions. */
  readonly gather: (options?: Gathering) => ReturnType<typeof gather>
  /** Determines which encoder works here. Never throws. */
  readonly chooseEncoder: () => Promise<Chosen>
}

type Gathering = Partial<Pick<Parameters<typeof gather>[0], 'only' | 'onArrival'>>

/**
 * Opens a job, passes it to `work` and closes it in any case. The caller holds the job's lock.
 * @param work returns whether the job is done and its work folder can be removed
 * @throws JobError for everything an operator can act on
 */
export async function withJob(
  request: JobRequest,
  context: JobContext,
  work: (open: OpenJob) => Promise<boolean>,
): Promise<void> {
  const { cfg, conf, fontFile, workFolder } = request
  const { emit, log } = context
  const omissions = noteOmissions({ strict: request.strict, emit })

  const lettering = letteringOf(fontFile, conf)
  const read = readJob({ cfg, conf, lettering })
  const { job } = read
  emit({ kind: 'accepted', jobId: job.jobId })
  omissions.warn(read.warnings)
  const machine = await openMachine(job, request, context)

  const folder = await openWorkFolder({ workFolder, jobId: job.jobId, anew: request.force })
  const isClosed = request.isOffline === true && job.storage.kind === 's3'
  const storage = isClosed
    ? closedBucket(job.storage.bucket)
    : openStorage(job.storage, storageSettings(conf), log)
  let isDone = false
  try {
    const room = await readRoom({
      job,
      cfgPath: cfg.file,
      storage,
      signal: context.signal,
      ...(request.index !== undefined && { asked: request.index }),
      given: request.room,
      keys: isClosed ? [] : conf.index.keys,
      mostEntries: conf.limits.maxRecordings,
    })
    omissions.warn(room.warnings)
    const { from, index } = room
    const found = await findUpdates({
      asked: request.updates,
      cfg,
      jobId: job.jobId,
      bucket: job.storage.bucket,
      ofIndex: room.updates,
      indexAt: room.at,
      storage,
      signal: context.signal,
    })
    omissions.warn(found?.warnings ?? [])
    const updated = found && withUpdates({ job, cfg, index, source: found.source, lettering })
    omissions.warn(read.against(index, updated?.job))
    omissions.warn(updated?.warnings ?? [])
    log.info({ from, entries: index.entries.length, startMs: index.startMs }, 'index read')
    if (found && updated) {
      const stretches = updated.job.stretches.length
      log.info({ from: found.source.parsed.file, stretches }, 'timed updates read')
    }
    const known = {
      job: withoutUnknownKey(updated?.job ?? job, index),
      index,
      indexAt: room.at,
      updatesAt: found?.at,
    }
    isDone = await work(
      await openRoom({ ...known, ...machine, storage, folder, omissions }, request, context),
    )
  } finally {
    storage.close()
    if (!request.keepWork) await (request.isLook ? folder.restore() : folder.close(isDone))
  }
}

interface Machine {
  readonly ffmpeg: FencedFfmpeg & FoundFfmpeg
  readonly budget: Budget
  readonly maxPixels: number
}

/** @throws JobError if this machine's ffmpeg or memory is insufficient for the job */
async function openMachine(job: Job, request: JobRequest, context: JobContext): Promise<Machine> {
  const { conf, workFolder } = request
  const { emit, log, env } = context
  const { path: confPath, sandbox } = conf.ffmpeg
  const [found, budget] = await Promise.all([
    findFfmpeg({ confPath, env, sandbox, workFolder }),
    machineBudget(conf.limits),
  ])
  emit({ kind: 'ffmpegFound', version: found.version })
  if (job.media !== 'audio') refuseTooLarge(job.canvas, budget)
  const kbps = job.video.bitrateKbps + conf.audio.bitrateKbps
  const ffmpeg = { ...found, fences: fencesFor({ canvas: job.canvas, kbps, conf, budget }) }
  const { guards, unboxed: detail } = found
  const shown = { ...found, has: undefined, guards: undefined, unboxed: undefined }
  log.info({ jobId: job.jobId, ffmpeg: shown, node: process.version, budget }, 'job read')
  const held = { bwrap: guards.sandbox?.bwrap, prlimit: guards.prlimit, detail }
  log.info(held, guards.sandbox ? 'each ffmpeg runs in a sandbox' : 'each ffmpeg runs without a sandbox')
  refuseLacking(found, needsOfJob(job, conf.video.encoder))
  return { ffmpeg, budget, maxPixels: pixelLimit(conf.limits.maxPixels, budget) }
}

/** Opens the job's room with its watermarks. */
async function openRoom(
  known: Machine & {
    readonly job: Job
    readonly index: RoomIndex
    readonly indexAt: Parameters<typeof givenTo>[0]['indexAt']
    readonly updatesAt: Parameters<typeof givenTo>[0]['updatesAt']
    readonly storage: Storage
    readonly folder: WorkFolder
    readonly omissions: Omissions
  },
  request: JobRequest,
  context: JobContext,
): Promise<OpenJob> {
  const { job, index, indexAt, updatesAt, storage, folder, omissions, ffmpeg, budget, maxPixels } = known
  const { cfg, conf, fontFile } = request
  const { emit, log, env, signal } = context
  const cfgFolder = dirname(cfg.file)
  const given = givenTo({ job, index, cfgPath: cfg.file, cfgFolder, indexAt, updatesAt })
  const refuse = () => refuseReplacing({ job, settings: conf.output, given, files: request.ownFiles ?? [] })
  await refuse()
  const roomStartMs = index.startMs
  const entries = wantedEntries(job, index.entries)
  emit({ kind: 'started', startMs: roomStartMs, recordings: entries.length })
  const files = {
    ...conf.limits,
    maxPixels,
    codecs: conf.ffmpeg.codecs,
    ffmpeg,
    folder: folder.path,
    signal,
    mostMs: conf.limits.probeSeconds * 1000,
    stallMs: conf.ffmpeg.stallMs,
  }
  const watermarks = await fetchWatermarks({
    ...files,
    job,
    cfgFolder,
    storage,
    proxies: conf.watermark.proxy ? env : undefined,
    network: conf.network,
    isConfined: conf.storage.localRoots.length > 0,
  })
  omissions.warn(watermarks.warnings)
  if (request.strict && watermarks.warnings[0]) throw new JobError(watermarks.warnings[0], { fault: 'input' })

  const places = new Map(watermarks.files)
  const at: Locations = { work: folder.path, font: fontFile, files: places }
  const planner = openPlanner({
    tools: {
      job,
      budget,
      images: watermarks.images,
      conf: { ...conf, limits: { ...conf.limits, maxPixels } },
      toneMaps: ffmpeg.toneMaps,
      decodesAlpha: ffmpeg.decodesAlpha,
    },
    places,
    roomStartMs,
    ffmpeg,
    seeking: files,
    omissions,
    context,
  })
  const unusable = [...index.skipped]
  const objects = new Map<string, BucketObject>()
  return {
    job,
    ffmpeg,
    budget,
    maxPixels,
    storage,
    entries,
    roomStartMs,
    omissions,
    work: folder,
    given,
    ...planner,
    at,
    objects,
    pictures: [...watermarks.images.values()].map(({ path }) => path),
    makers: {
      worker: request.workerVersion,
      ffmpeg: ffmpeg.version,
      ...(hasText(job) && { font: await versionOfFont(fontFile, signal) }),
    },
    refuseReplacing: refuse,
    unusable: index.skipped,
    gather: (gathering = {}) =>
      gatherNoted({ ...files, job, entries, storage, objects, ...gathering }, context, {
        omissions,
        // Reported once, even if recordings are gathered several times.
        skippedBefore: unusable.splice(0),
      }),
    chooseEncoder: () => chooseEncoder({ ...files, job, video: conf.video, at, log }),
  }
}

/** @throws JobError `canvasTooLarge` if not even one chunk of video can be encoded within the budget */
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

/** Gathers recordings and records omissions. */
async function gatherNoted(
  options: Omit<Parameters<typeof gather>[0], 'progress' | 'now' | 'onArrival'> & Gathering,
  { emit, progress, now }: JobContext,
  notes: { omissions: Omissions; skippedBefore: readonly Skipped[] },
): ReturnType<typeof gather> {
  const { omissions, skippedBefore } = notes
  const { onArrival = () => undefined } = options
  const gathered = await gather({ ...options, progress, now, onArrival })
  progress.end('fetch')
  progress.end('probe')
  emit({ kind: 'timed', timings: { fetchMs: gathered.fetchMs, probeMs: gathered.probeMs } })
  omissions.skip([...skippedBefore, ...gathered.skipped])
  omissions.warn(gathered.warnings)
  omissions.broken(gathered.lost, gathered.recordings)
  return gathered
}
