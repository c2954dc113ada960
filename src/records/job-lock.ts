/** One run of a job at a time per work folder, even if several containers share it. */
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { EXIT, JobError } from '../errors.ts'
import { isTaken, takeLock } from '../files/lock-file.ts'
import { makeOwnFolder } from '../files/own-folder.ts'

/** A folder of its own, so that no job has the name of another's lock: job IDs do not begin with a dot. */
const FOLDER = '.locks'

export function lockPath({ workFolder, jobId }: { workFolder: string; jobId: string }): string {
  return join(workFolder, FOLDER, `${jobId}.lock`)
}

/**
 * Takes a job's lock. The lock of a dead process is taken over.
 * @returns a function that releases it
 * @throws JobError with exit code 2 if a living process holds it
 */
export async function lockJob(options: { workFolder: string; jobId: string }): Promise<() => Promise<void>> {
  const { workFolder, jobId } = options
  const path = lockPath({ workFolder, jobId })
  await mkdir(workFolder, { recursive: true, mode: 0o700 })
  await makeOwnFolder(dirname(path))
  const taken = await takeLock(path)
  if ('held' in taken) return taken.held.release
  throw new JobError(
    { code: 'jobRunning', params: { jobId, pid: taken.holder.pid } },
    { exitCode: EXIT.running, fault: 'config' },
  )
}

/** Whether a living process is running the job. */
export async function isLocked(options: { workFolder: string; jobId: string }): Promise<boolean> {
  return isTaken(lockPath(options))
}
