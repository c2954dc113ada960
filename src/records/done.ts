/**
 * Records what a job was made from and where its output is, so that a finished job is repeated only if something has
 * changed.
 */
import { createHash } from 'node:crypto'
import pLimit from 'p-limit'
import type { Conf } from '../config/conf.ts'
import { JobError } from '../errors.ts'
import type { DoneRecord } from '../events/job-event.ts'
import { type OwnPlace, jobFile } from './job-files.ts'
import type { Job, StorageTarget } from '../model/job.ts'
import { type IndexEntry, keysOf } from '../model/room.ts'
import { MAX_OWN_BYTES, readRegularText } from '../files/read-file.ts'
import type { Result } from '../report/result.ts'
import { areStillThere } from '../storage/still-there.ts'
import type { Storage } from '../storage/storage.ts'
import { harmlessJson } from '../text/harmless.ts'
import { replaceText } from '../files/write-file.ts'

/** The record of a finished job. */
export interface Done extends DoneRecord {
  /** The result of its run. */
  readonly result: Result
}

/** Versions of recordings by object key; null if the version could not be determined. */
export type Versions = ReadonlyMap<string, string | null>

/** Returns a hash of everything the finished file depends on. */
export function madeFrom(of: {
  job: Job
  conf: Conf
  roomStartMs: number
  entries: readonly IndexEntry[]
  versions: Versions
  /** Hashes of the watermark images. */
  pictures: readonly string[]
  makers: Readonly<Record<string, string>>
}): string {
  const { job, conf, roomStartMs, entries, versions, pictures, makers } = of
  const { storage, backupStorage } = job
  const facts = {
    // Receivers and credentials do not affect the file.
    made: { ...job, token: '', requestId: '', notify: [], storage: null, backupStorage: null },
    storage: placeOf(storage),
    backup: backupStorage ? [placeOf(backupStorage.target), backupStorage.outputKey] : null,
    conf: [conf.video, conf.audio, conf.output, conf.layout, conf.watermark],
    roomStartMs,
    entries: entries.map((entry) => [entry, ...keysOf(entry).map((key) => versions.get(key) ?? null)]),
    pictures,
    makers,
  }
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex')
}

/** Identifies a bucket, without its credentials. */
function placeOf(target: StorageTarget): unknown {
  return target.kind === 'local'
    ? [target.kind, target.folder]
    : [target.kind, target.vendor, target.endpoint, target.bucket]
}

/** Queries the bucket for the versions of recordings, several at a time. */
export async function askVersions(options: {
  storage: Pick<Storage, 'identify'>
  entries: readonly IndexEntry[]
  atOnce: number
  signal: AbortSignal
}): Promise<Versions> {
  const { storage, entries, atOnce, signal } = options
  const limit = pLimit(atOnce)
  const keys = [...new Set(entries.flatMap(keysOf))]
  const found = await Promise.all(
    keys.map((key) =>
      limit(async () => {
        try {
          return [key, (await storage.identify(key, { signal })) ?? null] as const
        } catch (error) {
          signal.throwIfAborted()
          if (!(error instanceof JobError)) throw error
          return [key, null] as const
        }
      }),
    ),
  )
  return new Map(found)
}

/** Returns the record of this job if it is done: made from the same inputs, and still in its bucket. */
export async function doneBefore(options: {
  doneFile: string
  strict: boolean
  facts: Omit<Parameters<typeof madeFrom>[0], 'versions'>
  versionsNow: () => Promise<Versions>
  storage: Storage
  backup: Storage | undefined
  signal: AbortSignal
}): Promise<Done | undefined> {
  const { doneFile, strict, facts, versionsNow, storage, backup, signal } = options
  const done = await readDone(doneFile)
  if (!done || done.madeFrom !== madeFrom({ ...facts, versions: await versionsNow() })) return undefined
  // With `--strict`, what was only a warning in that run may be an error now.
  if (strict && !done.strict && done.result.warnings.length > 0) return undefined
  const bucket = done.landed.backedUp ? backup : storage
  const { landed } = done
  return bucket && (await areStillThere(bucket, [landed, ...landed.beside], { signal })) ? done : undefined
}

/** @returns undefined if there is no readable record */
export async function readDone(path: string): Promise<Done | undefined> {
  try {
    const done = JSON.parse(await readRegularText(path, MAX_OWN_BYTES)) as Done
    // Records of earlier versions have no `beside`.
    return { ...done, landed: { ...done.landed, beside: done.landed.beside ?? [] } }
  } catch {
    return undefined
  }
}

export async function writeDone(place: OwnPlace, done: Done): Promise<void> {
  await replaceText(jobFile(place, 'done'), `${harmlessJson(done, 2)}\n`, place.mode)
}
