/** Locates a job's timed updates. */
import { dirname, join, posix } from 'node:path'
import type { Cfg } from '../config/cfg.ts'
import { warningsOf } from '../config/findings.ts'
import { parseText } from '../config/load.ts'
import { valueAt } from '../config/check.ts'
import type { Lettering } from '../config/resolve/watermark.ts'
import { JobError } from '../errors.ts'
import type { Warning } from '../messages/index.ts'
import type { Job } from '../model/job.ts'
import type { RoomIndex } from '../model/room.ts'
import type { Storage } from '../storage/storage.ts'
import { examineTimeline } from '../updates/examine.ts'
import type { UpdatesSource } from '../updates/read.ts'
import { type IndexPlace, onDisk, readNamed } from './find-index.ts'

/** Far more than the requests of any call. */
const MAX_UPDATES_BYTES = 16 * 1024 * 1024

export interface FoundUpdates {
  readonly source: UpdatesSource
  /** The file they are in, unless it is cfg.json or the index. */
  readonly at?: IndexPlace
  /** The whole text of that file. */
  readonly text?: string
  readonly warnings: readonly Warning[]
}

/**
 * Finds timed updates. The first of these places that has any counts: `asked`, a path, object key or s3:// URL;
 * `Data.Updates` of cfg.json; `Updates` of the index; `<JobId>.updates.json` beside the index.
 * @param options.ofIndex the index, if it has `Updates`
 * @throws JobError `updatesMissing` if there are none at `asked`
 */
export async function findUpdates(options: {
  asked: string | undefined
  cfg: Cfg
  jobId: string
  bucket: string
  ofIndex: UpdatesSource | undefined
  indexAt: IndexPlace | undefined
  storage: Pick<Storage, 'name' | 'readText'>
  signal: AbortSignal
}): Promise<FoundUpdates | undefined> {
  const { asked, cfg, jobId, bucket, ofIndex, indexAt, storage, signal } = options
  const inFile = ({ text, from, at }: { text: string; from: string; at: IndexPlace }): FoundUpdates => ({
    source: { parsed: parseText({ text, file: from }), path: [] },
    at,
    text,
    warnings: [],
  })
  const inBucket = async (key: string) => {
    const text = await storage.readText(key, MAX_UPDATES_BYTES, { signal })
    const at: IndexPlace = { keys: [key] }
    return text === undefined ? undefined : { text, from: `${storage.name}/${key}`, at }
  }
  if (asked !== undefined) {
    const found = await readNamed({
      asked,
      job: { jobId, storage: { bucket } },
      inBucket,
      mostBytes: MAX_UPDATES_BYTES,
    })
    if (!found) throw new JobError({ code: 'updatesMissing', params: { asked } }, { fault: 'config' })
    return inFile(found)
  }
  const inline: readonly UpdatesSource[] = [
    ...(hasUpdates(cfg.parsed.value, ['Data', 'Updates'])
      ? [{ parsed: cfg.parsed, path: ['Data', 'Updates'] }]
      : []),
    ...(ofIndex ? [ofIndex] : []),
  ]
  const [first, second] = inline
  if (first) {
    const params = { used: first.parsed.file, ignored: second?.parsed.file ?? '' }
    return { source: first, warnings: second ? [{ code: 'updatesTwice', params }] : [] }
  }
  const beside = await besideIndex({ jobId, indexAt, inBucket })
  return beside && inFile(beside)
}

export const hasUpdates = (value: unknown, path: readonly string[]): boolean => {
  const updates = valueAt(value, path)
  return updates !== undefined && updates !== null
}

async function besideIndex<Found>(options: {
  jobId: string
  indexAt: IndexPlace | undefined
  inBucket: (key: string) => Promise<Found | undefined>
}) {
  const { jobId, indexAt, inBucket } = options
  if (!indexAt) return undefined
  const name = `${jobId}.updates.json`
  if ('path' in indexAt) return onDisk(join(dirname(indexAt.path), name), MAX_UPDATES_BYTES)
  return inBucket(posix.join(posix.dirname(indexAt.keys[0]), name)).catch((error: unknown) => {
    // S3 also returns this for a missing object if the credentials may not list the bucket.
    if (error instanceof JobError && error.code === 'accessDenied') return undefined
    throw error
  })
}

/**
 * Applies a job's timed updates.
 * @returns the job with its stretches of settings
 * @throws JobError `updatesInvalid` with all problems; exit code 4, or 5 if all are about audio
 */
export function withUpdates(options: {
  job: Job
  cfg: Cfg
  index: RoomIndex
  source: UpdatesSource
  lettering: Lettering
}): { job: Job; warnings: readonly Warning[] } {
  const { job, cfg, index, source, lettering } = options
  const { wire } = cfg.checked
  const examined = examineTimeline({ source, job, wire, index, lettering })
  const { problems, exitCode, notices } = examined
  if (problems.length > 0)
    throw new JobError({ code: 'updatesInvalid', params: { problems } }, { exitCode, fault: 'config' })
  return { job: examined.job ?? job, warnings: warningsOf(notices) }
}
