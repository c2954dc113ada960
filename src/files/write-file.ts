/** Small files of the worker's own, and what it puts where it is told to. */
import { chmod, lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Who may read it is left to the umask. */
const BY_UMASK = 0o666

/**
 * Writes a file as a whole.
 * @throws the system's error with the path in it: by itself it names none where a disk is full
 */
export async function writeText(path: string, text: string | Uint8Array): Promise<void> {
  try {
    await writeFile(path, text)
  } catch (error) {
    throw Object.assign(error as NodeJS.ErrnoException, { path })
  }
}

/**
 * Writes a file so that no reader ever sees half of it, whatever ends the process.
 * @param mode who may read it: its user alone, where nothing else is said
 * @throws the system's error with the path in it; nothing is left beside it then
 */
export async function replaceText(path: string, text: string | Uint8Array, mode = 0o600): Promise<void> {
  const part = `${path}.part`
  try {
    // Made anew, so that a link of that name is never written through.
    await rm(part, { force: true })
    await writeFile(part, text, { flag: 'wx', mode })
    // A mode that was asked for holds whatever the umask says.
    if (mode !== BY_UMASK) await chmod(part, mode)
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined)
    throw Object.assign(error as NodeJS.ErrnoException, { path })
  }
}

/**
 * Puts a file where somebody asked for it; its folder is made where that is missing.
 * @throws the system's error with the path in it; nothing is left beside it then
 */
export async function putText(path: string, text: string | Uint8Array, mode = BY_UMASK): Promise<void> {
  try {
    // Its folder alone: a path that is wrong further up is a mistake, and Node never ends making one in /proc.
    await mkdir(dirname(path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  } catch (error) {
    throw Object.assign(error as NodeJS.ErrnoException, { path })
  }
  const there = await lstat(path).catch(() => undefined)
  // A device, a pipe or a link is written to: a file in its place would be the end of it.
  if (there === undefined || there.isFile() || there.isDirectory()) await replaceText(path, text, mode)
  else await writeText(path, text)
}
