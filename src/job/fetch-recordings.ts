/** Fetches a job's recordings and probes them. */
import { join } from 'node:path'
import pLimit from 'p-limit'
import type { Versions } from '../records/done.ts'
import { JobError } from '../errors.ts'
import { refuseLacking } from '../ffmpeg/features.ts'
import { openKnownGood } from '../ffmpeg/known-good.ts'
import type { ProbeOutcome } from '../ffmpeg/probe-outcome.ts'
import { openProbeQueue } from '../ffmpeg/probe-queue.ts'
import { isFragment } from '../ffmpeg/sniff.ts'
import { unwrapBlocks } from '../ffmpeg/unwrap-blocks.ts'
import { type FetchedFile, type Looked, joinAll, recordingOf } from './join-pieces.ts'
import { type SlicePath, isSlice, joinSlices } from '../ffmpeg/join-slices.ts'
import { type FetchedObject, fetchEntry, versionOf } from './fetch-entry.ts'
import { mendRecording } from './mend-recording.ts'
import { type Message, type MessageCode, type Warning, say } from '../messages/index.ts'
import type { Job } from '../model/job.ts'
import { type IndexEntry, type Probe, type Recording, type Skipped, keysOf } from '../model/room.ts'
import { needsOfRecording } from '../plan/needs.ts'
import type { Progress } from '../events/channels.ts'
import type { Storage } from '../storage/storage.ts'
import type { BucketObject } from './executor.ts'
import { type BrokenTrack, reasonOf } from './find-broken.ts'
import { wantedMedia } from '../timeline/wanted.ts'
import type { SeenRecording } from './unchanged.ts'
import { lengthMs } from '../timeline/contradictions.ts'
import type { FencedFfmpeg, FoundFfmpeg } from '../ffmpeg/types.ts'

/**
 * Failures of one object that do not affect the others. S3 also returns `accessDenied` for a missing object if the
 * credentials may not list the bucket; if no object can be read, it is taken literally.
 */
const SKIPPABLE = new Set<MessageCode>([
  'objectMissing',
  'objectChanged',
  'objectTooLarge',
  'objectNotAFile',
  'keyLeavesBucket',
  'accessDenied',
  'objectArchived',
])

/** If every object is refused with one of these, the job fails with that error rather than without recordings. */
const DENIALS = new Set<MessageCode>(['accessDenied', 'objectArchived'])

function isOfObject(error: JobError): boolean {
  // An unreadable file in the bucket is the object's fault; a file that cannot be written here is not.
  return SKIPPABLE.has(error.code) || (error.code === 'fileFailed' && error.fault === 'input')
}

interface Gathered {
  readonly recordings: readonly Recording[]
  readonly skipped: readonly Skipped[]
  /** Undecodable video tracks of recordings whose audio is used. */
  readonly lost: readonly BrokenTrack[]
  /** Repairs made to recordings that are used. */
  readonly warnings: readonly Warning[]
  /** By object key. */
  readonly versions: Versions
  /** The usable recordings as they were when probed. */
  readonly seen: readonly SeenRecording[]
  readonly fetchMs: number
  readonly probeMs: number
}

/** The entries of the index that the job uses. */
export function wantedEntries(job: Job, entries: readonly IndexEntry[]): readonly IndexEntry[] {
  return entries.filter((entry) => {
    const { audio, video } = wantedMedia(job, entry.streamId)
    return audio || video
  })
}

/** The picture's rotation as the index has it. */
function turned(probe: Probe, rotation: IndexEntry['rotation']): Probe {
  return rotation === undefined || !probe.video ? probe : { ...probe, video: { ...probe.video, rotation } }
}

const leftAside = ({ streamId, name }: IndexEntry, said: Message): Looked => ({
  found: { streamId, name, reason: say(said) },
  lost: [],
  warnings: [],
})

/** The files being processed: the first by name, and the number of others. */
function doingFiles(names: ReadonlySet<string>): Message | undefined {
  const [name] = names
  return name === undefined ? undefined : { code: 'doingFiles', params: { name, others: names.size - 1 } }
}

/**
 * Fetches and probes all recordings, several at a time, each probed as soon as it has arrived. Unusable recordings are
 * skipped with a reason; a storage failure fails the job.
 * @throws JobError `ffmpegLacks`, `ffmpegCannotRead` if the fault lies with this machine's ffmpeg rather than a
 *   recording
 */
export async function gather(options: {
  job: Job
  entries: readonly IndexEntry[]
  storage: Storage
  folder: string
  ffmpeg: FencedFfmpeg & FoundFfmpeg
  fetches: number
  probes: number
  maxPixels: number
  /** Allowed codecs, by ffmpeg's names. */
  codecs: readonly string[]
  maxHours: number
  maxRecordingMb: number
  stallMs: number
  /** Time limit for a run that probes recordings. */
  mostMs: number
  progress: Progress
  signal: AbortSignal
  now: () => number
  /** The entries needed; all if absent. */
  only?: ReadonlySet<IndexEntry>
  /** Receives the fetched objects by their paths on this machine. */
  objects: Map<string, BucketObject>
  /** Called with each usable recording that has arrived, and with each entry that will not arrive. */
  onArrival: (entry: IndexEntry, recording: Recording | undefined) => void
}): Promise<Gathered> {
  const { job, entries, only, storage, folder, ffmpeg, progress, now } = options
  // The first failure of the storage itself stops the other transfers.
  const failed = new AbortController()
  const signal = AbortSignal.any([options.signal, failed.signal])
  const fetching = pLimit(options.fetches)
  const { probes: atOnce, maxPixels, codecs, stallMs, mostMs } = options
  const queue = openProbeQueue({ ffmpeg, maxPixels, codecs, stallMs, mostMs, signal, atOnce, now })
  const known = openKnownGood({ ffmpeg, maxPixels, stallMs, mostMs, signal, folder })
  const startedAt = now()
  let fetchedAt = startedAt
  let arrived = 0
  let probed = 0
  let denied: JobError | undefined
  let moved = 0
  const [fetched, looked] = [new Set<string>(), new Set<string>()]
  const tellFetch = () =>
    progress.update('fetch', arrived, order.length, { bytes: moved, doing: doingFiles(fetched) })
  const tellProbe = () => progress.update('probe', probed, order.length, { doing: doingFiles(looked) })
  const files = new Map<IndexEntry, FetchedFile>()
  const fetchedObjects = new Map<IndexEntry, readonly FetchedObject[]>()
  const versions = new Map<string, string | null>()

  /** A probing failure may be the fault of ffmpeg rather than the recording. */
  const refuseFault = async (outcome: ProbeOutcome, streamId: string) => {
    refuseLacking(ffmpeg, needsOfRecording(outcome.codecs ?? {}, wantedMedia(job, streamId)))
    if ('probe' in outcome) return outcome.lostPicture ? known(outcome.probe.demuxer) : undefined
    return outcome.demuxer && known(outcome.demuxer)
  }

  // Earliest first, so that what is on screen first can be rendered while others are being fetched.
  const order = [...entries.entries()]
    .filter(([, entry]) => only?.has(entry) ?? true)
    .sort(([, a], [, b]) => a.startMs - b.startMs)

  const one = async (entry: IndexEntry, number: number): Promise<Looked> => {
    let objects: readonly FetchedObject[]
    // Not the bucket's version: a writer can restore a file's modification time.
    for (const key of keysOf(entry)) versions.set(key, null)
    try {
      const into = join(folder, `recording-${number + 1}`)
      objects = await fetching(() => {
        fetched.add(entry.name)
        tellFetch()
        const onBytes = (bytes: number) => {
          moved += bytes
          tellFetch()
        }
        const maxBytes = options.maxRecordingMb * 2 ** 20
        return fetchEntry({ entry, storage, into, options: { signal, onBytes, maxBytes } })
      })
      for (const { path, key, identity } of objects) {
        versions.set(key, identity)
        options.objects.set(path, { key, identity })
      }
    } catch (error) {
      if (error instanceof JobError && isOfObject(error)) {
        if (DENIALS.has(error.code)) denied ??= error
        return leftAside(entry, error.said)
      }
      failed.abort(error)
      throw error
    } finally {
      arrived += 1
      fetched.delete(entry.name)
      tellFetch()
    }
    fetchedAt = now()
    const whole = await wholeOf(entry, objects, join(folder, `recording-${number + 1}.whole.mkv`))
    const copyPath = join(folder, `recording-${number + 1}.mended.mkv`)
    const file = { entry, path: whole.path, version: versionOf(objects), copyPath }
    files.set(entry, file)
    fetchedObjects.set(entry, objects)
    const found = await look(file)
    probed += 1
    tellProbe()
    return { ...found, warnings: [...whole.warnings, ...found.warnings] }
  }

  /** One file of an entry's slices; transport streams are copied, since they cannot be sought in exactly. */
  const wholeOf = async (entry: IndexEntry, slices: readonly SlicePath[], to: string) => {
    const [first] = slices
    const path = first?.path ?? to
    const { name } = entry
    if (slices.length === 1 && !(await isSlice(path))) return { path, warnings: [] }
    const unused = await joinSlices({ ...options, slices, to, signal })
    // The probe says what is wrong with the first.
    if (!unused) return { path, warnings: [] }
    const params = { name, count: unused.length, of: slices.length }
    const said: Warning = { code: 'slicesUnused', params, where: name }
    return { path: to, warnings: unused.length > 0 ? [said] : [] }
  }

  const look = async (file: FetchedFile): Promise<Looked> => {
    const { entry, version } = file
    const unwrapped = `${file.copyPath}.blocks.mkv`
    const isUnwrapped = await unwrapBlocks({ path: file.path, to: unwrapped, signal })
    const path = isUnwrapped ? unwrapped : file.path
    const outcome = await queue.probe(path, () => {
      looked.add(entry.name)
      tellProbe()
    })
    await refuseFault(outcome, entry.streamId).catch((error: unknown) => {
      failed.abort(error)
      throw error
    })
    const found = await mendRecording({
      ...options,
      ...file,
      path,
      signal,
      name: entry.name,
      outcome,
    })
    looked.delete(entry.name)
    if ('unusable' in found)
      return leftAside(entry, (await isFragment(path)) ? { code: 'fragment', params: {} } : found.unusable)
    const hours = lengthMs(found.probe) / 3_600_000
    if (hours > options.maxHours)
      return leftAside(entry, { code: 'tooLong', params: { hours, maxHours: options.maxHours } })
    const recording = { entry, path: found.path, version, probe: turned(found.probe, entry.rotation) }
    const wanted = wantedMedia(job, entry.streamId)
    const { probe, refused } = found
    const wrapped: Warning = { code: 'blockTimesWrapped', params: { name: entry.name }, where: entry.name }
    const warnings = isUnwrapped ? [wrapped, ...found.warnings] : found.warnings
    const lost = (['video', 'audio'] as const).flatMap((medium): BrokenTrack[] => {
      const said = refused[medium]
      if (!wanted[medium] || !(said || (medium === 'video' && found.lostPicture))) return []
      return [{ recording, medium, ...(said && { said }) }]
    })
    const [first] = lost
    const isAnyLeft = (wanted.video && probe.video) || (wanted.audio && probe.audio)
    if (first && !isAnyLeft) return leftAside(entry, reasonOf(first))
    return { found: recording, lost, warnings }
  }
  const arrivals = await Promise.all(
    order.map(async ([i, entry]) => {
      const [result] = await Promise.allSettled([one(entry, i)])
      if (result.status === 'fulfilled') options.onArrival(entry, recordingOf(result.value))
      return [entry, result] as const
    }),
  )
  options.signal.throwIfAborted()
  const refused = arrivals.map(([, result]) => result).find((result) => result.status === 'rejected')
  if (refused) throw failed.signal.reason ?? refused.reason
  const apart = new Map(
    arrivals.flatMap(([entry, result]) =>
      result.status === 'fulfilled' ? [[entry, result.value] as const] : [],
    ),
  )
  const together = await joinAll({ entries, files, looked: apart, look, folder, signal })
  for (const [entry, one] of together) {
    const recording = one && recordingOf(one)
    if (recording) options.onArrival(entry, recording)
  }
  const outcomes = new Map([...apart, ...together])
  const all = entries.flatMap((entry) => outcomes.get(entry) ?? [])
  const found = all.map((one) => one.found)
  if (denied && found.every((one) => 'reason' in one)) throw denied
  return {
    recordings: found.filter((one) => 'probe' in one),
    skipped: found.filter((one) => 'reason' in one),
    lost: all
      .flatMap((one) => one.lost)
      .toSorted((a, b) => (a.recording.entry.key < b.recording.entry.key ? -1 : 1)),
    warnings: order.flatMap(([, entry]) => outcomes.get(entry)?.warnings ?? []),
    versions,
    seen: entries.flatMap((entry) => {
      const found = outcomes.get(entry)?.found
      if (found && 'reason' in found) return []
      const objects = fetchedObjects.get(entry) ?? []
      return objects.map(({ key, identity }) => ({ name: entry.name, key, identity }))
    }),
    fetchMs: fetchedAt - startedAt,
    probeMs: queue.takenMs(),
  }
}
