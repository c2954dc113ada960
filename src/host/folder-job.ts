/** The job of a folder of recordings, or of files: its cfg.json and its index as texts. */
import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import type { Conf } from '../config/conf.ts'
import { stemOf } from '../folder/files.ts'
import { type JobWishes, cfgText, indexText, jobIdFrom } from '../folder/job.ts'
import type { Corrections, Room } from '../folder/room.ts'
import { findRoom } from '../scan/find-room.ts'
import { commonFolder } from '../scan/scan-folder.ts'

/** What the film looks like. */
export type FilmWishes = Pick<JobWishes, 'layout' | 'share' | 'width' | 'height' | 'fps'>

export const FILM: FilmWishes = { layout: 'tile', share: 'equal', width: 1280, height: 720, fps: 30 }

export interface FolderJob {
  /** What the files are taken for. */
  readonly room: Room
  readonly jobId: string
  /** Where cfg.json would be. */
  readonly cfgPath: string
  readonly cfgText: string
  /** The index, with the path that it would have. */
  readonly index: { readonly text: string; readonly from: string }
}

/**
 * @param options.paths one folder, or files
 * @param options.output absolute path of the film, as `filmPath` returns it; it is not taken for a recording
 * @throws JobError if there is no recording, or those of several rooms
 */
export async function folderJob(options: {
  paths: readonly string[]
  corrections: Corrections
  film: FilmWishes
  output: string
}): Promise<FolderJob> {
  const { paths, corrections, film, output } = options
  const { room, scanned } = await findRoom({ paths, corrections, except: [output] })
  const jobId = jobIdOf(scanned.path, paths)
  const bucket = commonFolder([scanned.path, dirname(output)])
  const roomId = titleOf(paths, scanned.name)
  const wishes = { ...film, jobId, roomId, bucket, key: relative(bucket, output) }
  const root = relative(bucket, scanned.path)
  return {
    room,
    jobId,
    cfgPath: join(scanned.path, 'cfg.json'),
    cfgText: cfgText(wishes, undefined),
    index: {
      text: indexText(room, { jobId, root, schema: undefined }),
      from: join(scanned.path, `${jobId}.json`),
    },
  }
}

/** Loudness of a film of recordings of any origin: what is usual for talks on the web. */
const USUAL_LUFS = -16

export function asLoudAsUsual(conf: Conf): Conf {
  const { loudness } = conf.audio
  return loudness === 'auto' ? { ...conf, audio: { ...conf.audio, loudness: USUAL_LUFS } } : conf
}

/**
 * @param output the path that was asked for; by default a name made of the recordings' own, in the current folder
 * @returns the absolute path of the film, with the links of its folder resolved
 */
export async function filmPath(output: string | undefined, paths: readonly string[]): Promise<string> {
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

const titleOf = (paths: readonly string[], folder: string): string =>
  paths.length === 1 ? stemOf(basename(resolve(paths[0] ?? '.'))) : folder

/** The same folder has the same id: a film that is made again is the same job. */
function jobIdOf(folder: string, paths: readonly string[]): string {
  const all = JSON.stringify([folder, ...paths.map((path) => resolve(path)).toSorted()])
  const hash = createHash('sha256').update(all).digest('hex').slice(0, 6)
  return `${jobIdFrom(titleOf(paths, basename(folder)))}-${hash}`
}
