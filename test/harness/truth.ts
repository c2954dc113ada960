/** What is known of a recording without asking the product: which frame and which sound lies where in the file. */
import type { Colour } from './picture.ts'
import type { MarkDesign } from './marks.ts'

/** One frame of a recording. */
export interface TrueFrame {
  /** Its timestamp in the file, in ms. */
  readonly fileMs: number
  /** Count of its time strip; undefined where the recording itself is unreadable there. */
  readonly tick: number | undefined
  /** Whether its background flashes. */
  readonly flashes: boolean
  /** Size in pixels at which it is shown upright. */
  readonly width: number
  readonly height: number
}

export interface TrueVideo {
  /** Ascending by time. */
  readonly frames: readonly TrueFrame[]
  /** File time in ms at which the last frame ends. */
  readonly endMs: number
}

export interface TrueAudio {
  readonly pitchHz: number
  /** File times in ms at which a burst starts. */
  readonly burstsMs: readonly number[]
  /** File times in ms of the first sample that is heard, and of the end of the last packet. */
  readonly startMs: number
  readonly endMs: number
}

/** How its pictures look: what tells it from others, and its flash from its background. */
export interface TrueLook {
  readonly design: MarkDesign
  /** For designs with an id strip. */
  readonly id?: number
  readonly background: Colour
  /** Level of background and flash between the strip's black (0) and white (1). */
  readonly restLevel: number
  readonly flashLevel: number
}

export interface Truth {
  readonly look: TrueLook
  readonly video?: TrueVideo
  readonly audio?: TrueAudio
}

/** A recording in a room. */
export interface TrueClip {
  readonly streamId: string
  readonly name: string
  /** Output time in ms of the recording's `StartTime`. */
  readonly startMs: number
  readonly truth: Truth
}

/** What is added to a clip's file times to get output time, in ms: a recorder that kept its own clock starts at 0. */
export function offsetOf({ startMs, truth }: TrueClip): number {
  const earliestMs = Math.min(truth.video?.frames[0]?.fileMs ?? Infinity, truth.audio?.startMs ?? Infinity)
  return Math.abs(earliestMs) > 5000 ? startMs - earliestMs : startMs
}

/** Output time in ms at which the last of the clips ends. */
export function roomEndMs(clips: readonly TrueClip[]): number {
  return Math.max(
    ...clips.flatMap((clip) =>
      [clip.truth.video?.endMs, clip.truth.audio?.endMs]
        .filter((ms) => ms !== undefined)
        .map((ms) => ms + offsetOf(clip)),
    ),
  )
}
