/**
 * The folder of a job's work in progress. It outlives a job that fails or is stopped, so that the next run goes on
 * there; a job that is done takes it away.
 */
import { mkdir, readFile, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { endOrphans } from './ffmpeg/orphans.ts'
import { isLocked } from './job-lock.ts'
import { writeText } from './write-text.ts'

export interface WorkFolder {
  readonly path: string
  /** Ends the work: it is kept where something in it saves the next run work, unless the job is done. */
  close(isDone: boolean): Promise<void>
}

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
  await writeText(join(path, MARKER), `${JSON.stringify({ jobId })}\n`)
  return {
    path,
    async close(isDone) {
      const isWorth = !isDone && (await readdir(path)).some((name) => WORTH_KEEPING.test(name))
      if (!isWorth) await rm(path, { recursive: true, force: true })
    },
  }
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
  const cleared = await Promise.all(
    names.map(async (name) => {
      const marker = join(workFolder, name, MARKER)
      const facts = await stat(marker).catch(() => undefined)
      if (!facts || nowMs - facts.mtimeMs < olderThanMs) return []
      const { jobId } = JSON.parse(await readFile(marker, 'utf8').catch(() => '{}')) as { jobId?: unknown }
      if (jobId !== name || (await isLocked({ workFolder, jobId: name }))) return []
      await rm(join(workFolder, name), { recursive: true, force: true })
      return [name]
    }),
  )
  return cleared.flat()
}
