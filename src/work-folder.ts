/**
 * The folder of a job's work in progress. It outlives a job that fails or is stopped, so that the next run goes on
 * there; a job that is done takes it away.
 */
import type { Stats } from 'node:fs'
import { mkdir, readFile, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { endOrphans } from './ffmpeg/orphans.ts'
import { isLocked } from './job-lock.ts'
import { replaceText } from './write-text.ts'

export interface WorkFolder {
  readonly path: string
  /** Where a finished file that is not what was planned is kept, until the job is done. */
  readonly rejected: string
  /** Ends the work: it is kept where something in it saves the next run work, unless the job is done. */
  close(isDone: boolean): Promise<void>
  /** Takes the folder away again, unless an earlier run had left work in it. */
  restore(): Promise<void>
}

/** A finished file that is not what was planned lies beside its job's folder under this ending. */
const REJECTED = '.rejected.mp4'
/** Tells the worker's own folders from others that somebody put beside them. */
const MARKER = 'owt-job.json'
/** What the next run can use: outputs of steps, recordings that are whole or half here, and a file to be uploaded. */
const WORTH_KEEPING = /\.key$|\.version\.json$|\.upload-[^/]*$/

/**
 * Makes a job's folder, or takes up the one that an earlier run has left.
 * @param anew whether what lies there is thrown away
 */
export async function openWorkFolder(options: {
  workFolder: string
  jobId: string
  anew: boolean
}): Promise<WorkFolder> {
  const { workFolder, jobId, anew } = options
  const path = join(workFolder, jobId)
  await endOrphans(path)
  if (anew) await rm(path, { recursive: true, force: true })
  await mkdir(path, { recursive: true })
  const hadWork = await hasWork(path)
  await replaceText(join(path, MARKER), `${JSON.stringify({ jobId })}\n`)
  const rejected = join(workFolder, `${jobId}${REJECTED}`)
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
 * Takes away work that nobody went on with.
 * @param olderThanMs since it was last begun
 * @returns the job ids
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
    const isRejected = name.endsWith(REJECTED)
    const marker = isRejected ? path : join(path, MARKER)
    if (!isOld(await stat(marker).catch(() => undefined))) return []
    const jobId = isRejected ? name.slice(0, -REJECTED.length) : await markedFor(marker)
    if (jobId === undefined || (!isRejected && jobId !== name)) return []
    if (await isLocked({ workFolder, jobId })) return []
    await rm(path, { recursive: true, force: true })
    return [jobId]
  }
  // What cannot be looked at or taken away, be it somebody else's, is no concern of the job that is about to start.
  const cleared = await Promise.all(names.map((name) => clear(name).catch(() => [])))
  return [...new Set(cleared.flat())]
}

/** The job that a folder is marked for; undefined where it is not one of the worker's. */
async function markedFor(marker: string): Promise<string | undefined> {
  const { jobId } = JSON.parse(await readFile(marker, 'utf8')) as { jobId?: unknown }
  return typeof jobId === 'string' ? jobId : undefined
}
