/** The recorded room: what the index lists and what probing found in each file. */

/** One entry of the index that could be understood. */
export interface IndexEntry {
  readonly streamId: string
  /** File name below the index's `Root`. */
  readonly name: string
  /** Object key: `Root/Name`. */
  readonly key: string
  /** Unix time in ms of the recording's timestamp 0. */
  readonly startMs: number
  /** Unix time in ms at which the stream ended, where the index says so. */
  readonly endMs?: number
}

/** A file that an entry of the index names, whether the entry can be used or not. */
export interface NamedFile {
  /** As the entry has it. */
  readonly name: string
  /** What it may mean: keys in the bucket. */
  readonly keys: readonly string[]
  /** What it may mean: a file of this machine, an absolute path. */
  readonly path?: string
}

/** The index that a single-stream recording task leaves beside its files. */
export interface RoomIndex {
  readonly jobId: string
  readonly roomId: string
  /** Unix time in ms of output time 0. */
  readonly startMs: number
  readonly entries: readonly IndexEntry[]
  /** Entries that cannot be used. */
  readonly skipped: readonly Skipped[]
  /** Every file that any entry names: none of them may be written over. */
  readonly named: readonly NamedFile[]
}

/** A recording that is left out, and why. `reason` is text for people. */
export interface Skipped {
  readonly streamId: string
  readonly name: string
  readonly reason: string
}

/** Colour of a recording's picture. What a file does not say is BT.601 limited. */
export interface PictureColour {
  readonly matrix: 'bt601' | 'bt709' | 'bt2020'
  readonly range: 'limited' | 'full'
  /** The curve of a picture with high dynamic range. */
  readonly hdr?: 'hlg' | 'pq'
}

/** The coded size of the picture from one moment on. */
export interface SizeChange {
  /** File time in ms of the first frame with this size. */
  readonly fromMs: number
  readonly width: number
  readonly height: number
}

/**
 * What a file says of its picture that is not followed: pixels far from square, a turn that is none of quarters or
 * mirrors it, and
 * what it says otherwise later on than at its beginning.
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
  /** Width of a pixel over its height. */
  readonly pixelAspect: number
  /** Clockwise turn, in degrees, that shows the picture upright. */
  readonly rotation: 0 | 90 | 180 | 270
  readonly colour: PictureColour
  /**
   * Its pictures are transparent in places: ffmpeg's own decoder says so (`decoded`), or only the container does, which
   * keeps the alpha beside each VP8 or VP9 picture (`beside`), where only libvpx's decoders look.
   */
  readonly alpha?: 'decoded' | 'beside'
  /** Some of its pictures are two fields, taken at different times. */
  readonly isInterlaced?: true
  /** How many of its pictures a decoder has to keep for others, as it says; absent where it does not. */
  readonly references?: number
  /** At least one entry; absent where nothing is doubtful. */
  readonly doubts?: readonly PictureDoubt[]
}

export interface AudioProbe {
  readonly codec: string
  readonly sampleRate: number
  readonly channels: number
  /** File time in ms of the first sample that is heard. */
  readonly startMs: number
  /** File time in ms at which the last packet ends. */
  readonly endMs: number
  readonly clock: AudioClock
}

/** How a recording's sound keeps time: its timestamps held against the length of the sound itself. */
export interface AudioClock {
  /**
   * `exact`: timestamps say what the samples say, but for holes. `jittering`: they do on average. `wandering`:
   * the sound has to be stretched to stay with them.
   */
  readonly pace: 'exact' | 'jittering' | 'wandering'
  /** How far timestamps lie from where the sound goes on: 99 of 100 lie nearer. In ms. */
  readonly jitterMs: number
  /** How much longer the sound takes than its samples say, in millionths; 0 where nothing certain was found. */
  readonly driftPpm: number
  /** Where sound is missing: how often, and how much in ms. */
  readonly holes: number
  readonly holesMs: number
  /** A timestamp that is further off than this, in ms, is no jitter but a hole or an overlap. */
  readonly jumpMs: number
  /** How much later the first timestamp is than the others make it, in ms. */
  readonly firstLateMs: number
  /** Holes whose silence would take much memory, ascending, in file time. */
  readonly longHoles: readonly { readonly fromMs: number; readonly toMs: number }[]
}

/** What is inside one recording, found from its packets. */
export interface Probe {
  /** ffmpeg's name of the demuxer that its content calls for. */
  readonly demuxer: Demuxer
  readonly video?: VideoProbe
  readonly audio?: AudioProbe
  /**
   * Where keyframes lie, as the file itself says (Cues, sidx, mfra): not yet tried, or found to be wrong. Absent
   * where it says nothing, or nothing that a seek would follow.
   */
  readonly seekIndex?: 'claimed' | 'wrong'
}

/** The only demuxers recordings are opened with. */
export type Demuxer = 'matroska' | 'mov'

/** A recording that is on this machine and was understood. */
export interface Recording {
  readonly entry: IndexEntry
  /** Keys of the objects that it was put together from, where it is not one. */
  readonly pieces?: readonly string[]
  /** Where its bytes lie on this machine. */
  readonly path: string
  /** Changes when the object is replaced. */
  readonly version: string
  readonly probe: Probe
}

/** The video of a recording that is to be shown. @throws Error where it has none: a mistake in planning */
export function videoOf({ probe, entry }: Recording): VideoProbe {
  if (!probe.video) throw new Error(`${entry.name} is to be shown and has no video`)
  return probe.video
}
