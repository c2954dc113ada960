/** Limits the number of simultaneous streams to what the job allows. */
import type { Warning } from '../messages/index.ts'
import { groupBy } from '../model/collect.ts'
import { firstWhere } from '../model/search.ts'
import type { Job } from '../model/job.ts'
import { frameAt, msOfFrame } from '../model/time.ts'
import type { FrameRange } from '../model/timeline.ts'
import type { PlacedRecording } from './placed.ts'
import { commonFrames, joinFrames, wantedRanges } from './wanted.ts'

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
 * Leaves out streams that join while as many streams as allowed are present, until one of those leaves; waiting streams
 * are admitted in the order in which they joined. A stream that returns counts as joining again. A stream is present
 * while any of its recordings has video or audio that is wanted. An update may change how many are allowed: if there
 * are too many, those admitted last have to wait again.
 * @param streams in seat order, which decides between streams that join in the same frame
 * @returns the remaining streams with what remains of their clips; one warning for each stream that had to wait
 */
export function withinMaximum(
  streams: readonly PlacedStream[],
  job: Pick<Job, 'stretches' | 'media' | 'canvas'>,
): { streams: readonly PlacedStream[]; warnings: readonly Warning[] } {
  const { stretches } = job
  const { fps } = job.canvas
  const least = Math.min(...stretches.map(({ settings }) => settings.subscription.maxStreams))
  if (streams.length <= least) return { streams, warnings: [] }
  const stays = streams
    .flatMap((stream) => staysOf(stream, job))
    .toSorted((a, b) => a.startFrame - b.startFrame)
  const waits = waitsOf(stays, stretches)
  const byClip = groupBy(
    waits.flatMap((wait) => wait.stay.clips.map((clip) => ({ clip, wait }))),
    ({ clip }) => clip,
  )
  return {
    streams: streams.flatMap(({ streamId, clips }) => {
      const left = clips.flatMap((clip) => {
        const own = (byClip.get(clip) ?? []).map(({ wait }) => wait)
        return stretches.length === 1 ? (withoutFirstWait(clip, own[0], fps) ?? []) : [withWaits(clip, own)]
      })
      return left.length > 0 ? [{ streamId, clips: left }] : []
    }),
    warnings: warningsOf(waits, fps),
  }
}

/** A range of frames in which a stream waits. */
interface Wait extends FrameRange {
  readonly stay: Stay
  readonly maximum: number
}

/**
 * When streams wait, by the start of their stays.
 * @param stays in the order in which streams join
 */
function waitsOf(stays: readonly Stay[], stretches: Job['stretches']): readonly Wait[] {
  const frames = new Set(stays.flatMap(({ startFrame, endFrame }) => [startFrame, endFrame]))
  for (const { fromFrame } of stretches.slice(1)) frames.add(fromFrame)
  const leaving = groupBy([...stays.keys()], (i) => stays[i]?.endFrame ?? 0)
  const sinceFrame = new Map<number, number>()
  const waits: (Wait & { readonly number: number })[] = []
  /** Numbers of stays: those admitted, the latest last, and those that wait, in the order in which they joined. */
  const admitted: number[] = []
  const waiting: number[] = []
  let joined = 0
  let stretch = 0
  let maximum = stretches[0].settings.subscription.maxStreams
  const endWait = (number: number, endFrame: number) => {
    const [stay, startFrame] = [stays[number], sinceFrame.get(number)]
    if (stay && startFrame !== undefined && endFrame > startFrame)
      waits.push({ number, stay, startFrame, endFrame, maximum })
    sinceFrame.delete(number)
  }
  for (const frame of [...frames].sort((a, b) => a - b)) {
    for (const number of leaving.get(frame) ?? []) {
      if (sinceFrame.has(number)) endWait(number, frame)
      else admitted.splice(admitted.indexOf(number), 1)
    }
    for (; (stays[joined]?.startFrame ?? Infinity) <= frame; joined++) {
      waiting.push(joined)
      sinceFrame.set(joined, frame)
    }
    for (let next = stretches[stretch + 1]; next && next.fromFrame <= frame; next = stretches[stretch + 1]) {
      maximum = next.settings.subscription.maxStreams
      stretch++
    }
    for (const number of admitted.splice(maximum)) {
      sinceFrame.set(number, frame)
      waiting.splice(
        firstWhere(waiting, (other) => other > number),
        0,
        number,
      )
    }
    while (admitted.length < maximum && waiting.length > 0) {
      const number = waiting.shift() as number
      // Those that left while they waited are no longer there.
      if (!sinceFrame.has(number)) continue
      endWait(number, frame)
      admitted.push(number)
    }
  }
  return waits.sort((a, b) => a.number - b.number || a.startFrame - b.startFrame)
}

function warningsOf(waits: readonly Wait[], fps: number): readonly Warning[] {
  const shown = waits
    .map(({ stay, startFrame, endFrame, maximum }) => ({
      streamId: stay.streamId,
      startMs: msOfFrame(startFrame, fps),
      endMs: msOfFrame(endFrame, fps),
      maximum,
    }))
    // Before the output begins, a wait has no effect.
    .filter(({ endMs }) => endMs > 0)
  return [...groupBy(shown, (wait) => wait.streamId)].map(([streamId, [first, ...others]]) => ({
    code: 'streamBeyondMaximum',
    params: {
      streamId,
      maximum: first?.maximum ?? 0,
      others: others.length,
      fromSeconds: inTenths(Math.max(0, first?.startMs ?? 0)),
      toSeconds: inTenths(first?.endMs ?? 0),
    },
  }))
}

/** A stream's stays. Clips with no frame between them form one. */
function staysOf({ streamId, clips }: PlacedStream, job: Parameters<typeof withinMaximum>[1]): Stay[] {
  const wanted = wantedRanges(job, streamId)
  const spans = clips
    .flatMap((clip) => {
      // Sound may change between frames; stays are counted in frames.
      const sound = wanted.audio.map(({ startFrame, endFrame }) => ({
        startFrame: Math.round(startFrame),
        endFrame: Math.round(endFrame),
      }))
      const media = [...(clip.video ? wanted.video : []), ...(clip.audio ? sound : [])]
      const taken = joinFrames(media.sort((a, b) => a.startFrame - b.startFrame))
      return commonFrames([framesOf(clip, job.canvas.fps)], taken).map((range) => ({ clip, ...range }))
    })
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

/** The part of a clip after a wait from its stay's start; undefined if it waits to the end. */
function withoutFirstWait(
  clip: PlacedRecording,
  wait: Wait | undefined,
  fps: number,
): PlacedRecording | undefined {
  if (!wait) return clip
  return from(clip, wait.endFrame < wait.stay.endFrame ? msOfFrame(wait.endFrame, fps) : Infinity)
}

/** Media may begin or end up to a frame outside the stay. */
function withWaits(clip: PlacedRecording, waits: readonly Wait[]): PlacedRecording {
  if (waits.length === 0) return clip
  return {
    ...clip,
    waits: waits.map(({ startFrame, endFrame, stay }) => ({
      startFrame: startFrame === stay.startFrame ? startFrame - 1 : startFrame,
      endFrame: endFrame === stay.endFrame ? endFrame + 1 : endFrame,
    })),
  }
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
  return { streamId, recording, offsetMs, video, audio }
}

function inTenths(ms: number): number {
  return Math.round(ms / 100) / 10
}
