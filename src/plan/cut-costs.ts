/** Where the video may be cut into chunks, and what the chunks then cost. Pure. Costs are in decoded pixels. */
import type { Canvas } from '../model/job.ts'
import { countUpTo, firstWhere } from '../model/search.ts'
import { msOfFrame } from '../model/time.ts'
import type { Clip, FrameRange, Shot } from '../model/timeline.ts'
import { type Use, decodeCost, decodeWork, keyframeFor, usesOf } from './uses.ts'

/** Cost of encoding a pixel, in decoded pixels: 9 ns at `balanced`, compared to 3 ns for VP8 and 1 ns for H.264. */
const ENCODE_COST = 4.5
/** Clips are indexed by stretches of this length. */
const BLOCK_SECONDS = 60

/** What a chunk costs. */
export interface ChunkWork {
  readonly encode: number
  /** From the last keyframes before the chunk's first frame. */
  readonly decode: number
}

export function totalWork({ encode, decode }: ChunkWork): number {
  return encode + decode
}

export interface CutCosts {
  readonly fps: number
  readonly endFrame: number
  /** Frames in a range where a cut may be: layout changes, whole seconds, and one keyframe per second. */
  readonly places: (from: number, to: number) => readonly number[]
  /** What a chunk that begins and ends with these frames costs. */
  readonly chunk: (startFrame: number, endFrame: number) => ChunkWork
  /** The part of its decoding that only leads to pictures that are seen. */
  readonly lead: (startFrame: number, endFrame: number) => number
  /** What a cut costs, as a share of the work of the chunk that ends there. */
  readonly cut: (startFrame: number, frame: number) => number
}

export function cutCosts({ shots, canvas }: { shots: readonly Shot[]; canvas: Canvas }): CutCosts {
  const { fps } = canvas
  const uses = usesOf(shots)
  const endFrame = shots.at(-1)?.endFrame ?? 0
  const canvasWork = canvas.width * canvas.height * ENCODE_COST
  const decodedBefore = decodeWork(uses, endFrame, fps)
  const activeIn = indexOf(uses, { endFrame, blockFrames: BLOCK_SECONDS * fps })
  const newLead = inOrder(uses.flatMap(({ clip, ranges: [first] }) => (first ? leadOf(clip, first, 0) : [])))
  const heldLeads = new Map<number, Leads>()

  /** What the clips that were seen before a cut, and are seen again, cost a chunk that begins there. */
  const heldLead = (start: number): Leads => {
    const known = heldLeads.get(start)
    if (known) return known
    const lead = inOrder(
      activeIn(start, start).flatMap(({ clip, ranges }) => {
        const range = ranges[firstWhere(ranges, (one) => one.endFrame > start)]
        return range ? leadOf(clip, range, start) : []
      }),
    )
    heldLeads.set(start, lead)
    return lead
  }

  function leadOf(clip: Clip, range: FrameRange, start: number): Lead {
    const frame = Math.max(start, range.startFrame)
    const untilMs = msOfFrame(frame, fps) - clip.offsetMs
    return { frame, cost: decodeCost(clip, keyframeFor(clip, frame, fps), untilMs) }
  }

  const seen = (start: number, frame: number) => ({
    encode: (frame - start) * canvasWork,
    decode: decodedBefore(frame) - decodedBefore(start),
  })

  const lead = (start: number, frame: number) =>
    costBefore(newLead, frame) - costBefore(newLead, start) + costBefore(heldLead(start), frame)

  return {
    fps,
    endFrame,
    lead,
    places: (from, to) => placesIn({ shots, uses: activeIn(from, to), fps, from, to }),
    chunk(start, frame) {
      const { encode, decode } = seen(start, frame)
      return { encode, decode: decode + lead(start, frame) }
    },
    cut(start, frame) {
      const { encode, decode } = seen(start, frame)
      return costOfCut(activeIn(frame, frame), { start, frame, fps }) / Math.max(1, encode + decode)
    },
  }
}

/** What is decoded of a clip before it is seen, from the keyframe before that frame. */
interface Lead {
  readonly frame: number
  readonly cost: number
}

/** Of several clips, by the frame at which each is seen. */
interface Leads {
  readonly frames: readonly number[]
  /** Cumulative. */
  readonly costs: readonly number[]
}

function inOrder(leads: readonly Lead[]): Leads {
  const ordered = leads.toSorted((a, b) => a.frame - b.frame)
  let sum = 0
  return { frames: ordered.map(({ frame }) => frame), costs: ordered.map(({ cost }) => (sum += cost)) }
}

function costBefore({ frames, costs }: Leads, frame: number): number {
  return costs[countUpTo(frames, frame - 1) - 1] ?? 0
}

/** Work of a chunk from `start` to `frame` that what follows has to do again. */
function costOfCut(uses: readonly Use[], at: { start: number; frame: number; fps: number }): number {
  const { start, frame, fps } = at
  let cost = 0
  for (const { clip, ranges } of uses) {
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

function placesIn(options: {
  shots: readonly Shot[]
  uses: readonly Use[]
  fps: number
  from: number
  to: number
}): number[] {
  const { shots, uses, fps, from, to } = options
  const frames = new Set<number>()
  for (let i = firstWhere(shots, ({ startFrame }) => startFrame >= from); i < shots.length; i++) {
    const { startFrame } = shots[i] as Shot
    if (startFrame > to) break
    frames.add(startFrame)
  }
  for (let frame = Math.ceil(from / fps) * fps; frame <= to; frame += fps) frames.add(frame)
  const keyframes = new Map<number, number>()
  for (const { clip } of uses) {
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

/**
 * Finds the clips that a cut in a range may affect: seen both before its end and after its start. Clips are listed for
 * each block of frames, so that a room of many short ones is not searched as a whole for each cut.
 */
function indexOf(
  uses: readonly Use[],
  { endFrame, blockFrames }: { endFrame: number; blockFrames: number },
): (from: number, to: number) => readonly Use[] {
  const blockOf = (frame: number) => Math.floor(frame / blockFrames)
  const blocks: Use[][] = Array.from({ length: blockOf(endFrame) + 1 }, () => [])
  for (const use of uses) {
    const [first, last] = [use.ranges[0], use.ranges.at(-1)]
    if (!first || !last) continue
    for (let block = blockOf(first.startFrame); block <= blockOf(last.endFrame); block++)
      blocks[block]?.push(use)
  }
  const isActive = ({ ranges }: Use, from: number, to: number) =>
    (ranges[0]?.startFrame ?? Infinity) < to && (ranges.at(-1)?.endFrame ?? 0) > from
  return (from, to) => {
    const found = blocks.slice(blockOf(from), blockOf(to) + 1)
    const candidates = found.length === 1 ? (found[0] ?? []) : new Set(found.flat())
    return [...candidates].filter((use) => isActive(use, from, to))
  }
}
