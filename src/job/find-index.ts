/** Locates a job's recording index. */
import { dirname, join, posix, resolve } from 'node:path'
import { readIndex } from '../config/room-index.ts'
import { EXIT, JobError } from '../errors.ts'
import type { Warning } from '../messages/index.ts'
import type { RoomIndex } from '../model/room.ts'
import { readRegularText } from '../files/read-file.ts'
import type { Storage } from '../storage/storage.ts'
import type { UpdatesSource } from '../updates/read.ts'

/** An index is a list of files; anything larger is not an index. */
const MAX_INDEX_BYTES = 64 * 1024 * 1024

/** How many keys of the bucket are searched for an index next to its recordings. */
const MOST_LISTED_KEYS = 1000

interface IndexText {
  readonly text: string
  /** Where it was found, for messages. */
  readonly from: string
  readonly at: IndexPlace
}

/** A key of the job's bucket, or a local path. */
export type IndexPlace = { readonly keys: readonly [string] } | { readonly path: string }

/**
 * Finds and reads the index of a job's room.
 * @param options.mostEntries an index with more entries is rejected
 * @throws JobError with exit code 3 if there is none, or if it cannot be parsed
 */
export async function readRoom(
  options: Parameters<typeof findIndex>[0] & {
    mostEntries: number
    /** The index itself, made by the host; then none is looked for. */
    given?: { readonly text: string; readonly from: string } | undefined
  },
): Promise<{
  index: RoomIndex
  updates: UpdatesSource | undefined
  from: string
  at: IndexPlace
  warnings: readonly Warning[]
}> {
  const { given } = options
  const { text, from, at } = given ? { ...given, at: { path: given.from } } : await findIndex(options)
  const { index, updates, warnings } = readIndex({
    text,
    file: from,
    mostEntries: options.mostEntries,
    jobId: options.job.jobId,
  })
  const count = index.entries.length
  const maximum = options.mostEntries
  if (count > maximum) {
    throw new JobError({ code: 'tooManyRecordings', params: { count, maximum } }, { fault: 'input' })
  }
  return { index, updates, from, at, warnings }
}

/**
 * Finds the index. If `asked` is given: that path, object key or s3:// URL. Otherwise, in this order: `<JobId>.json`
 * next to cfg.json; the keys of conf/ in the bucket; if the bucket may be listed, `<JobId>.json` in the folder that it
 * names as its Root.
 * @param options.keys templates with `{jobId}` and `{folder}`, the folder of the output key
 * @throws JobError with exit code 3 if there is none
 */
export async function findIndex(options: {
  job: { jobId: string; outputKey: string; storage: { bucket: string } }
  cfgPath: string
  asked?: string | undefined
  storage: Pick<Storage, 'name' | 'readText' | 'list'>
  keys: readonly string[]
  signal: AbortSignal
}): Promise<IndexText> {
  const { job, cfgPath, asked, storage, keys, signal } = options
  const inBucket = async (key: string): Promise<IndexText | undefined> => {
    const text = await storage.readText(key, MAX_INDEX_BYTES, { signal })
    return text === undefined ? undefined : { text, from: `${storage.name}/${key}`, at: { keys: [key] } }
  }
  if (asked !== undefined) {
    const found = await readNamed({ asked, job, inBucket, mostBytes: MAX_INDEX_BYTES })
    if (found) return found
    throw missing({ jobId: job.jobId, places: [asked] })
  }
  const beside = join(dirname(cfgPath), `${job.jobId}.json`)
  // A cfg.json may be named after its own job.
  const found = beside === cfgPath ? undefined : await onDisk(beside, MAX_INDEX_BYTES)
  if (found) return found
  const folder = posix.dirname(job.outputKey)
  const candidates = new Set(
    keys
      .map((key) => key.replaceAll('{jobId}', job.jobId).replaceAll('{folder}', folder === '.' ? '' : folder))
      .map((key) => key.replace(/^\/+/, '')),
  )
  let denied: JobError | undefined
  for (const key of candidates) {
    const found = await inBucket(key).catch((error: unknown) => {
      // S3 also returns this for a missing object if the credentials may not list the bucket.
      if (!(error instanceof JobError) || error.code !== 'accessDenied') throw error
      denied ??= error
    })
    if (found) return found
  }
  const inRoot = keys.length > 0 ? await besideRecordings({ ...options, inBucket }) : []
  if (inRoot.length === 1 && inRoot[0]) return inRoot[0]
  if (denied && inRoot.length === 0) throw denied
  const others = inRoot.map(({ from }) => from)
  throw missing({ jobId: job.jobId, places: [beside, ...candidates, ...others] })
}

/** Finds indexes named after the job that are in the folder their own Root names. */
async function besideRecordings(options: {
  job: { jobId: string; outputKey: string }
  storage: Pick<Storage, 'list'>
  signal: AbortSignal
  inBucket: (key: string) => Promise<IndexText | undefined>
}): Promise<IndexText[]> {
  const { job, storage, signal, inBucket } = options
  const listed = await storage.list(MOST_LISTED_KEYS, { near: job.outputKey, signal }).catch(() => [])
  signal.throwIfAborted()
  const found: IndexText[] = []
  for (const key of listed.filter((one) => posix.basename(one) === `${job.jobId}.json`)) {
    const one = await inBucket(key).catch(() => undefined)
    signal.throwIfAborted()
    if (one && rootOf(one.text) === posix.dirname(key)) found.push(one)
  }
  return found
}

/** The folder that an index names as its recordings'; undefined if the text is not an index. */
function rootOf(text: string): string | undefined {
  try {
    const { Root, Files } = JSON.parse(text) as { Root?: unknown; Files?: unknown }
    if (typeof Root !== 'string' || !Array.isArray(Files)) return undefined
    return posix.normalize(Root).replace(/^\/+|\/+$/g, '')
  } catch {
    return undefined
  }
}

/** Reads a file that an option names: a path, an object key or an s3:// URL. Undefined if there is none. */
export async function readNamed(options: {
  asked: string
  job: { jobId: string; storage: { bucket: string } }
  inBucket: (key: string) => Promise<IndexText | undefined>
  mostBytes: number
}): Promise<IndexText | undefined> {
  const { asked, job, inBucket, mostBytes } = options
  if (asked.startsWith('s3://')) return inBucket(keyOfUrl(asked, job))
  const found = await onDisk(resolve(asked), mostBytes)
  return found ?? (isKey(asked) ? inBucket(asked.replace(/^\/+/, '')) : undefined)
}

/** A path with `..` is not an object key. */
function isKey(asked: string): boolean {
  return asked.replace(/^\/+/, '') !== '' && !asked.split(/[/\\]/).includes('..')
}

/** Reads a file of this machine; undefined if there is none. */
export async function onDisk(path: string, mostBytes: number): Promise<IndexText | undefined> {
  try {
    return { text: await readRegularText(path, mostBytes), from: path, at: { path } }
  } catch (error) {
    if (error instanceof JobError) {
      throw new JobError(error.said, { exitCode: EXIT.noSuchJob, fault: 'config', cause: error })
    }
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined
    throw new JobError(
      { code: 'fileUnreadable', params: { path, reason: code ?? 'unknown' } },
      { exitCode: EXIT.noSuchJob, fault: 'config' },
    )
  }
}

/** Returns the key of a URL, which must name the job's own bucket, the only one it may read. */
function keyOfUrl(url: string, job: { storage: { bucket: string } }): string {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(url) ?? []
  if (bucket !== job.storage.bucket || key === undefined) {
    throw new JobError(
      { code: 'indexElsewhere', params: { url, bucket: job.storage.bucket } },
      { exitCode: EXIT.noSuchJob, fault: 'config' },
    )
  }
  return key
}

function missing(params: { jobId: string; places: readonly string[] }): JobError {
  return new JobError({ code: 'indexMissing', params }, { exitCode: EXIT.noSuchJob, fault: 'config' })
}
