/** Publishes the running job's state in a file. Written often; a failed write is ignored. */
import { rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { type OwnPlace, jobFile } from '../records/job-files.ts'
import { startOf } from '../files/lock-file.ts'
import type { Emit } from '../events/job-event.ts'
import { trackPhases } from '../progress/track.ts'
import { replaceText } from '../files/write-file.ts'
import { harmlessJson } from '../text/harmless.ts'
import { type Owner, jobState } from './state.ts'

const EVERY_MS = 1000

/**
 * Writes a job's state to its file once a second. The caller holds the job's lock. Never fails: a full disk does not
 * end the job.
 * @returns `take` receives the job's events; `end` stops writing and removes the file
 */
export async function keepState(options: {
  place: OwnPlace
  cfgPath: string
}): Promise<{ take: Emit; end: () => Promise<void> }> {
  const { place, cfgPath } = options
  const phases = trackPhases(() => performance.now())
  const { jobId, mode } = place
  const path = jobFile(place, 'state')
  const owner: Owner = {
    jobId,
    cfgPath,
    host: hostname(),
    pid: process.pid,
    processStart: (await startOf(process.pid)) ?? '',
    startedAt: new Date().toISOString(),
  }
  let writing: Promise<void> | undefined
  const write = () => {
    // A slow disk gets one write at a time.
    writing ??= replaceText(
      path,
      `${harmlessJson(jobState(owner, phases.current(), new Date().toISOString()), 2)}\n`,
      mode,
    )
      .catch(() => undefined)
      .finally(() => (writing = undefined))
  }
  write()
  const timer = setInterval(write, EVERY_MS).unref()
  return {
    take(event) {
      if (event.kind === 'progress') phases.update(event.phase, event.done, event.total, event.details)
      if (event.kind === 'phaseEnded') phases.end(event.phase)
    },
    async end() {
      clearInterval(timer)
      await writing
      for (const name of [path, `${path}.part`]) await rm(name, { force: true }).catch(() => undefined)
    },
  }
}
