/** The room in output time: who is seen and heard, and when. Frames count from output time 0. */
import type { Settings } from './job.ts'
import type { Recording } from './room.ts'
import type { Placement } from './scene.ts'

/** A half-open range of output frames. */
export interface FrameRange {
  readonly startFrame: number
  readonly endFrame: number
}

/** A half-open range of output time in ms. */
export interface TimeRange {
  readonly startMs: number
  readonly endMs: number
}

/** A recording placed on the timeline. */
export interface Clip {
  /** Index in `Timeline.clips`; identifies the clip in segments and plans. */
  readonly id: number
  readonly streamId: string
  readonly recording: Recording
  /** Added to the file's timestamps to get output time, in ms. */
  readonly offsetMs: number
  /** When its video may be shown; absent if it has none or none is wanted. */
  readonly video?: ClipVideo
  /** Its audio; absent if it has none or none is wanted. */
  readonly audio?: ClipAudio
}

export interface ClipAudio {
  /** From its first audible sample to the end of its last, minus what other clips of the stream take over. */
  readonly range: TimeRange
  /**
   * The parts of the range that are heard: ascending, disjoint, at least one. One that ends within the range was cut by
   * an update, and fades.
   */
  readonly heard: readonly TimeRange[]
}

export interface ClipVideo {
  /** From the start of the first frame to the end of the last frame shown. */
  readonly range: TimeRange
  /** The parts of the range that the settings show: ascending, disjoint; empty if it only keeps a seat. */
  readonly shown: readonly TimeRange[]
  /** When the stream has a seat because of this clip: ascending, disjoint. */
  readonly seats: readonly FrameRange[]
  /** When there is a picture to show in that seat: ascending, disjoint. */
  readonly pictures: readonly FrameRange[]
}

/** A stream of the room. Streams are in seat order. */
export interface TimelineStream {
  readonly streamId: string
  readonly clips: readonly Clip[]
}

/** How pictures are drawn, apart from their places. */
export type Look = Pick<Settings, 'fit' | 'background' | 'watermarks'>

/** A maximal range of frames with one layout and one look. */
export interface Segment extends FrameRange {
  readonly placements: readonly Placement[]
  readonly look: Look
}

/** A part of a segment in which every seat shows one clip or nothing. The graph is built from shots. */
export interface Shot extends FrameRange {
  readonly tiles: readonly Tile[]
  readonly look: Look
}

/** A seat with a clip in it. The tiles of a shot are in painter's order. */
export interface Tile {
  readonly placement: Placement
  readonly clip: Clip
}

/** Settings that are changed by updates at one output frame. */
export interface SettingsChange {
  readonly frame: number
  /** The actions of the updates, in order. */
  readonly actions: readonly string[]
  readonly before: Settings
  readonly after: Settings
}

export interface Timeline {
  /** Unix time in ms of output time 0. */
  readonly startMs: number
  readonly fps: number
  /** Length of the output in frames. */
  readonly frames: number
  readonly streams: readonly TimelineStream[]
  readonly clips: readonly Clip[]
  /** Cover the output without gaps. Empty for an audio-only job. */
  readonly segments: readonly Segment[]
  readonly shots: readonly Shot[]
  /** Ascending; empty without timed updates. */
  readonly changes: readonly SettingsChange[]
}
