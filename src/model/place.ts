/**
 * Symbolic paths of the files that commands read and write: the same job has the same places on every machine and in
 * every folder. `plan/locate.ts` replaces them by paths just before a command runs.
 */
import type { Recording } from './room.ts'

/** A file in the job's work folder. */
export type WorkPlace = `{work}/${string}`

export type Place =
  | WorkPlace
  /** A usable recording, by the keys of its objects. */
  | `{recording:${string}}`
  /** A watermark picture, by a hash of its bytes. */
  | `{picture:${string}}`
  | typeof FONT

/** The font of watermark text. */
export const FONT = '{font}'

/** The job's work folder, without a trailing slash. */
export const WORK = '{work}'

export function recordingPlace({ entry, pieces = [entry.key] }: Recording): Place {
  return `{recording:${pieces.join('+')}}`
}

/** @param hash hash of the picture's bytes */
export function picturePlace(hash: string): Place {
  return `{picture:${hash}}`
}
