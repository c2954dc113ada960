/**
 * Cuts the picture into chunks that are rendered by themselves. A cut costs what has to be decoded again behind it,
 * from the last keyframe of each clip that goes on; it buys a graph that is small, cores that are busy, and work
 * that is not lost when a job is ended half way.
 *
 * Cuts are chosen from the left, each by what lies within a window of it: what comes later does not move them.
 */
import type { Canvas } from '../model/job.ts'
import { countUpTo } from '../model/search.ts'
import { msOfFrame } from '../model/time.ts'
import type { Shot } from '../model/timeline.ts'
import { type Use, decodeCost, keyframeFor, usesOf } from './uses.ts'

export interface ChunkRules {
  /** A graph keeps buffers for each of its shots. */
  readonly shotsPerGraph: number
  /** Each is a decoder, and a file that is open. */
  readonly filesPerGraph: number
  /** How many chunks are rendered at once. */
  readonly atOnce: number
}

/** What encoding a pixel costs, in pixels that are decoded: 24 ns against 7 ns, measured with x264 veryfast. */
const ENCODE_COST = 3.4
/** Work that a cut may cost, as a share of the chunk it ends: where nothing but time to resume is won, and at most. */
const CHEAP = 0.03
const MOST = 0.15
/** Where nothing else asks for a cut, chunks get about this long. */
const SHORTEST_SECONDS = 120
const LONGEST_SECONDS = 300
/** Chunks that are to keep cores busy get no shorter than this. */
const LEAST_SECONDS = 20

/** @returns rows of shots that follow one another; a shot in which a cut falls is in both */
export function cutChunks(options: {
  shots: readonly Shot[]
  canvas: Canvas
  rules: ChunkRules
}): readonly (readonly Shot[])[] {
  const { shots, canvas, rules } = options
  const cutter = makeCutter(options)
  const chunks: (readonly Shot[])[] = []
  const endFrame = shots.at(-1)?.endFrame ?? 0
  const lengths = chunkLengths({ frames: endFrame - (shots[0]?.startFrame ?? 0), fps: canvas.fps, rules })
  let startFrame = shots[0]?.startFrame ?? 0
  while (startFrame < endFrame) {
    const cut = cutter.next(startFrame, lengths)
    chunks.push(shotsWithin(shots, startFrame, cut))
    startFrame = cut
  }
  return chunks
}

interface Lengths {
  readonly shortest: number
  readonly longest: number
  /** Share of its work that a cut may cost without anything asking for it. */
  readonly allowed: number
}

/** How long chunks are to be, in frames. With cores for several at once, short rooms get shorter ones. */
function chunkLengths(options: { frames: number; fps: number; rules: ChunkRules }): Lengths {
  const { frames, fps, rules } = options
  if (rules.atOnce === 1) {
    return { shortest: SHORTEST_SECONDS * fps, longest: LONGEST_SECONDS * fps, allowed: CHEAP }
  }
  const share = Math.ceil(frames / rules.atOnce)
  const longest = Math.min(LONGEST_SECONDS * fps, Math.max(LEAST_SECONDS * fps, Math.ceil(share * 1.15)))
  return { shortest: Math.round(longest * 0.7), longest, allowed: MOST }
}

interface Candidate {
  readonly frame: number
  /** What the cut costs, as a share of the work before it. */
  readonly share: number
}

function makeCutter(options: { shots: readonly Shot[]; canvas: Canvas; rules: ChunkRules }) {
  const { shots, canvas, rules } = options
  const { fps } = canvas
  const uses = usesOf(shots)
  const endFrame = shots.at(-1)?.endFrame ?? 0
  const canvasWork = canvas.width * canvas.height * ENCODE_COST

  const decodedBefore = decodeWork(uses, endFrame, fps)

  /** Frames of a stretch at which a cut may be good: layout changes, whole seconds, in each second a keyframe. */
  const places = (from: number, to: number): number[] => {
    const frames = new Set<number>()
    for (const { startFrame } of shots) if (startFrame >= from && startFrame <= to) frames.add(startFrame)
    for (let frame = Math.ceil(from / fps) * fps; frame <= to; frame += fps) frames.add(frame)
    const keyframes = new Map<number, number>()
    for (const { clip } of activeIn(uses, from, to)) {
      const { keyframesMs } = clip.recording.probe.video ?? { keyframesMs: [] }
      const first = countUpTo(keyframesMs, msOfFrame(from, fps) - clip.offsetMs)
      for (let i = first; i < keyframesMs.length; i++) {
        const frame = Math.ceil((((keyframesMs[i] ?? 0) + clip.offsetMs) * fps) / 1000)
        if (frame > to) break
        keyframes.set(Math.floor(frame / fps), frame)
      }
    }
    for (const frame of keyframes.values()) frames.add(frame)
    return [...frames].toSorted((a, b) => a - b)
  }

  /** What is decoded twice when a chunk that began at `start` ends at `frame`. */
  const costOf = (active: readonly Use[], frame: number): number => {
    let cost = 0
    for (const { clip, ranges } of active) {
      const next = ranges.find((range) => range.endFrame > frame)
      if (!next || (ranges[0]?.startFrame ?? 0) >= frame) continue
      const keyMs = keyframeFor(clip, Math.max(frame, next.startFrame), fps)
      const cutMs = msOfFrame(frame, fps) - clip.offsetMs
      if (keyMs < cutMs) cost += decodeCost(clip, keyMs, cutMs)
    }
    return cost
  }

  const workOf = (start: number, frame: number): number =>
    (frame - start) * canvasWork + decodedBefore(frame) - decodedBefore(start)

  /** Judges several places for the end of a chunk. */
  const judge = (start: number, frames: readonly number[]): Candidate[] => {
    const active = activeIn(uses, start, frames.at(-1) ?? start)
    return frames.map((frame) => ({
      frame,
      share: costOf(active, frame) / Math.max(1, workOf(start, frame)),
    }))
  }

  /** The frame at which the graph that begins at `start` has as many shots and files as it may. */
  const fullAt = (start: number): number => {
    const files = new Set<number>()
    let count = 0
    for (const shot of shots) {
      if (shot.endFrame <= start) continue
      for (const { clip } of shot.tiles) files.add(clip.id)
      const isFull = ++count > rules.shotsPerGraph || files.size > rules.filesPerGraph
      if (isFull && shot.startFrame > start) return shot.startFrame
    }
    return endFrame
  }

  /** The first place from `from` on at which a cut costs no more than `allowed`; the end where there is none. */
  const firstCheap = (start: number, from: number, allowed: number): number =>
    judge(start, places(from, endFrame - 1)).find(({ share }) => share <= allowed)?.frame ?? endFrame

  return {
    next(start: number, { shortest, longest, allowed }: Lengths): number {
      const full = fullAt(start)
      if (endFrame - start <= longest && full === endFrame) return endFrame
      // The rest behind a cut is to be a chunk of its own as well.
      const lastFrame = Math.min(start + longest, full, endFrame - Math.round(shortest / 2))
      const good = best(judge(start, places(start + shortest, lastFrame)))
      if (good && good.share <= allowed) return good.frame
      if (full === endFrame) return firstCheap(start, Math.max(start + longest, lastFrame + 1), allowed)
      const must = best(judge(start, places(start + Math.ceil((full - start) / 2), full)))
      if (must && must.share <= MOST) return must.frame
      return firstCheap(start, full + 1, MOST)
    },
  }
}

/** What decoding everything that is seen before a frame costs; between whole seconds by interpolation. */
function decodeWork(uses: readonly Use[], endFrame: number, fps: number): (frame: number) => number {
  const perSecond = new Float64Array(Math.ceil(endFrame / fps) + 1)
  for (const { clip, ranges } of uses) {
    for (const { startFrame, endFrame: end } of ranges) {
      for (let from = startFrame; from < end;) {
        const second = Math.floor(from / fps)
        const to = Math.min(end, (second + 1) * fps)
        const ms = (frame: number) => msOfFrame(frame, fps) - clip.offsetMs
        perSecond[second] = (perSecond[second] ?? 0) + decodeCost(clip, ms(from), ms(to))
        from = to
      }
    }
  }
  const before = new Float64Array(perSecond.length + 1)
  perSecond.forEach((cost, second) => (before[second + 1] = (before[second] ?? 0) + cost))
  return (frame) => {
    const second = Math.floor(frame / fps)
    return (before[second] ?? 0) + ((perSecond[second] ?? 0) * (frame - second * fps)) / fps
  }
}

/** The cheapest; of equal ones the last, so that there are fewer. */
function best(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates.reduce<Candidate | undefined>(
    (least, one) => (least && least.share < one.share ? least : one),
    undefined,
  )
}

function activeIn(uses: readonly Use[], from: number, to: number): readonly Use[] {
  return uses.filter(({ ranges }) => {
    const [first, last] = [ranges[0], ranges.at(-1)]
    return first && last && first.startFrame < to && last.endFrame > from
  })
}

/** The shots of a stretch; those at its ends are cut off there. */
function shotsWithin(shots: readonly Shot[], startFrame: number, endFrame: number): Shot[] {
  return shots
    .filter((shot) => shot.endFrame > startFrame && shot.startFrame < endFrame)
    .map((shot) => ({
      ...shot,
      startFrame: Math.max(shot.startFrame, startFrame),
      endFrame: Math.min(shot.endFrame, endFrame),
    }))
}
