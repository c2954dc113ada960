/**
 * Divides the work of a chunk among several ffmpegs, where one would leave cores idle: before version 7, it decodes and
 * composes in a single thread, which the encoder waits for in large rooms. Pure.
 */
import { overlap } from '../model/rect.ts'
import { msOfFrame } from '../model/time.ts'
import type { Clip, Shot } from '../model/timeline.ts'
import type { ChunkRules } from './budget.ts'
import { type ChunkWork, totalWork } from './cut-costs.ts'
import { type Use, decodeCost, keyframeFor, usesOf } from './uses.ts'

/** Measured: scaling and composing take half as long again as decoding. */
const COMPOSE_COST = 1.5
/** Below this, in decoded pixels, starting another ffmpeg costs more than it gives: about 5 s of CPU time. */
const LEAST_WORK = 1.5e9
/** More have not been measured. */
const MOST_PROCESSES = 4

/**
 * How many ffmpegs make a chunk: unless a number is asked for, as few as compose its pictures as fast as all cores
 * together make the chunk. Where one does, another would only cost the CPU time of passing pictures on.
 * @param options.cores that the chunk has to itself
 */
export function processesFor(
  work: ChunkWork,
  options: { cores: number; isThreaded: boolean; asked: ChunkRules['processes'] },
): number {
  const { cores, isThreaded, asked } = options
  if (asked !== 'auto') return asked
  if (isThreaded || cores < 2 || totalWork(work) < LEAST_WORK) return 1
  const compose = work.decode * COMPOSE_COST
  const perCore = (work.encode + compose) / cores
  return Math.max(1, Math.min(Math.ceil(compose / perCore), Math.floor(cores), MOST_PROCESSES))
}

/** What encoding takes of the time of its ffmpeg. Its threads use what the other ffmpegs leave of the cores. */
function encoderLoad({ encode }: ChunkWork, cores: number): number {
  return (encode * 2) / cores
}

/**
 * The clips that each ffmpeg of a chunk composes, in the order in which pictures pass through them; the last one also
 * encodes.
 * @param options.shots of one chunk
 * @param options.cores that the chunk has to itself
 */
export function divideClips(options: {
  shots: readonly Shot[]
  work: ChunkWork
  cores: number
  processes: number
  fps: number
}): readonly ReadonlySet<Clip>[] {
  const { shots, work, cores, processes, fps } = options
  const uses = usesOf(shots)
  const all = new Set(uses.map(({ clip }) => clip))
  if (processes < 2 || all.size === 0) return [all]
  // Pictures pass through all ffmpegs in one order, but of two clips that overlap, either may be above the other.
  if (shots.some(hasOverlap)) return [all, new Set()]
  const shares = Array.from({ length: processes }, (_, i) => ({
    clips: new Set<Clip>(),
    cost: i === processes - 1 ? encoderLoad(work, cores) : 0,
  }))
  const costs = uses.map((use) => ({ clip: use.clip, cost: COMPOSE_COST * costOf(use, fps) }))
  for (const { clip, cost } of costs.toSorted((a, b) => b.cost - a.cost)) {
    const least = shares.reduce((best, one) => (one.cost < best.cost ? one : best))
    least.clips.add(clip)
    least.cost += cost
  }
  return shares.map(({ clips }) => clips)
}

/** What decoding a clip takes from the keyframe before it is seen first. */
function costOf({ clip, ranges }: Use, fps: number): number {
  const fromMs = keyframeFor(clip, ranges[0]?.startFrame ?? 0, fps)
  return decodeCost(clip, fromMs, msOfFrame(ranges.at(-1)?.endFrame ?? 0, fps) - clip.offsetMs)
}

function hasOverlap({ tiles }: Shot): boolean {
  return tiles.some(({ placement }, i) =>
    tiles.slice(i + 1).some((other) => overlap(placement, other.placement)),
  )
}
