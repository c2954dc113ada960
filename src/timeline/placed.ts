import type { Recording } from '../model/room.ts'
import type { TimeRange } from '../model/timeline.ts'

/** A recording with its place in output time and the stretches of it that are wanted. */
export interface PlacedRecording {
  readonly streamId: string
  readonly recording: Recording
  readonly offsetMs: number
  /** From its first frame to the end of its last, less what later clips of the stream take over. */
  readonly video?: TimeRange
  readonly audio?: TimeRange
}
