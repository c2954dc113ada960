/** `mix`: makes a film of a folder of recordings, or of files. */
import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { createHash } from 'node:crypto'
import type { Invocation } from '../cli/invocation.ts'
import type { Settings } from '../cli/settings.ts'
import type { Conf } from '../config/conf.ts'
import { type ExitCode, JobError } from '../errors.ts'
import { cfgText, indexText, jobIdFrom } from '../folder/job.ts'
import { jobFile } from '../records/job-files.ts'
import { commonFolder } from '../scan/scan-folder.ts'
import { findRoom } from '../scan/find-room.ts'
import { roomText } from '../scan/room-text.ts'
import { stemOf } from '../folder/files.ts'
import { runHosted } from './run.ts'
import { requestOf } from './terminal.ts'
import { correctionsOf, filmOf } from './wishes.ts'

/** @returns the exit code */
export async function mix(invocation: Invocation, settings: Settings): Promise<ExitCode> {
  const { paths = [], quiet } = invocation
  const output = await outputOf(invocation)
  const corrections = correctionsOf(invocation)
  const { room, scanned } = await findRoom({ paths, corrections, except: [output] })
  const jobId = jobIdOf(scanned.path, paths)
  const request = requestOf({ ...invocation, cfgPath: join(scanned.path, 'cfg.json') }, settings)
  if (invocation.output === undefined) refuseForeign(output, request.logFolder, jobId)
  if (!quiet) process.stderr.write(`${roomText(room)}\n`)
  const bucket = commonFolder([scanned.path, dirname(output)])
  const wishes = {
    ...filmOf(invocation),
    jobId,
    roomId: titleOf(paths, scanned.name),
    bucket,
    key: relative(bucket, output),
  }
  const index = indexText(room, { jobId, root: relative(bucket, scanned.path), schema: undefined })
  return runHosted(invocation, {
    ...request,
    conf: asLoudAsUsual(request.conf),
    cfgText: cfgText(wishes, undefined),
    room: { text: index, from: join(scanned.path, `${jobId}.json`) },
  })
}

/** Loudness of a film of recordings of any origin, where conf/ names none: what is usual for talks on the web. */
const USUAL_LUFS = -16

function asLoudAsUsual(conf: Conf): Conf {
  const { loudness } = conf.audio
  return loudness === 'off' ? { ...conf, audio: { ...conf.audio, loudness: USUAL_LUFS } } : conf
}

const titleOf = (paths: readonly string[], folder: string): string =>
  paths.length === 1 ? stemOf(basename(resolve(paths[0] ?? '.'))) : folder

/** The same folder has the same id: a film that is made again is the same job. */
function jobIdOf(folder: string, paths: readonly string[]): string {
  const all = JSON.stringify([folder, ...paths.map((path) => resolve(path)).toSorted()])
  const hash = createHash('sha256').update(all).digest('hex').slice(0, 6)
  return `${jobIdFrom(titleOf(paths, basename(folder)))}-${hash}`
}

/** Absolute path of the film, with the links of its folder resolved. */
async function outputOf({ output, paths = [] }: Invocation): Promise<string> {
  const [first = '.'] = paths
  const name = paths.length === 1 ? stemOf(basename(resolve(first))) : 'mix'
  const wanted = resolve(output ?? `${name}.mp4`)
  const named = /\.mp4$/i.test(wanted) ? wanted : `${wanted}.mp4`
  return join(await realFolder(dirname(named)), basename(named))
}

/** A folder that is not there yet is made when the film is written. */
async function realFolder(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    return path === dirname(path) ? path : join(await realFolder(dirname(path)), basename(path))
  }
}

/** A name that was not asked for never replaces a file that is not this job's own. */
function refuseForeign(output: string, logFolder: string, jobId: string): void {
  const done = jobFile({ logFolder, jobId }, 'done')
  if (!existsSync(output) || existsSync(done)) return
  throw new JobError({ code: 'mixOutputExists', params: { path: output } }, { fault: 'destination' })
}
