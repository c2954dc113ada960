import type { Recording } from '../model/room.ts'
import type { FrameRange, TimeRange } from '../model/timeline.ts'

/** A recording with its position in output time and the ranges of it that are wanted. */
export interface PlacedRecording {
  readonly streamId: string
  readonly recording: Recording
  readonly offsetMs: number
  /** From the start of its first frame to the end of its last, minus what later clips of the stream take over. */
  readonly video?: TimeRange | undefined
  readonly audio?: TimeRange | undefined
  /** Output frames in which its stream has to wait because the room is full; absent if there are none. */
  readonly waits?: readonly FrameRange[]
}
