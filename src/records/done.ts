/** What a job was made from and where it lies: a job that is done is not done again unless something has changed. */
import { createHash } from 'node:crypto'
import pLimit from 'p-limit'
import type { Conf } from '../config/conf.ts'
import { JobError } from '../errors.ts'
import type { DoneRecord } from '../events/job-event.ts'
import { type OwnPlace, jobFile } from './job-files.ts'
import type { Job, StorageTarget } from '../model/job.ts'
import type { IndexEntry } from '../model/room.ts'
import { MAX_OWN_BYTES, readRegularText } from '../files/read-file.ts'
import type { Result } from '../report/result.ts'
import { areStillThere } from '../storage/still-there.ts'
import type { Storage } from '../storage/storage.ts'
import { harmlessJson } from '../text/harmless.ts'
import { replaceText } from '../files/write-file.ts'

/** The record of a finished job. */
export interface Done extends DoneRecord {
  /** What its run had to say. */
  readonly result: Result
}

/** A recording's version by its object key; null for one that could not be had. */
export type Versions = ReadonlyMap<string, string | null>

/** Everything the finished file depends on, in short. */
export function madeFrom(of: {
  job: Job
  conf: Conf
  roomStartMs: number
  entries: readonly IndexEntry[]
  versions: Versions
  /** Hashes of the watermarks' pictures. */
  pictures: readonly string[]
  makers: Readonly<Record<string, string>>
}): string {
  const { job, conf, roomStartMs, entries, versions, pictures, makers } = of
  const { storage, backupStorage } = job
  const facts = {
    // Whom it is told to, and who may use the buckets, changes nothing about the file.
    made: { ...job, token: '', requestId: '', notify: [], storage: null, backupStorage: null },
    storage: placeOf(storage),
    backup: backupStorage ? [placeOf(backupStorage.target), backupStorage.outputKey] : null,
    conf: [conf.video, conf.audio, conf.output, conf.layout, conf.watermark],
    roomStartMs,
    entries: entries.map((entry) => [entry, versions.get(entry.key) ?? null]),
    pictures,
    makers,
  }
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex')
}

/** A bucket without who may use it. */
function placeOf(target: StorageTarget): unknown {
  return target.kind === 'local'
    ? [target.kind, target.folder]
    : [target.kind, target.vendor, target.endpoint, target.bucket]
}

/** Asks the bucket for the versions of recordings, several at a time. */
export async function askVersions(options: {
  storage: Pick<Storage, 'identify'>
  entries: readonly IndexEntry[]
  atOnce: number
  signal: AbortSignal
}): Promise<Versions> {
  const { storage, entries, atOnce, signal } = options
  const limit = pLimit(atOnce)
  const keys = [...new Set(entries.map(({ key }) => key))]
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

/** The record of this very job, if it is done: made from the same, and still in its bucket. */
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
  // Under `--strict` it may have to fail for what that run only warned of.
  if (strict && !done.strict && done.result.warnings.length > 0) return undefined
  const bucket = done.landed.backedUp ? backup : storage
  const { landed } = done
  return bucket && (await areStillThere(bucket, [landed, ...landed.beside], { signal })) ? done : undefined
}

/** @returns undefined where there is none that can be read */
export async function readDone(path: string): Promise<Done | undefined> {
  try {
    const done = JSON.parse(await readRegularText(path, MAX_OWN_BYTES)) as Done
    // Those of earlier versions know of nothing beside the file.
    return { ...done, landed: { ...done.landed, beside: done.landed.beside ?? [] } }
  } catch {
    return undefined
  }
}

export async function writeDone(place: OwnPlace, done: Done): Promise<void> {
  await replaceText(jobFile(place, 'done'), `${harmlessJson(done, 2)}\n`, place.mode)
}
