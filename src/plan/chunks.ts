/**
 * Cuts the video into chunks that are rendered independently. A cut costs decoding again from the last keyframe of each
 * clip that continues across it. In return the graph is small, cores are busy, and finished chunks survive when a job
 * is stopped midway.
 *
 * Cuts are chosen from the start, each from a window ahead of it, so that later content does not move them.
 */
import type { Canvas } from '../model/job.ts'
import { countUpTo, firstWhere } from '../model/search.ts'
import type { Stepwise } from '../model/stepwise.ts'
import { msOfFrame } from '../model/time.ts'
import type { Shot } from '../model/timeline.ts'
import { type Use, decodeCost, decodeWork, keyframeFor, usesOf } from './uses.ts'

export interface ChunkRules {
  /** A graph keeps buffers for each of its shots. */
  readonly shotsPerGraph: number
  /** Each file needs a decoder and a file descriptor. */
  readonly filesPerGraph: number
  /** How many chunks are rendered at once. */
  readonly atOnce: number
}

/** Cost of encoding a pixel, in decoded pixels: 9 ns at `balanced`, compared to 3 ns for VP8 and 1 ns for H.264. */
const ENCODE_COST = 4.5
/** Work that a cut may cost, as a share of the chunk it ends: where its only benefit is resuming, and at most. */
const CHEAP = 0.03
const MOST = 0.15
/** Target length of chunks where nothing else requires a cut. */
const SHORTEST_SECONDS = 120
const LONGEST_SECONDS = 300
/** Minimum length of the last chunk as a share of the longest; larger where it has to keep a core busy. */
const LEAST_REST = 1 / 5
const SHORTEST_EVEN = 0.7
/** Content further than this after a chunk's end does not affect where it is cut. */
export const LOOK_AHEAD_SECONDS = LONGEST_SECONDS
/** Chunks made only to keep cores busy are at least this long. */
const LEAST_SECONDS = 20
/** Penalty for a chunk twice as long as those that run in parallel with it, as a share of its work. */
const UNEVEN = 0.6

/** @returns runs of consecutive shots; a shot that is cut is in both */
export function* cutChunks(options: {
  shots: readonly Shot[]
  canvas: Canvas
  rules: ChunkRules
}): Stepwise<readonly (readonly Shot[])[]> {
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
    yield
  }
  return chunks
}

/** Target lengths of chunks, in frames. */
interface Lengths {
  readonly shortest: number
  readonly longest: number
  readonly leastRest: number
  /** Share of its work that a cut may cost where nothing requires it. */
  readonly allowed: number
  readonly wish: Wish
}

/** Ranks the cuts: the cheapest wins; among equals, the one that brings the chunk closest to `length`. */
interface Wish {
  readonly length: number
  /** Cost of a chunk that is off by the whole length, as a share of its work. */
  readonly uneven: number
}

/** Where several chunks run at once, a short room is cut into that many chunks of about equal length. */
function chunkLengths(options: { frames: number; fps: number; rules: ChunkRules }): Lengths {
  const { frames, fps, rules } = options
  const most = LONGEST_SECONDS * fps
  if (rules.atOnce === 1) {
    return {
      shortest: SHORTEST_SECONDS * fps,
      longest: most,
      leastRest: Math.round(most * LEAST_REST),
      allowed: CHEAP,
      wish: { length: most, uneven: 0 },
    }
  }
  const even = Math.min(most, Math.max(LEAST_SECONDS * fps, Math.ceil(frames / rules.atOnce)))
  const longest = Math.min(most, Math.ceil(even * 1.15))
  const isShort = even < most
  return {
    shortest: Math.round(longest * SHORTEST_EVEN),
    longest,
    leastRest: Math.round(longest * (isShort ? SHORTEST_EVEN : LEAST_REST)),
    allowed: MOST,
    wish: { length: even, uneven: isShort ? UNEVEN : 0 },
  }
}

interface Candidate {
  readonly frame: number
  /** Cost of the cut, as a share of the work before it. */
  readonly share: number
}

function makeCutter(options: { shots: readonly Shot[]; canvas: Canvas; rules: ChunkRules }) {
  const { shots, canvas, rules } = options
  const { fps } = canvas
  const uses = usesOf(shots)
  const endFrame = shots.at(-1)?.endFrame ?? 0
  const canvasWork = canvas.width * canvas.height * ENCODE_COST
  const decodedBefore = decodeWork(uses, endFrame, fps)

  /** Candidate frames in a range: layout changes, whole seconds, and one keyframe per second. */
  const places = (active: readonly Use[], from: number, to: number): number[] => {
    const frames = new Set<number>()
    for (let i = firstWhere(shots, ({ startFrame }) => startFrame >= from); i < shots.length; i++) {
      const { startFrame } = shots[i] as Shot
      if (startFrame > to) break
      frames.add(startFrame)
    }
    for (let frame = Math.ceil(from / fps) * fps; frame <= to; frame += fps) frames.add(frame)
    const keyframes = new Map<number, number>()
    for (const { clip } of active) {
      const { keyframesMs } = clip.recording.probe.video ?? { keyframesMs: [] }
      const first = countUpTo(keyframesMs, msOfFrame(from, fps) - clip.offsetMs)
      for (let i = first; i < keyframesMs.length; i++) {
        const frame = Math.ceil((((keyframesMs[i] ?? 0) + clip.offsetMs) * fps) / 1000)
        if (frame > to) break
        const second = Math.floor(frame / fps)
        keyframes.set(second, Math.max(frame, keyframes.get(second) ?? 0))
      }
    }
    for (const frame of keyframes.values()) frames.add(frame)
    return [...frames].toSorted((a, b) => a - b)
  }

  /** Work that is decoded twice when a chunk from `start` ends at `frame`. */
  const costOf = (active: readonly Use[], start: number, frame: number): number => {
    let cost = 0
    for (const { clip, ranges } of active) {
      const i = firstWhere(ranges, (range) => range.endFrame > frame)
      const next = ranges[i]
      if (!next) continue
      const seenUntil = next.startFrame < frame ? frame : (ranges[i - 1]?.endFrame ?? start)
      if (seenUntil <= start) continue
      const keyMs = keyframeFor(clip, Math.max(frame, next.startFrame), fps)
      const untilMs = msOfFrame(seenUntil, fps) - clip.offsetMs
      if (keyMs < untilMs) cost += decodeCost(clip, keyMs, untilMs)
    }
    return cost
  }

  const workOf = (start: number, frame: number): number =>
    (frame - start) * canvasWork + decodedBefore(frame) - decodedBefore(start)

  /** The candidates in a range, rated as ends of the chunk that starts at `start`. */
  const judged = (start: number, from: number, to: number): Candidate[] => {
    const active = activeIn(uses, from, to)
    return places(active, from, to).map((frame) => ({
      frame,
      share: costOf(active, start, frame) / Math.max(1, workOf(start, frame)),
    }))
  }

  /** The frame at which a graph that starts at `start` reaches its limit of shots or files. */
  const fullAt = (start: number): number => {
    const files = new Set<number>()
    let count = 0
    for (let i = firstWhere(shots, ({ endFrame }) => endFrame > start); i < shots.length; i++) {
      const shot = shots[i] as Shot
      for (const { clip } of shot.tiles) files.add(clip.id)
      const isFull = ++count > rules.shotsPerGraph || files.size > rules.filesPerGraph
      if (isFull && shot.startFrame > start) return shot.startFrame
    }
    return endFrame
  }

  /** The first candidate in a range whose cut costs at most `allowed`. */
  const firstCheap = (start: number, from: number, to: number, allowed: number): number | undefined => {
    const step = SHORTEST_SECONDS * fps
    for (let at = from; at <= to; at += step) {
      const found = judged(start, at, Math.min(to, at + step - 1)).find(({ share }) => share <= allowed)
      if (found) return found.frame
    }
    return undefined
  }

  return {
    next(start: number, { shortest, longest, leastRest, allowed, wish }: Lengths): number {
      const full = fullAt(start)
      if (endFrame - start <= longest && full === endFrame) return endFrame
      const last = Math.min(full, endFrame - leastRest)
      const soon = Math.min(start + longest, last)
      const good = best(judged(start, start + shortest, soon), start, allowed, wish)
      if (good) return good.frame
      const later = firstCheap(start, start + longest + 1, last, allowed)
      if (later !== undefined) return later
      if (full === endFrame) return endFrame
      const half = start + Math.ceil((full - start) / 2)
      const must = best(judged(start, half, full), start, MOST, { length: full - start, uneven: 0 })
      if (must) return must.frame
      return firstCheap(start, full + 1, endFrame - 1, MOST) ?? endFrame
    },
  }
}

/** @param allowed share of its work that a cut may cost */
function best(
  candidates: readonly Candidate[],
  start: number,
  allowed: number,
  { length, uneven }: Wish,
): Candidate | undefined {
  const off = ({ frame }: Candidate) => Math.abs(frame - start - length)
  const cost = (one: Candidate) => one.share + (uneven * off(one)) / length
  return candidates
    .filter(({ share }) => share <= allowed)
    .reduce<Candidate | undefined>(
      (least, one) => (least && (cost(least) - cost(one) || off(least) - off(one)) < 0 ? least : one),
      undefined,
    )
}

/** The clips that a cut in a range may affect: seen both before its end and after its start. */
function activeIn(uses: readonly Use[], from: number, to: number): readonly Use[] {
  return uses.filter(({ ranges }) => {
    const [first, last] = [ranges[0], ranges.at(-1)]
    return first && last && first.startFrame < to && last.endFrame > from
  })
}

/** The shots in a range, clipped to it. */
function shotsWithin(shots: readonly Shot[], startFrame: number, endFrame: number): Shot[] {
  const first = firstWhere(shots, (shot) => shot.endFrame > startFrame)
  const behind = firstWhere(shots, (shot) => shot.startFrame >= endFrame)
  return shots.slice(first, behind).map((shot) => ({
    ...shot,
    startFrame: Math.max(shot.startFrame, startFrame),
    endFrame: Math.min(shot.endFrame, endFrame),
  }))
}
