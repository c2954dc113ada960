/** Opens the room of a job: its watermarks, its planner, and the ways to its recordings. */
import { dirname } from 'node:path'
import { JobError } from '../errors.ts'
import { canHoldPipes } from '../ffmpeg/pipes.ts'
import type { FencedFfmpeg } from '../ffmpeg/types.ts'
import type { Job } from '../model/job.ts'
import type { Place } from '../model/place.ts'
import type { IndexEntry, RoomIndex, Skipped } from '../model/room.ts'
import type { Budget } from '../plan/budget.ts'
import type { Locations } from '../plan/locate.ts'
import { hasText } from '../plan/needs.ts'
import type { WorkFolder } from '../records/work-folder.ts'
import type { Storage } from '../storage/storage.ts'
import { type Chosen, chooseEncoder } from './choose-encoder.ts'
import type { BucketObject } from './executor.ts'
import { wantedEntries } from './fetch-recordings.ts'
import { fetchWatermarks } from './fetch-watermarks.ts'
import { type Gathering, gatherRecordings } from './gather-recordings.ts'
import type { JobContext } from './host.ts'
import type { JobRequest } from './job-request.ts'
import type { Omissions } from './omissions.ts'
import type { Machine } from './open-machine.ts'
import { type Planner, openPlanner } from './planner.ts'
import { type Given, givenTo, refuseReplacing } from './protect.ts'
import { versionOfFont } from './read-font.ts'

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
  readonly gather: (options?: Gathering) => ReturnType<typeof gatherRecordings>
  /** Determines which encoder works here. Never throws. */
  readonly chooseEncoder: () => Promise<Chosen>
}

/** Opens the job's room with its watermarks. */
export async function openRoom(
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
      isThreaded: ffmpeg.isThreaded,
      pipes: await canHoldPipes(folder.path),
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
      gatherRecordings({ ...files, job, entries, storage, objects, ...gathering }, context, {
        omissions,
        // Reported once, even if recordings are gathered several times.
        skippedBefore: unusable.splice(0),
      }),
    chooseEncoder: () => chooseEncoder({ ...files, job, video: conf.video, at, log }),
  }
}
