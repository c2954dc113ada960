/** Recordings and pictures that this machine has fetched for tasks, kept for further tasks up to a total size. */
import { createHash } from 'node:crypto'
import { link, mkdir, readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { JobError } from '../errors.ts'
import { takeLock } from '../files/lock-file.ts'
import { makeOwnFolder } from '../files/own-folder.ts'
import type { Storage } from '../storage/storage.ts'
import type { TaskPlan } from './task.ts'

/** Job IDs do not begin with a dot, so none collides with this folder. */
const FOLDER = '.fetched'

type TaskObject = TaskPlan['objects'][keyof TaskPlan['objects']]

export interface RecordingCache {
  /**
   * Makes an object available to a task.
   * @param into absolute path to use if the object is fetched; an object of a folder is used in place
   * @returns the path
   * @throws JobError `recordingsChanged` if the object is not the one that was planned with; the bucket's error
   */
  readonly bring: (
    object: TaskObject,
    from: {
      readonly bucket: TaskPlan['bucket']
      readonly storage: Storage
      readonly into: string
      readonly signal: AbortSignal
    },
  ) => Promise<string>
}

/**
 * @param options.maxMb the total size to keep; what a task uses stays until the task is over
 * @param options.onFetched called with the bytes that came from the bucket for an object
 */
export async function openRecordingCache(options: {
  workFolder: string
  maxMb: number
  onFetched?: (bytes: number) => void
}): Promise<RecordingCache> {
  const folder = join(options.workFolder, FOLDER)
  await mkdir(options.workFolder, { recursive: true, mode: 0o700 })
  await makeOwnFolder(folder)
  // Transfers of the same object share a partial file.
  const underWay = new Map<string, Promise<unknown>>()

  return {
    async bring(object, { bucket, storage, into, signal }) {
      const { key, identity } = object
      const hash = createHash('sha256').update(JSON.stringify([bucket, key, identity ?? null]))
      const name = hash.digest('hex').slice(0, 32)
      const path = join(folder, name)
      const fetch = async (): Promise<string> => {
        const taken = await takeLock(`${path}.lock`)
        // Another process is fetching it, and may have been suspended: not waited for.
        const held = 'held' in taken ? taken.held : undefined
        try {
          const to = held ? path : into
          const before = (await stat(to).catch(() => undefined))?.size ?? 0
          const fetched = await storage.fetch(key, to, { signal })
          if (fetched.path === to) options.onFetched?.(fetched.bytes - before)
          if (identity !== undefined && fetched.identity !== identity) {
            const params = { name: key, others: 0 }
            throw new JobError({ code: 'recordingsChanged', params }, { fault: 'input', retryable: true })
          }
          if (fetched.path !== path) return fetched.path
          const now = new Date()
          await utimes(path, now, now)
          // A second name, so that the task keeps the file whatever happens to the cache.
          await link(path, into)
          await shrink(folder, options.maxMb * 2 ** 20)
          return into
        } finally {
          await held?.release()
        }
      }
      for (let other = underWay.get(name); other; other = underWay.get(name)) {
        await other.catch(() => undefined)
        signal.throwIfAborted()
      }
      const fetching = fetch().finally(() => underWay.delete(name))
      underWay.set(name, fetching)
      return fetching
    },
  }
}

/** Removes what was used least recently. */
async function shrink(folder: string, maxBytes: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^[0-9a-f]{32}$/.test(name))
  const files = await Promise.all(
    names.map(async (name) => {
      const facts = await stat(join(folder, name)).catch(() => undefined)
      return facts ? [{ name, bytes: facts.size, usedMs: facts.mtimeMs }] : []
    }),
  )
  let total = 0
  for (const { name, bytes } of files.flat().toSorted((a, b) => b.usedMs - a.usedMs)) {
    total += bytes
    if (total <= maxBytes) continue
    for (const file of [name, `${name}.version.json`]) await rm(join(folder, file), { force: true })
  }
}
