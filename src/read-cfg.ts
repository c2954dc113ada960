/** Reads a cfg.json. */
import { readFile } from 'node:fs/promises'
import { JobError } from './errors.ts'

/** @throws JobError when there is none, or none that may be read */
export async function readCfg(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new JobError({ code: 'fileMissing', params: { path } }, { fault: 'config' })
    throw new JobError(
      { code: 'fileUnreadable', params: { path, reason: code ?? 'unknown' } },
      { fault: 'config' },
    )
  }
}
