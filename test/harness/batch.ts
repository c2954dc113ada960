/** Folders of jobs for `batch`, over the small room. */
import { chmod, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BatchSummary } from '../../src/batch/summary.ts'
import { ffmpegPath } from './run-ffmpeg.ts'
import { type Changes, type Ended, type Workplace, cfgOf, furnish, indexOf, usePlace } from './run-worker.ts'

export interface Batch {
  readonly place: Workplace
  /** The folder of jobs. */
  readonly jobs: string
  /** A job of the small room in the folder of jobs. Its index lies in the bucket. */
  readonly addJob: (jobId: string, changes?: Changes, file?: string) => Promise<void>
  /** The same without an index. */
  readonly addCfg: (jobId: string, changes?: Changes, file?: string) => Promise<void>
  /** An ffmpeg that does this first. `$job` is the job whose files it was given. */
  readonly shim: (script: string) => Promise<Record<string, string>>
  readonly batchFiles: () => Promise<string[]>
  readonly lastSummary: () => Promise<BatchSummary>
}

/** Makes a furnished workplace for each test of a file. */
export function useBatch(): Batch {
  const place = usePlace(furnish)
  const addCfg: Batch['addCfg'] = async (jobId, changes = {}, file = `${jobId}.json`) => {
    const StorageConfig = { Bucket: '../bucket' }
    const Data = { RecordingConfig: { StorageConfig }, ...changes }
    await place.write(`jobs/${file}`, cfgOf({ Internal: { JobId: jobId }, Data }))
  }
  const batchFiles = async () =>
    (await readdir(place.logDir)).filter((name) => name.startsWith('batch-')).sort()
  return {
    place,
    get jobs() {
      return join(place.folder, 'jobs')
    },
    addCfg,
    async addJob(jobId, changes, file) {
      await addCfg(jobId, changes, file)
      await place.write(`bucket/${jobId}.json`, { ...indexOf(), JobId: jobId })
    },
    async shim(script) {
      const text = [
        '#!/bin/sh',
        `cd "${place.folder}"`,
        `job=$(printf '%s' "$*" | sed -n 's|.*${place.workDir}/\\([a-z0-9-]*\\)/.*|\\1|p' | head -n 1)`,
        script,
        `exec "${ffmpegPath()}" "$@"`,
      ]
      const path = await place.write('ffmpeg', text.join('\n'))
      await chmod(path, 0o755)
      return { FFMPEG_PATH: path }
    },
    batchFiles,
    async lastSummary() {
      const name = (await batchFiles()).at(-1) ?? ''
      return JSON.parse(await readFile(join(place.logDir, name), 'utf8')) as BatchSummary
    },
  }
}

/** How each job ended, with its exit code. */
export const states = ({ jobs }: BatchSummary): Record<string, string> =>
  Object.fromEntries(jobs.map(({ jobId, status, exitCode }) => [jobId, `${status} ${exitCode}`]))

export const lines = ({ stdout }: Ended): string[] => stdout.split('\n')
