/** The content of a folder of recordings, and the room that they form. */

/** Facts about a recording, read from its headers. */
export interface Facts {
  readonly hasVideo: boolean
  readonly hasAudio: boolean
  /** Length in ms; absent if unknown. */
  readonly lengthMs?: number | undefined
  /** Unix time in ms at which the recording was started, according to the file; absent if it has none. */
  readonly dateMs?: number | undefined
  /** The tag `comment`. */
  readonly comment?: string | undefined
}

/** A file of the folder. */
export interface FolderFile {
  /** Path below the folder, with `/`. */
  readonly path: string
  readonly bytes: number
  /** Unix time in ms of the last change. */
  readonly modifiedMs: number
  /** Unix time in ms at which the file was made on this disk, if the disk keeps that. */
  readonly bornMs?: number | undefined
  /** Present for a recording, recognised by its first bytes. */
  readonly facts?: Facts | undefined
  /** Content of a manifest, playlist or list. */
  readonly text?: string | undefined
}

export interface Folder {
  /** The folder's own name. */
  readonly name: string
  readonly files: readonly FolderFile[]
}

/** How something is known. */
export type Known =
  | 'manifest'
  | 'container'
  | 'playlist'
  | 'name'
  | 'content'
  | 'folder'
  | 'fileTime'
  | 'together'
  | 'guess'
  | 'option'

export type Kind = 'camera' | 'screen'

/** One file of a recording that was stored in slices, in order. */
export interface Slice {
  readonly path: string
  /** Unix time in ms of its first packet; absent where it follows the one before. */
  readonly startMs?: number | undefined
}

/** A recording as a reader found it. */
export interface Recorded {
  /** Path below the folder; of the playlist for a recording in slices. */
  readonly path: string
  /** The session it belongs to: recordings of two sessions are not one room. */
  readonly session?: string | undefined
  /** The person, by the system's id. Recordings of one person have the same. */
  readonly user: string
  readonly userBy: Known
  /** The person's name, if it is known. */
  readonly name?: string | undefined
  readonly kind: Kind
  readonly kindBy: Known
  /** Time in ms of the recording's timestamp 0; absent if unknown. */
  readonly startMs?: number | undefined
  readonly startBy?: Known | undefined
  /** By how much the start may be off, in ms, if that matters. */
  readonly offMs?: number | undefined
  /** The timestamps count from one moment that all recordings share: the delay is in them. */
  readonly isRoomClock?: true | undefined
  /** Clockwise rotation in degrees that shows the picture upright, where only the manifest has it. */
  readonly rotation?: 90 | 180 | 270 | undefined
  readonly slices?: readonly Slice[] | undefined
}

/** Why a file is left out. */
export type LeftOut =
  | {
      readonly why:
        'mixed' | 'result' | 'ownFilm' | 'sameMedia' | 'noTime' | 'otherClock' | 'encrypted' | 'sliceMissing'
    }
  | { readonly why: 'missing' }
  | { readonly why: 'notPlayable'; readonly tool: string }

export type LeftFile = LeftOut & {
  readonly path: string
  /** Of a playlist: the files that it names. */
  readonly slices?: readonly string[] | undefined
}

/** The result of a reader. */
export interface Reading {
  /** Name of the system that left the files. */
  readonly vendor: string
  readonly recorded: readonly Recorded[]
  readonly left?: readonly LeftFile[] | undefined
  /** Times are Unix times; otherwise only their differences mean something, as the zone of the clock is unknown. */
  readonly isUnixTime: boolean
}

/** Recognises what one system leaves; undefined if the folder holds nothing of it. Pure. */
export type Reader = (folder: Folder) => Reading | undefined
