/** Small files of the worker's own. */
import { rename, rm, writeFile } from 'node:fs/promises'

/**
 * Writes a file as a whole.
 * @throws the system's error with the path in it: by itself it names none where a disk is full
 */
export async function writeText(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text)
  } catch (error) {
    throw Object.assign(error as NodeJS.ErrnoException, { path })
  }
}

/**
 * Writes a file so that no reader ever sees half of it, whatever ends the process.
 * @throws the system's error with the path in it; nothing is left beside it then
 */
export async function replaceText(path: string, text: string): Promise<void> {
  const part = `${path}.part`
  try {
    await writeFile(part, text)
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined)
    throw Object.assign(error as NodeJS.ErrnoException, { path })
  }
}
