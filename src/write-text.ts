/** Small files of the worker's own. */
import { rename, writeFile } from 'node:fs/promises'

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

/** Writes a file so that no reader ever sees half of it, whatever ends the process. */
export async function replaceText(path: string, text: string): Promise<void> {
  await writeText(`${path}.part`, text)
  await rename(`${path}.part`, path)
}
