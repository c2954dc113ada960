/** The room in output time: who is seen and heard, and when. Frames count from output time 0. */
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
  /** When its audio is heard; absent if it has none or none is wanted. */
  readonly audio?: TimeRange
}

export interface ClipVideo {
  /** From the start of the first frame to the end of the last frame shown. */
  readonly range: TimeRange
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

/** A maximal range of frames with one layout. */
export interface Segment extends FrameRange {
  readonly placements: readonly Placement[]
}

/** A part of a segment in which every seat shows one clip or nothing. The graph is built from shots. */
export interface Shot extends FrameRange {
  readonly tiles: readonly Tile[]
}

/** A seat with a clip in it. The tiles of a shot are in painter's order. */
export interface Tile {
  readonly placement: Placement
  readonly clip: Clip
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
}
