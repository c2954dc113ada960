/** The tracks that a Matroska file says it has. Its demuxer passes over those it makes nothing of. */
import type { Demuxer } from '../model/room.ts'
import { HEAD_BYTES, elementsIn, readHead } from './sniff.ts'

/** How many tracks there are of each medium. */
export type TrackCounts = Readonly<Record<'video' | 'audio', number>>

const ID = { segment: '18538067', tracks: '1654ae6b', entry: 'ae', type: '83', codec: '86' } as const
const TYPES: Readonly<Record<number, 'video' | 'audio'>> = { 1: 'video', 2: 'audio' }

/**
 * Counts the tracks that are declared as picture or sound, by their kind or else by their codec.
 * @returns undefined for other files, and where no list of tracks is found
 */
export async function sniffTracks(path: string, demuxer: Demuxer): Promise<TrackCounts | undefined> {
  if (demuxer !== 'matroska') return undefined
  const inside = (bytes: Buffer, wanted: string) =>
    [...elementsIn(bytes)].flatMap(({ id, body }) => (id === wanted ? [body] : []))
  const head = await readHead(path, HEAD_BYTES)
  const [tracks] = inside(head, ID.segment).flatMap((segment) => inside(segment, ID.tracks))
  if (!tracks) return undefined
  const kinds = inside(tracks, ID.entry).map((entry) => {
    const kind = TYPES[inside(entry, ID.type)[0]?.at(-1) ?? 0]
    const codec = inside(entry, ID.codec)[0]?.toString('latin1', 0, 2)
    return kind ?? (codec === 'V_' ? 'video' : codec === 'A_' ? 'audio' : undefined)
  })
  const count = (kind: string) => kinds.filter((one) => one === kind).length
  return { video: count('video'), audio: count('audio') }
}
