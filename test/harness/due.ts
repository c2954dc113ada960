/** What is due when: the recordings of one stream, one after the other, in output time and on the frame grid. */
import { TICKS } from './marks.ts'
import type { Box } from './picture.ts'
import { type TrueClip, type TrueFrame, type TrueLook, offsetOf } from './truth.ts'

/** Timestamps in whole ms are off by up to half of one. */
const STAMP_MS = 0.6
/** A flash and what is due are the same one when they are no further apart, in ms. */
const SAME_FLASH_MS = 500

/** A frame with its output time. */
export interface DueFrame extends TrueFrame {
  readonly outMs: number
  /** Output time at which the picture of its recording ends. */
  readonly clipEndMs: number
}

/** All of one stream. */
export interface Stream {
  readonly streamId: string
  readonly clips: readonly TrueClip[]
  readonly look: TrueLook
  /** Ascending by output time; a later recording takes over from an earlier one. */
  readonly frames: readonly DueFrame[]
  readonly byTick: ReadonlyMap<number, readonly number[]>
}

/** Something that is due at a moment of output time, and how late it came. */
export interface StreamEvent {
  readonly atMs: number
  readonly errorMs: number
}

/** Gathers the recordings of each stream. */
export function streamsOf(clips: readonly TrueClip[]): Stream[] {
  const ids = [...new Set(clips.map((clip) => clip.streamId))]
  return ids.flatMap((streamId) => {
    const own = clips.filter((clip) => clip.streamId === streamId).toSorted((a, b) => a.startMs - b.startMs)
    const look = own[0]?.truth.look
    if (!look) return []
    const frames = own
      .map((clip) => {
        const offsetMs = offsetOf(clip)
        const { frames: list = [], endMs = 0 } = clip.truth.video ?? {}
        return list.map((one) => ({ ...one, outMs: one.fileMs + offsetMs, clipEndMs: endMs + offsetMs }))
      })
      .reduce<DueFrame[]>(
        (before, next) => [...before.filter((one) => one.outMs < (next[0]?.outMs ?? Infinity)), ...next],
        [],
      )
    const byTick = new Map<number, number[]>()
    frames.forEach(({ tick }, i) => {
      if (tick !== undefined) byTick.set(tick, [...(byTick.get(tick) ?? []), i])
    })
    return [{ streamId, clips: own, look, frames, byTick }]
  })
}

function gridFrame(ms: number, fps: number): number {
  return Math.round((ms * fps) / 1000)
}

/** Index of the latest of a stream's frames at an output frame, -1 before the first. */
export function dueIndex({ frames }: Stream, frame: number, fps: number): number {
  let [low, high] = [-1, frames.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (gridFrame(frames[middle]?.outMs ?? 0, fps) <= frame) low = middle
    else high = middle - 1
  }
  return low
}

/**
 * How many output frames late a shown frame is; negative is early, 0 is the due one.
 * @returns undefined when the stream has no frame with this count
 */
export function matchFrame(options: {
  stream: Stream
  tick: number
  frame: number
  fps: number
}): number | undefined {
  const { stream, tick, frame, fps } = options
  const { frames, byTick } = stream
  const errors = (byTick.get(tick % TICKS) ?? []).map((i) => {
    const next = frames[i + 1]
    const start = gridFrame((frames[i]?.outMs ?? 0) - STAMP_MS, fps)
    const end = next ? Math.max(start + 1, gridFrame(next.outMs + STAMP_MS, fps)) : Infinity
    return frame < start ? frame - start : frame >= end ? frame - end + 1 : 0
  })
  if (errors.length === 0) return undefined
  return errors.reduce((best, error) => (Math.abs(error) < Math.abs(best) ? error : best))
}

/** Where a stream's picture may lie in its region: as the due frame has it, then as its other frames have it. */
export function boxesOf(options: {
  stream: Stream
  due: TrueFrame
  region: Box
  fit: 'stretch' | 'cover' | 'contain'
}): Box[] {
  const { stream, due, region, fit } = options
  const sizes = new Map([due, ...stream.frames].map((one) => [`${one.width}x${one.height}`, one]))
  return [...sizes.values()].map((size) => {
    if (fit === 'stretch') return region
    const across = region.width / size.width
    const down = region.height / size.height
    const factor = fit === 'contain' ? Math.min(across, down) : Math.max(across, down)
    const [width, height] = [size.width * factor, size.height * factor]
    return {
      x: region.x + (region.width - width) / 2,
      y: region.y + (region.height - height) / 2,
      width,
      height,
    }
  })
}

/**
 * Compares when flashes start with when they are due. Only those are judged whose surroundings were read.
 * @param flashing whether the tile flashes, for every output frame that could be read
 */
export function flashEvents(
  stream: Stream,
  flashing: ReadonlyMap<number, boolean>,
  fps: number,
): { events: StreamEvent[]; missed: number } {
  const starts = [...flashing.keys()].filter(
    (frame) => flashing.get(frame) === true && flashing.get(frame - 1) === false,
  )
  const { frames } = stream
  let missed = 0
  const events = frames.flatMap(({ flashes, tick, outMs }, i) => {
    const before = frames[i - 1]
    if (!flashes || tick === undefined || before?.tick === undefined || before.flashes) return []
    const [earliest, latest] = [gridFrame(outMs - STAMP_MS, fps), gridFrame(outMs + STAMP_MS, fps)]
    // The next frame may be due at the same output frame: then it is the one that is seen.
    const isSeen = frames[dueIndex(stream, latest, fps)]?.flashes
    if (!isSeen || flashing.get(earliest - 1) === undefined || flashing.get(latest) === undefined) return []
    const found = starts.reduce(
      (best, one) => (Math.abs(one - latest) < Math.abs(best - latest) ? one : best),
      Infinity,
    )
    const lateFrames = found < earliest ? found - earliest : Math.max(0, found - latest)
    const errorMs = (lateFrames * 1000) / fps
    if (Math.abs(errorMs) <= SAME_FLASH_MS) return [{ atMs: outMs, errorMs }]
    missed++
    return []
  })
  return { events, missed }
}
