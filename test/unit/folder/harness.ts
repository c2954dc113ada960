import type { Facts, Folder, FolderFile } from '../../../src/folder/model.ts'
import { type Corrections, type Room, roomOf } from '../../../src/folder/room.ts'

const BOTH: Facts = { hasVideo: true, hasAudio: true }

/** A recording. */
export const media = (
  path: string,
  more: Partial<FolderFile> & { readonly of?: Partial<Facts> } = {},
): FolderFile => {
  const { of, ...rest } = more
  return { path, bytes: 1000, modifiedMs: 1_795_701_800_000, facts: { ...BOTH, ...of }, ...rest }
}

/** A manifest. */
export const text = (path: string, content: unknown): FolderFile => ({
  path,
  bytes: 100,
  modifiedMs: 1_795_701_800_000,
  text: typeof content === 'string' ? content : JSON.stringify(content),
})

export const folder = (...files: readonly FolderFile[]): Folder => ({ name: 'call', files })

export const corrections = (
  given: Partial<Record<keyof Corrections, Record<string, unknown>>> = {},
): Corrections =>
  ({
    starts: new Map(Object.entries(given.starts ?? {})),
    names: new Map(Object.entries(given.names ?? {})),
    kinds: new Map(Object.entries(given.kinds ?? {})),
  }) as Corrections

export function roomIn(given: Folder, corrected = corrections()): Room {
  const outcome = roomOf(given, corrected)
  if (!('room' in outcome)) throw new Error(JSON.stringify(outcome))
  return outcome.room
}

/** What is said of a room: a line for each recording, and what is left out. */
export function told(room: Room): { vendor: string; lines: string[]; left: string[] } {
  return {
    vendor: room.vendor,
    lines: room.recordings.map((one) => {
      const slices = one.slices ? ` ${one.slices.length} slices` : ''
      const clock = one.isRoomClock ? ' room clock' : ''
      const by = `${one.userBy}, ${one.kindBy}, ${one.startBy}`
      return `${one.path}: ${one.streamId} at ${one.startMs} (${by})${clock}${slices}`
    }),
    left: room.left.map((one) => `${one.path}: ${one.why}${one.why === 'notPlayable' ? ` ${one.tool}` : ''}`),
  }
}
