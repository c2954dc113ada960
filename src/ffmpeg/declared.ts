/** The tracks that a Matroska file declares. Its demuxer skips tracks that it does not understand. */
import { elementsIn } from './ebml.ts'
import { referencesOf } from './parameter-sets.ts'

/** Number of tracks per medium. */
export type TrackCounts = Readonly<Record<'video' | 'audio', number>>

const ID = {
  segment: '18538067',
  tracks: '1654ae6b',
  entry: 'ae',
  type: '83',
  codec: '86',
  config: '63a2',
} as const
const TYPES: Readonly<Record<number, 'video' | 'audio'>> = { 1: 'video', 2: 'audio' }

/**
 * Counts the declared video and audio tracks, by type or else by codec.
 * @param head the beginning of the file
 * @returns undefined where no track list is found
 */
export function declaredTracks(head: Buffer): TrackCounts | undefined {
  const entries = entriesIn(head)
  if (!entries) return undefined
  const kinds = entries.map((entry) => {
    const kind = TYPES[inside(entry, ID.type)[0]?.at(-1) ?? 0]
    const codec = inside(entry, ID.codec)[0]?.toString('latin1', 0, 2)
    return kind ?? (codec === 'V_' ? 'video' : codec === 'A_' ? 'audio' : undefined)
  })
  const count = (kind: string) => kinds.filter((one) => one === kind).length
  return { video: count('video'), audio: count('audio') }
}

const CONFIGURED = [
  ['V_MPEG4/ISO/AVC', 'h264'],
  ['V_MPEGH/ISO/HEVC', 'hevc'],
] as const

/**
 * The number of reference pictures of the first video track that declares it.
 * @param head the beginning of the file
 */
export function declaredReferences(head: Buffer): number | undefined {
  for (const entry of entriesIn(head) ?? []) {
    const name = inside(entry, ID.codec)[0]?.toString('latin1')
    const codec = CONFIGURED.find(([id]) => id === name)?.[1]
    const [config] = inside(entry, ID.config)
    if (codec && config) return referencesOf(codec, config)
  }
  return undefined
}

function inside(bytes: Buffer, wanted: string): Buffer[] {
  return [...elementsIn(bytes)].flatMap(({ id, body }) => (id === wanted ? [body] : []))
}

function entriesIn(head: Buffer): Buffer[] | undefined {
  const [tracks] = inside(head, ID.segment).flatMap((segment) => inside(segment, ID.tracks))
  return tracks && inside(tracks, ID.entry)
}
