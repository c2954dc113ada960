/** `mix`: makes a film of a folder of recordings, or of files. */
import { existsSync } from 'node:fs'
import type { Invocation } from '../cli/invocation.ts'
import type { Settings } from '../cli/settings.ts'
import { type ExitCode, JobError } from '../errors.ts'
import { asLoudAsUsual, filmPath, folderJob } from '../host/folder-job.ts'
import { jobFile } from '../records/job-files.ts'
import { roomText } from '../scan/room-text.ts'
import { runHosted } from './run.ts'
import { requestOf } from './terminal.ts'
import { correctionsOf, filmOf } from './wishes.ts'

/** @returns the exit code */
export async function mix(invocation: Invocation, settings: Settings): Promise<ExitCode> {
  const { paths = [], quiet } = invocation
  const output = await filmPath(invocation.output, paths)
  const corrections = correctionsOf(invocation)
  const film = filmOf(invocation)
  const { room, jobId, cfgPath, cfgText, index } = await folderJob({ paths, corrections, film, output })
  const request = requestOf({ ...invocation, cfgPath }, settings)
  if (invocation.output === undefined) refuseForeign(output, request.logFolder, jobId)
  if (!quiet) process.stderr.write(`${roomText(room)}\n`)
  return runHosted(invocation, { ...request, conf: asLoudAsUsual(request.conf), cfgText, room: index })
}

/** A name that was not asked for never replaces a file that is not this job's own. */
function refuseForeign(output: string, logFolder: string, jobId: string): void {
  const done = jobFile({ logFolder, jobId }, 'done')
  if (!existsSync(output) || existsSync(done)) return
  throw new JobError({ code: 'mixOutputExists', params: { path: output } }, { fault: 'destination' })
}
