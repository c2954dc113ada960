/** Limits the number of simultaneous streams to what the job allows. */
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

/** A range of frames in which a stream is present without interruption. */
interface Stay extends FrameRange {
  readonly streamId: string
  readonly clips: readonly PlacedRecording[]
}

/**
 * Leaves out streams that join while `maximum` streams are present, until one of those leaves; waiting streams are
 * admitted in the order in which they joined. An admitted stream is never removed; one that returns counts as joining
 * again. A stream is present while any of its recordings has video or audio that is wanted.
 * @param streams in seat order, which decides between streams that join in the same frame
 * @returns the remaining streams with what remains of their clips; one warning for each stream that had to wait
 */
export function withinMaximum(
  streams: readonly PlacedStream[],
  { maximum, fps }: { maximum: number; fps: number },
): { streams: readonly PlacedStream[]; warnings: readonly Warning[] } {
  if (streams.length <= maximum) return { streams, warnings: [] }
  const stays = streams
    .flatMap((stream) => staysOf(stream, fps))
    .toSorted((a, b) => a.startFrame - b.startFrame)
  /** Frames at which the admitted streams leave: at most `maximum`, ascending. */
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
    // Before the output begins, a wait has no effect.
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
        streamId,
        maximum,
        others: others.length,
        fromSeconds: inTenths(Math.max(0, first?.startMs ?? 0)),
        toSeconds: inTenths(first?.endMs ?? 0),
      },
    })),
  }
}

/** Clips with no frame between them form one stay. */
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

/** Frames in which a clip has video or audio; at least one. */
function framesOf({ video, audio }: PlacedRecording, fps: number): FrameRange {
  const startMs = Math.min(video?.startMs ?? Infinity, audio?.startMs ?? Infinity)
  const endMs = Math.max(video?.endMs ?? -Infinity, audio?.endMs ?? -Infinity)
  const startFrame = frameAt(startMs, fps)
  return { startFrame, endFrame: Math.max(startFrame + 1, frameAt(endMs, fps)) }
}

/** The part of a clip after a moment; undefined if nothing is left. */
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
