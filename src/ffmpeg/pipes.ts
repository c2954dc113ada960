/** Named pipes, through which one ffmpeg passes raw pictures to another that runs at the same time. */
import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { JobError } from '../errors.ts'
import { PIPE_SUFFIX } from '../model/command.ts'

/**
 * Replaces what an earlier run may have left at these paths.
 * @throws JobError `noPipe`
 */
export async function makePipes(paths: readonly string[]): Promise<void> {
  await removePipes(paths)
  await promisify(execFile)('mkfifo', ['-m', '600', ...paths]).catch((cause: unknown) => {
    const path = paths.join(', ')
    throw new JobError({ code: 'noPipe', params: { path } }, { retryable: true, cause })
  })
}

export async function removePipes(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true })
}

/** Whether a folder can hold named pipes: some file systems cannot, and some machines have no program to make them. */
export async function canHoldPipes(folder: string): Promise<boolean> {
  const path = join(folder, `.${process.pid}${PIPE_SUFFIX}`)
  return makePipes([path])
    .then(() => removePipes([path]))
    .then(
      () => true,
      () => false,
    )
}
