/**
 * Where commands read and write, without a path of any machine: the same job has the same places on every machine and
 * in every folder. `plan/locate.ts` puts the paths in, when a command is about to run.
 */
import type { Recording } from './room.ts'

/** A file in the folder of the job's work. */
export type WorkPlace = `{work}/${string}`

export type Place =
  | WorkPlace
  /** A recording that can be used: by the keys of its objects. */
  | `{recording:${string}}`
  /** A watermark's picture: by a hash of its bytes. */
  | `{picture:${string}}`
  | typeof FONT

/** The font of texts. */
export const FONT = '{font}'

/** The folder of the job's work, without a slash behind it. */
export const WORK = '{work}'

export function recordingPlace({ entry, pieces = [entry.key] }: Recording): Place {
  return `{recording:${pieces.join('+')}}`
}

/** @param hash of its bytes */
export function picturePlace(hash: string): Place {
  return `{picture:${hash}}`
}
