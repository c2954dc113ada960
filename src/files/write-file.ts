/** Writes the worker's own small files, and files at paths given by the user. */
import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { chmod, lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Leaves permissions to the umask. */
const BY_UMASK = 0o666

/**
 * Writes a whole file.
 * @throws the system's error with the path, which it lacks if the disk is full
 */
export async function writeText(path: string, text: string | Uint8Array): Promise<void> {
  try {
    await writeFile(path, text)
  } catch (error) {
    throw Object.assign(error as NodeJS.ErrnoException, { path })
  }
}

/**
 * Replaces a file atomically: no reader ever sees a partial one, even if the process is killed.
 * @param mode permissions; by default only the user may read it
 * @throws the system's error with the path; no partial file is left then
 */
export async function replaceText(path: string, text: string | Uint8Array, mode = 0o600): Promise<void> {
  const part = `${path}.part`
  try {
    // Created anew, so that a link of that name is never followed.
    await rm(part, { force: true })
    await writeFile(part, text, { flag: 'wx', mode })
    // An explicit mode is independent of the umask.
    if (mode !== BY_UMASK) await chmod(part, mode)
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined)
    throw Object.assign(error as NodeJS.ErrnoException, { path })
  }
}

/** The same, synchronously: for files that are replaced while others may be asking for the same. */
export function replaceTextNow(path: string, text: string, mode = 0o600): void {
  const part = `${path}.part`
  rmSync(part, { force: true })
  writeFileSync(part, text, { flag: 'wx', mode })
  chmodSync(part, mode)
  renameSync(part, path)
}

/**
 * Writes a file at a path given by the user; creates its folder if missing.
 * @throws the system's error with the path; no partial file is left then
 */
export async function putText(path: string, text: string | Uint8Array, mode = BY_UMASK): Promise<void> {
  try {
    // Only the immediate folder: a path wrong further up is a mistake, and a recursive mkdir in /proc never ends.
    await mkdir(dirname(path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  } catch (error) {
    throw Object.assign(error as NodeJS.ErrnoException, { path })
  }
  const there = await lstat(path).catch(() => undefined)
  // Writes into a device, a FIFO or a link instead of replacing it.
  if (there === undefined || there.isFile() || there.isDirectory()) await replaceText(path, text, mode)
  else await writeText(path, text)
}
