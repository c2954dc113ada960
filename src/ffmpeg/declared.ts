/** The tracks that a Matroska file says it has. Its demuxer passes over those it makes nothing of. */
import { elementsIn } from './ebml.ts'

/** How many tracks there are of each medium. */
export type TrackCounts = Readonly<Record<'video' | 'audio', number>>

const ID = { segment: '18538067', tracks: '1654ae6b', entry: 'ae', type: '83', codec: '86' } as const
const TYPES: Readonly<Record<number, 'video' | 'audio'>> = { 1: 'video', 2: 'audio' }

/**
 * Counts the tracks that are declared as picture or sound, by their kind or else by their codec.
 * @param head the beginning of the file
 * @returns undefined where no list of tracks is found
 */
export function declaredTracks(head: Buffer): TrackCounts | undefined {
  const inside = (bytes: Buffer, wanted: string) =>
    [...elementsIn(bytes)].flatMap(({ id, body }) => (id === wanted ? [body] : []))
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
