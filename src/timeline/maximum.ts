/** No more streams at one time than the job allows. */
import type { Warning } from '../messages/index.ts'
import { groupBy } from '../model/collect.ts'
import { firstWhere } from '../model/search.ts'
import { frameAt, msOfFrame } from '../model/time.ts'
import type { FrameRange, TimeRange } from '../model/timeline.ts'
import type { PlacedRecording } from './placed.ts'

interface PlacedStream {
  readonly streamId: string
  readonly clips: readonly PlacedRecording[]
}

/** A stretch during which a stream is there without a break. */
interface Stay extends FrameRange {
  readonly streamId: string
  readonly clips: readonly PlacedRecording[]
}

/**
 * Leaves out whoever joins while `maximum` streams are there, until one of them leaves; those who wait get in as they
 * came. Nobody who is in is sent away, and coming back is joining anew. A stream is there while a recording of it has
 * picture or sound that is wanted.
 * @param streams in seat order, which settles who is first of those who join in the same frame
 * @returns the streams that are left, with what is left of their clips; one warning for each stream that had to wait
 */
export function withinMaximum(
  streams: readonly PlacedStream[],
  { maximum, fps }: { maximum: number; fps: number },
): { streams: readonly PlacedStream[]; warnings: readonly Warning[] } {
  if (streams.length <= maximum) return { streams, warnings: [] }
  const stays = streams
    .flatMap((stream) => staysOf(stream, fps))
    .toSorted((a, b) => a.startFrame - b.startFrame)
  /** When the streams that are in leave: at most `maximum` frames, ascending. */
  const leaving: number[] = []
  const admittedMs = new Map<PlacedRecording, number>()
  const waits: ({ readonly streamId: string } & TimeRange)[] = []
  for (const { streamId, clips, startFrame, endFrame } of stays) {
    const freeFrame = leaving.length < maximum ? startFrame : Math.max(startFrame, leaving[0] ?? startFrame)
    if (freeFrame < endFrame) {
      if (leaving.length === maximum) leaving.shift()
      leaving.splice(
        firstWhere(leaving, (frame) => frame > endFrame),
        0,
        endFrame,
      )
    }
    if (freeFrame === startFrame) continue
    for (const clip of clips)
      admittedMs.set(clip, freeFrame < endFrame ? msOfFrame(freeFrame, fps) : Infinity)
    const range = {
      startMs: msOfFrame(startFrame, fps),
      endMs: msOfFrame(Math.min(freeFrame, endFrame), fps),
    }
    // What lies before the output begins is not in it anyway.
    if (range.endMs > 0) waits.push({ streamId, ...range })
  }
  return {
    streams: streams.flatMap(({ streamId, clips }) => {
      const left = clips.flatMap((clip) => from(clip, admittedMs.get(clip) ?? -Infinity) ?? [])
      return left.length > 0 ? [{ streamId, clips: left }] : []
    }),
    warnings: [...groupBy(waits, (wait) => wait.streamId)].map(([streamId, [first, ...others]]) => ({
      code: 'streamBeyondMaximum',
      params: {
        ...{ streamId, maximum, others: others.length },
        fromSeconds: inTenths(Math.max(0, first?.startMs ?? 0)),
        toSeconds: inTenths(first?.endMs ?? 0),
      },
    })),
  }
}

/** Clips that follow one another without a frame between them are one stay. */
function staysOf({ streamId, clips }: PlacedStream, fps: number): Stay[] {
  const spans = clips
    .map((clip) => ({ clip, ...framesOf(clip, fps) }))
    .toSorted((a, b) => a.startFrame - b.startFrame)
  const stays: { streamId: string; clips: PlacedRecording[]; startFrame: number; endFrame: number }[] = []
  for (const { clip, startFrame, endFrame } of spans) {
    const last = stays.at(-1)
    if (last && startFrame <= last.endFrame) {
      last.clips.push(clip)
      last.endFrame = Math.max(last.endFrame, endFrame)
    } else {
      stays.push({ streamId, clips: [clip], startFrame, endFrame })
    }
  }
  return stays
}

/** When a clip has picture or sound; one shorter than a frame has one. */
function framesOf({ video, audio }: PlacedRecording, fps: number): FrameRange {
  const startMs = Math.min(video?.startMs ?? Infinity, audio?.startMs ?? Infinity)
  const endMs = Math.max(video?.endMs ?? -Infinity, audio?.endMs ?? -Infinity)
  const startFrame = frameAt(startMs, fps)
  return { startFrame, endFrame: Math.max(startFrame + 1, frameAt(endMs, fps)) }
}

/** What of a clip lies behind a moment; undefined where nothing does. */
function from(clip: PlacedRecording, fromMs: number): PlacedRecording | undefined {
  const { streamId, recording, offsetMs } = clip
  const [video, audio] = [clip.video, clip.audio].map((range) => {
    if (!range || range.startMs >= fromMs) return range
    return range.endMs > fromMs ? { startMs: fromMs, endMs: range.endMs } : undefined
  })
  if (!video && !audio) return undefined
  return { streamId, recording, offsetMs, ...(video && { video }), ...(audio && { audio }) }
}

function inTenths(ms: number): number {
  return Math.round(ms / 100) / 10
}
