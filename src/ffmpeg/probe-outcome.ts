/** What probing a recording finds. */
import type { Demuxer, Probe } from '../model/room.ts'
import type { TrackCounts } from './declared.ts'
import type { Apart, TrackTiming } from './packets.ts'
import type { RefusalCode, Refused } from './refused.ts'

/** Why a recording cannot be used. */
type Unusable =
  | 'empty'
  | 'folder'
  | 'unreadable'
  | 'notMedia'
  | 'broken'
  | 'noPackets'
  | 'stalled'
  | 'tooMuchMemory'
  | 'tooMuchTime'
  | 'tooManyPackets'
  | 'timesBeyond'
  | RefusalCode

export type ProbeOutcome =
  | {
      readonly probe: Probe
      /** Whether it also has video of which nothing can be decoded. */
      readonly lostPicture: boolean
      /** Tracks that are not decoded because of what the recording declares. */
      readonly refused: Refused
      /** Packet times after correction; the probe describes the recording with these. */
      readonly timing: Timing
      readonly codecs: Codecs
      /** Declared tracks that ffmpeg skips; absent if there are none. */
      readonly unread?: TrackCounts
      /** Whether its edit lists change the speed, which ffmpeg ignores. */
      readonly changesSpeed: boolean
    }
  | {
      readonly unusable: Unusable
      readonly detail: string
      /** Detected format and codecs, if any. */
      readonly demuxer?: Demuxer
      readonly codecs?: Codecs
    }

/** ffmpeg's codec names of the tracks with packets that are not refused, decodable or not. */
type Codecs = Readonly<Partial<Record<'video' | 'audio', string | undefined>>>

/** The times of a recording's packets, by track. */
export interface Timing {
  readonly video?: TrackTiming | undefined
  readonly audio?: TrackTiming | undefined
  /** The gap between audio and video, if their timestamps are unrelated. */
  readonly apart?: Apart | undefined
}

/** The outcome of a recording that cannot be used. */
export type NotUsable = Extract<ProbeOutcome, { unusable: Unusable }>

/** Whether a track that is used comes after an empty one of its kind. */
export function isElsewhere({ video, audio }: Timing): boolean {
  return [video, audio].some((track) => track !== undefined && track.position > 0)
}

/** Whether packets of a recording have times other than in its file. */
export function isRetimed({ video, audio }: Timing): boolean {
  return [video, audio].some((track) => track !== undefined && track.runs.length > 0)
}
