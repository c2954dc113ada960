/** How long a file of this machine is. */
import { stat } from 'node:fs/promises'
import { fileError } from '../files/file-error.ts'

/**
 * In bytes.
 * @throws JobError where it cannot be found out, with the worker at fault: the file is its own
 */
export async function fileSize(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    throw fileError(path, error)
  }
}
