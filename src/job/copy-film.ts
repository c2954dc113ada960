/** Puts a copy of the finished file where a user wants it, besides its bucket. */
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { JobError } from '../errors.ts'
import { errorCode, fileError } from '../files/file-error.ts'
import type { Storage } from '../storage/storage.ts'

/** @throws JobError if nothing can be written there, so that it is known before hours of work */
export async function refuseUnusableCopy(path: string): Promise<void> {
  try {
    // Only the immediate folder: a path wrong further up is a mistake.
    await mkdir(dirname(path)).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error
    })
    const there = await stat(path).catch(() => undefined)
    if (there?.isDirectory()) throw new JobError({ code: 'fileFailed', params: { path, code: 'EISDIR' } })
  } catch (error) {
    throw fileError(path, error, 'config')
  }
}

/** Copies a file of this machine. Atomic for readers. */
export async function copyFilm(from: string, path: string): Promise<void> {
  const part = `${path}.part`
  try {
    await copyFile(from, part)
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw fileError(path, error, 'config')
  }
}

/** Fetches a film that an earlier run put into the bucket. */
export async function fetchFilm(
  { bucket, key }: { bucket: Pick<Storage, 'fetch'>; key: string },
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const fetched = `${path}.fetched`
  try {
    const { path: at } = await bucket.fetch(key, fetched, { signal })
    await copyFilm(at, path)
  } finally {
    await Promise.all([fetched, `${fetched}.version.json`].map((one) => rm(one, { force: true })))
  }
}
