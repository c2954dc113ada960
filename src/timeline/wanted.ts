/** Which media of a stream the settings take, and when. */
import type { Job, Selection, Settings } from '../model/job.ts'
import type { FrameRange } from '../model/timeline.ts'

const sets = new WeakMap<readonly string[], ReadonlySet<string>>()

/** The ids of a list as a cached set: lists and rooms may both be long. */
function idsOf(streamIds: readonly string[]): ReadonlySet<string> {
  const known = sets.get(streamIds) ?? new Set(streamIds)
  sets.set(streamIds, known)
  return known
}

/** Whether a selection includes a stream. */
function selects(selection: Selection, streamId: string): boolean {
  switch (selection.kind) {
    case 'all':
      return true
    case 'only':
      return idsOf(selection.streamIds).has(streamId)
    case 'except':
      return !idsOf(selection.streamIds).has(streamId)
  }
}

type Media = Job['media']

/** Which media of a stream are taken: what was said about the stream itself overrides the subscription. */
export function takenMedia(
  settings: Settings,
  streamId: string,
  media: Media,
): { audio: boolean; video: boolean } {
  const { subscription, streams } = settings
  const own = streams.find((one) => one.streamId === streamId)
  return {
    audio: media !== 'video' && (own?.audio ?? selects(subscription.audio, streamId)),
    video: media !== 'audio' && (own?.video ?? selects(subscription.video, streamId)),
  }
}

/** Which media of a stream the job uses at any time. */
export function wantedMedia(
  { stretches, media }: Pick<Job, 'stretches' | 'media'>,
  streamId: string,
): { audio: boolean; video: boolean } {
  const taken = stretches.map(({ settings }) => takenMedia(settings, streamId, media))
  return { audio: taken.some((one) => one.audio), video: taken.some((one) => one.video) }
}

/**
 * When a stream's media are taken, in output frames, of which those of sound may be fractions: ascending, disjoint. The first stretch also applies to what is
 * before the output, the last one to what is after it.
 */
export interface Wanted {
  readonly audio: readonly FrameRange[]
  /** The part of `audio` that is not muted. */
  readonly heard: readonly FrameRange[]
  readonly video: readonly FrameRange[]
  /** The part of `video` that is not muted. */
  readonly shown: readonly FrameRange[]
}

export function wantedRanges(job: Pick<Job, 'stretches' | 'media' | 'canvas'>, streamId: string): Wanted {
  const { stretches, media, canvas } = job
  const states = stretches.map(({ settings }) => {
    const { audio, video } = takenMedia(settings, streamId, media)
    const own = settings.streams.find((one) => one.streamId === streamId)
    return {
      audio,
      video,
      heard: audio && own?.isAudioMuted !== true,
      shown: video && own?.isVideoMuted !== true,
    }
  })
  const pictureStarts = stretches.map(({ fromFrame }) => fromFrame)
  const soundStarts = stretches.map(({ soundFromMs }) => (soundFromMs * canvas.fps) / 1000)
  const when = (key: keyof Wanted, starts: readonly number[]) =>
    joinFrames(
      states.flatMap((state, i) => {
        const range = {
          startFrame: i === 0 ? -Infinity : (starts[i] ?? 0),
          endFrame: starts[i + 1] ?? Infinity,
        }
        return state[key] ? [range] : []
      }),
    )
  return {
    audio: when('audio', soundStarts),
    heard: when('heard', soundStarts),
    video: when('video', pictureStarts),
    shown: when('shown', pictureStarts),
  }
}

/** Merges ranges that touch or overlap. They are sorted by their start. */
export function joinFrames(ranges: readonly FrameRange[]): readonly FrameRange[] {
  const out: FrameRange[] = []
  for (const { startFrame, endFrame } of ranges) {
    const last = out.at(-1)
    if (last && startFrame <= last.endFrame) {
      out[out.length - 1] = { startFrame: last.startFrame, endFrame: Math.max(last.endFrame, endFrame) }
    } else out.push({ startFrame, endFrame })
  }
  return out
}

/** The frames that are in both of two lists of ranges, each ascending and disjoint. */
export function commonFrames(a: readonly FrameRange[], b: readonly FrameRange[]): readonly FrameRange[] {
  const out: FrameRange[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const [one, other] = [a[i] as FrameRange, b[j] as FrameRange]
    const startFrame = Math.max(one.startFrame, other.startFrame)
    const endFrame = Math.min(one.endFrame, other.endFrame)
    if (endFrame > startFrame) out.push({ startFrame, endFrame })
    if (one.endFrame < other.endFrame) i++
    else j++
  }
  return out
}
