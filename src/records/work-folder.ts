/**
 * The folder of a job's work in progress. It survives a job that fails or is stopped, so that the next run can
 * continue; a job that is done removes it.
 */
import type { Stats } from 'node:fs'
import { lstat, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { JobError } from '../errors.ts'
import { endOrphans } from '../ffmpeg/orphans.ts'
import { isLocked } from './job-lock.ts'
import { makeOwnFolder } from '../files/own-folder.ts'
import { MAX_OWN_BYTES, readRegularText } from '../files/read-file.ts'
import { replaceText } from '../files/write-file.ts'

export interface WorkFolder {
  readonly path: string
  /** Where a finished file that differs from the plan is kept until the job is done. */
  readonly rejected: string
  /** Ends the work. The folder is removed if the job is done or nothing in it saves work for the next run. */
  close(isDone: boolean): Promise<void>
  /** Removes the folder, unless an earlier run left work in it. */
  restore(): Promise<void>
}

/** Finished files that differ from the plan. Job IDs do not begin with a dot, so none collides with this folder. */
const REJECTED = '.rejected'
/** Distinguishes the worker's own folders from others next to them. */
const MARKER = 'owt-job.json'
/** Files the next run can use: cached outputs, complete or partial recordings, and a file to be uploaded. */
const WORTH_KEEPING = /\.key$|\.version\.json$|\.upload-[^/]*$/

/**
 * Creates a job's folder, or opens the one that an earlier run left.
 * @param options.anew whether its contents are discarded
 */
export async function openWorkFolder(options: {
  workFolder: string
  jobId: string
  anew: boolean
}): Promise<WorkFolder> {
  const { workFolder, jobId, anew } = options
  const path = join(workFolder, jobId)
  await endOrphans(path)
  if (anew && (await lstat(join(path, MARKER)).catch(() => undefined)))
    await rm(path, { recursive: true, force: true })
  await mkdir(workFolder, { recursive: true, mode: 0o700 })
  await makeOwnFolder(path)
  // A folder not created by the worker would be deleted with the job, including its contents.
  const names = await readdir(path)
  if (names.length > 0 && !names.includes(MARKER))
    throw new JobError({ code: 'folderNotOwn', params: { path } }, { fault: 'config' })
  await makeOwnFolder(join(workFolder, REJECTED))
  const hadWork = await hasWork(path)
  await replaceText(join(path, MARKER), `${JSON.stringify({ jobId })}\n`)
  const rejected = join(workFolder, REJECTED, `${jobId}.mp4`)
  return {
    path,
    rejected,
    async close(isDone) {
      if (isDone) await rm(rejected, { force: true })
      if (isDone || !(await hasWork(path))) await rm(path, { recursive: true, force: true })
    },
    async restore() {
      if (!hadWork) await rm(path, { recursive: true, force: true })
    },
  }
}

async function hasWork(path: string): Promise<boolean> {
  return (await readdir(path)).some((name) => WORTH_KEEPING.test(name))
}

/**
 * Removes work that was abandoned.
 * @param options.olderThanMs age since the work was last started
 * @returns the job IDs
 */
export async function clearOldWork(options: {
  workFolder: string
  olderThanMs: number
  nowMs: number
}): Promise<readonly string[]> {
  const { workFolder, olderThanMs, nowMs } = options
  const names = await readdir(workFolder).catch(() => [])
  const isOld = (facts: Stats | undefined) => facts !== undefined && nowMs - facts.mtimeMs >= olderThanMs
  const clear = async (name: string): Promise<string[]> => {
    const path = join(workFolder, name)
    const marker = join(path, MARKER)
    if (!isOld(await stat(marker).catch(() => undefined))) return []
    const jobId = await markedFor(marker)
    if (jobId !== name || (await isLocked({ workFolder, jobId }))) return []
    await rm(path, { recursive: true, force: true })
    return [jobId]
  }
  const clearRejected = async (name: string): Promise<string[]> => {
    const path = join(workFolder, REJECTED, name)
    const jobId = basename(name, '.mp4')
    if (!isOld(await stat(path)) || (await isLocked({ workFolder, jobId }))) return []
    await rm(path, { force: true })
    return [jobId]
  }
  const rejected = await readdir(join(workFolder, REJECTED)).catch(() => [])
  // Entries that cannot be read or removed, such as those of other users, do not affect the job about to start.
  const cleared = await Promise.all([
    ...names.map((name) => clear(name).catch(() => [])),
    ...rejected.map((name) => clearRejected(name).catch(() => [])),
  ])
  return [...new Set(cleared.flat())]
}

/** The job that a folder is marked for; undefined if it is not one of the worker's. */
async function markedFor(marker: string): Promise<string | undefined> {
  const { jobId } = JSON.parse(await readRegularText(marker, MAX_OWN_BYTES)) as { jobId?: unknown }
  return typeof jobId === 'string' ? jobId : undefined
}
