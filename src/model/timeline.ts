/** The room laid out in output time: who is on screen and who is heard, when. Frames count from output time 0. */
import type { Recording } from './room.ts'
import type { Placement } from './scene.ts'

/** A half-open stretch of output frames. */
export interface FrameRange {
  readonly startFrame: number
  readonly endFrame: number
}

/** A half-open stretch of output time in ms. */
export interface TimeRange {
  readonly startMs: number
  readonly endMs: number
}

/** A recording placed on the timeline. */
export interface Clip {
  /** Position in `Timeline.clips`; names the clip in segments and plans. */
  readonly id: number
  readonly streamId: string
  readonly recording: Recording
  /** What is added to the file's own timestamps to get output time, in ms. */
  readonly offsetMs: number
  /** When its picture may be shown; absent where it has none or none is wanted. */
  readonly video?: ClipVideo
  /** When its sound is heard; absent where it has none or none is wanted. */
  readonly audio?: TimeRange
}

export interface ClipVideo {
  /** From its first frame to the end of its last that is shown. */
  readonly range: TimeRange
  /** When the stream has a seat because of this clip: ascending, apart from one another. */
  readonly seats: readonly FrameRange[]
  /** When there is a picture to show in that seat: ascending, apart from one another. */
  readonly pictures: readonly FrameRange[]
}

/** One stream of the room, in seat order. */
export interface TimelineStream {
  readonly streamId: string
  readonly clips: readonly Clip[]
}

/** A maximal stretch with one layout. */
export interface Segment extends FrameRange {
  readonly placements: readonly Placement[]
}

/** A stretch of a segment in which every seat shows one clip or nothing. What the graph is made of. */
export interface Shot extends FrameRange {
  readonly tiles: readonly Tile[]
}

/** A seat with a clip in it, painter's order within its shot. */
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
  /** They cover the output without a hole. Empty for a job without a picture. */
  readonly segments: readonly Segment[]
  readonly shots: readonly Shot[]
}
