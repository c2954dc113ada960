/** The size of a local file. */
import { stat } from 'node:fs/promises'
import { fileError } from '../files/file-error.ts'

/**
 * Returns the size in bytes.
 * @throws JobError with fault `internal` if the size cannot be read, since the file is the worker's own
 */
export async function fileSize(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    throw fileError(path, error)
  }
}
