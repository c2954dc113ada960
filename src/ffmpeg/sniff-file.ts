/** Identifies a file as a recording by its own bytes, before ffmpeg opens it. */
import { stat } from 'node:fs/promises'
import type { Demuxer } from '../model/room.ts'
import { type Mp4Track, mp4Tracks } from './mp4-tracks.ts'
import type { NotUsable } from './probe-outcome.ts'
import { type Beginning, sniffDemuxer, sniffRecording } from './sniff.ts'

/** Every packet takes up space in the file, if only an entry in a table, except for up to `MOST_PACKETS`. */
const LEAST_PACKET_BYTES = 4
const MOST_PACKETS = 100_000
/** Recorders write up to three edits. In longer edit lists each entry may repeat the whole track. */
const FEW_EDITS = 8

/** Maximum number of packets for a file size. */
export function mostPackets(bytes: number): number {
  return MOST_PACKETS + bytes / LEAST_PACKET_BYTES
}

/** A file identified as a recording. */
export interface Sniffed extends Beginning {
  readonly path: string
  readonly bytes: number
  readonly demuxer: Demuxer
  /** Tracks that an MP4 declares; empty for other files. */
  readonly tracks: readonly Mp4Track[]
}

/** Never throws because of the file's content. */
export async function sniff(path: string): Promise<Sniffed | NotUsable> {
  try {
    const [demuxer, { size }] = await Promise.all([sniffDemuxer(path), stat(path)])
    if (demuxer === 'empty') return { unusable: 'empty', detail: '' }
    if (demuxer === undefined) return { unusable: 'notMedia', detail: '' }
    const tracks = demuxer === 'mov' ? await mp4Tracks(path) : []
    // Must happen before ffmpeg opens the file, because it expands edit lists immediately.
    const repeated = tracks.map(({ edits, samples }) => (edits > FEW_EDITS ? edits * samples : 0))
    if (repeated.some((packets) => packets > mostPackets(size)))
      return { unusable: 'tooManyPackets', detail: '' }
    const beginning = await sniffRecording(path, demuxer)
    const references = tracks.find(({ kind }) => kind === 'vide')?.references ?? beginning.references
    return { path, demuxer, bytes: size, tracks, ...beginning, references }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'EISDIR'
      ? { unusable: 'folder', detail: '' }
      : { unusable: 'unreadable', detail: code ?? '' }
  }
}
