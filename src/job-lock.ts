/** One run of a job at a time on one machine. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EXIT, JobError } from './errors.ts'

/**
 * Takes a job's lock.
 * @returns gives it back
 * @throws JobError exit code 2 when a living process holds it; the lock of a dead one is taken over
 */
export async function lockJob(options: { workFolder: string; jobId: string }): Promise<() => Promise<void>> {
  const { workFolder, jobId } = options
  const path = join(workFolder, `${jobId}.lock`)
  await mkdir(workFolder, { recursive: true })
  const mine = JSON.stringify({ pid: process.pid, started: await startOf(process.pid) })
  for (;;) {
    try {
      await writeFile(path, mine, { flag: 'wx' })
      return () => rm(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = await readHolder(path)
    if (holder && (await startOf(holder.pid)) === holder.started) {
      throw new JobError(
        { code: 'jobRunning', params: { jobId, pid: holder.pid } },
        { exitCode: EXIT.running, fault: 'config' },
      )
    }
    await rm(path, { force: true })
  }
}

async function readHolder(path: string): Promise<{ pid: number; started: string } | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as { pid: number; started: string }
  } catch {
    return undefined
  }
}

/** When a process started, in the kernel's own count: tells it from a later one with the same number. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  if (stat) return stat.slice(stat.lastIndexOf(')')).split(' ')[20] ?? ''
  try {
    process.kill(pid, 0)
    return 'alive'
  } catch {
    return 'dead'
  }
}
