/** The recorded room: the entries of the index, and what probing found in each file. */

/** A valid entry of the index. */
export interface IndexEntry {
  readonly streamId: string
  /** File name below the index's `Root`. */
  readonly name: string
  /** Object key: `Root/Name`. */
  readonly key: string
  /** Unix time in ms of the recording's timestamp 0. */
  readonly startMs: number
  /** Unix time in ms at which the stream ended, if the index has it. */
  readonly endMs?: number
  /** Its timestamps count from a moment that all recordings share: none of them is moved to its start. */
  readonly isRoomClock?: true
  /** Clockwise rotation in degrees that shows the picture upright, whatever the file says. */
  readonly rotation?: 90 | 180 | 270
  /** The objects that it was stored in, in order; then there is none under its own key. */
  readonly slices?: readonly EntrySlice[]
}

/** A part of a recording that was stored in slices. */
export interface EntrySlice {
  readonly name: string
  readonly key: string
  /** Unix time in ms of its first packet; absent where it follows the one before. */
  readonly startMs?: number | undefined
}

/** Keys of the objects of an entry. */
export const keysOf = ({ key, slices }: IndexEntry): readonly string[] =>
  slices?.map((one) => one.key) ?? [key]

/** Below this, times in ms only say how far recordings are apart: the time of day is unknown. */
const LEAST_UNIX_MS = 1e11

/** Whether the time of day of a moment is known. */
export const isTimeOfDay = (ms: number): boolean => ms >= LEAST_UNIX_MS

/** A file named by an index entry, whether the entry is usable or not. */
export interface NamedFile {
  /** As written in the entry. */
  readonly name: string
  /** Keys in the bucket that the name may refer to. */
  readonly keys: readonly string[]
  /** Absolute path of the local file that the name may refer to. */
  readonly path?: string
}

/** The index that a single-stream recording task writes next to its files. */
export interface RoomIndex {
  readonly jobId: string
  readonly roomId: string
  /** Unix time in ms of output time 0. */
  readonly startMs: number
  readonly entries: readonly IndexEntry[]
  /** Unusable entries. */
  readonly skipped: readonly Skipped[]
  /** Every file that any entry names: none of them may be overwritten. */
  readonly named: readonly NamedFile[]
}

/** A recording that is left out, and why. `reason` is text for people. */
export interface Skipped {
  readonly streamId: string
  readonly name: string
  readonly reason: string
}

/** Colour of a recording's video. Defaults to BT.601, limited range. */
export interface PictureColour {
  readonly matrix: 'bt601' | 'bt709' | 'bt2020'
  readonly range: 'limited' | 'full'
  /** The transfer function of HDR video. */
  readonly hdr?: 'hlg' | 'pq' | undefined
}

/** The coded picture size from a moment on. */
export interface SizeChange {
  /** File time in ms of the first frame with this size. */
  readonly fromMs: number
  readonly width: number
  readonly height: number
}

/**
 * What a file declares about its picture that is not followed: an extreme pixel aspect ratio, a rotation that is not a
 * multiple of 90 degrees, mirroring, and declarations that change later in the file.
 */
export type PictureDoubt = 'aspect' | 'turn' | 'mirrored' | 'aspectChanges' | 'coloursChange' | 'alphaChanges'

export interface VideoProbe {
  readonly codec: string
  /** File time of every frame in ms, ascending. */
  readonly timesMs: Float64Array
  /** File times of the keyframes in ms, ascending; a decoder can start at any of them. */
  readonly keyframesMs: readonly number[]
  /** File time in ms at which the last frame ends. */
  readonly endMs: number
  /** At least one entry; the first holds from the first frame. */
  readonly sizes: readonly SizeChange[]
  /** Width of a pixel divided by its height. */
  readonly pixelAspect: number
  /** Clockwise rotation, in degrees, that shows the picture upright. */
  readonly rotation: 0 | 90 | 180 | 270
  readonly colour: PictureColour
  /**
   * Some of its frames have transparency. `decoded`: ffmpeg's own decoder outputs alpha. `beside`: the container stores
   * alpha next to each VP8 or VP9 frame, which only libvpx's decoders read.
   */
  readonly alpha?: 'decoded' | 'beside'
  /** Some of its frames are interlaced. */
  readonly isInterlaced?: true
  /** Number of reference frames a decoder has to keep, if the file declares it. */
  readonly references?: number | undefined
  /** At least one entry; absent if there are no doubts. */
  readonly doubts?: readonly PictureDoubt[]
}

export interface AudioProbe {
  readonly codec: string
  readonly sampleRate: number
  readonly channels: number
  /** File time in ms of the first audible sample. */
  readonly startMs: number
  /** File time in ms at which the last packet ends. */
  readonly endMs: number
  readonly clock: AudioClock
}

/** How a recording's audio keeps time: its timestamps compared with the duration of its samples. */
export interface AudioClock {
  /**
   * `exact`: timestamps match the samples, except for holes. `jittering`: they match on average. `wandering`: the audio
   * has to be stretched to follow them.
   */
  readonly pace: 'exact' | 'jittering' | 'wandering'
  /** How far timestamps deviate from the sample clock: the 99th percentile, in ms. */
  readonly jitterMs: number
  /** How much longer the audio lasts than its samples say, in ppm; 0 if nothing certain was found. */
  readonly driftPpm: number
  /** Missing audio: number of holes and their total length in ms. */
  readonly holes: number
  readonly holesMs: number
  /** A timestamp that deviates by more than this, in ms, is a hole or an overlap, not jitter. */
  readonly jumpMs: number
  /** How much later the first timestamp is than the others imply, in ms. */
  readonly firstLateMs: number
  /** Holes whose silence would take much memory, in file time, ascending. */
  readonly longHoles: readonly { readonly fromMs: number; readonly toMs: number }[]
}

/** The contents of one recording, found from its packets. */
export interface Probe {
  /** ffmpeg's name of the demuxer that matches its content. */
  readonly demuxer: Demuxer
  readonly video?: VideoProbe | undefined
  readonly audio?: AudioProbe | undefined
  /**
   * State of the file's own seek index (Cues, sidx, mfra): not yet tried, or found to be wrong. Absent if the file has
   * none, or none that a seek would use.
   */
  readonly seekIndex?: 'claimed' | 'wrong'
}

/** Demuxers of files with pictures, whose elements are also walked here. */
export type VideoDemuxer = 'matroska' | 'mov'

/** The only demuxers that recordings are opened with. */
export type Demuxer = VideoDemuxer | 'ogg' | 'wav' | 'mp3' | 'flac' | 'aac'

/** A recording that was downloaded and probed. */
export interface Recording {
  readonly entry: IndexEntry
  /** Keys of the objects it was assembled from, if it is not a single object. */
  readonly pieces?: readonly string[]
  /** Path of the local file. */
  readonly path: string
  /** Changes when the object is replaced. */
  readonly version: string
  readonly probe: Probe
}

/** The video of a recording to be shown. @throws Error if it has none, which is a bug in planning */
export function videoOf({ probe, entry }: Recording): VideoProbe {
  if (!probe.video) throw new Error(`${entry.name} is to be shown and has no video`)
  return probe.video
}
