import { JobError } from '../errors.ts'
import { readRegularText } from './read-file.ts'

/** @throws JobError if it does not exist, cannot be read, or is not a regular file */
export async function readCfg(path: string): Promise<string> {
  try {
    return await readRegularText(path)
  } catch (error) {
    if (error instanceof JobError) throw error
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new JobError({ code: 'fileMissing', params: { path } }, { fault: 'config' })
    throw new JobError(
      { code: 'fileUnreadable', params: { path, reason: code ?? 'unknown' } },
      { fault: 'config' },
    )
  }
}
