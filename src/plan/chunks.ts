/**
 * Cuts the video into chunks that are rendered independently. A cut costs decoding again from the last keyframe of each
 * clip that continues across it. In return the graph is small, cores are busy, and finished chunks survive when a job
 * is stopped midway.
 *
 * Cuts are chosen from the start, each from a window ahead of it, so that later content does not move them. Chunks are
 * rendered in rounds of as many as run at once; the last round, of a fleet the last few, is cut as a whole, into chunks
 * that end together.
 */
import { firstWhere } from '../model/search.ts'
import type { Stepwise } from '../model/stepwise.ts'
import type { Shot } from '../model/timeline.ts'
import { type ChunkRules, isFleet } from './budget.ts'
import type { ChunkWork, CutCosts } from './cut-costs.ts'
import { evenCuts } from './even-cuts.ts'

/** Work that a cut may cost, as a share of the chunk it ends, where its only benefit is resuming. */
const CHEAP = 0.03
/** Target length of chunks where nothing else requires a cut. */
const SHORTEST_SECONDS = 120
export const LONGEST_SECONDS = 300
/** Minimum length of the last chunk as a share of the longest. */
const LEAST_REST = 1 / 5
const SHORTEST = 0.7
/** So many last rounds of a fleet are cut as a whole; one machine has little to gain but work that it can start early. */
const FLEET_ROUNDS = 4

/** Content further than this after a chunk's end does not affect where it is cut. */
export function lookAheadSeconds(rules: Pick<ChunkRules, 'atOnce' | 'fleetAtOnce'>): number {
  return LONGEST_SECONDS * rules.fleetAtOnce * (isFleet(rules) ? FLEET_ROUNDS : 1)
}

/** A chunk of the video. */
export interface Chunk {
  /** Consecutive; a shot that is cut is in both chunks. */
  readonly shots: readonly Shot[]
  readonly work: ChunkWork
}

export function* cutChunks(options: {
  shots: readonly Shot[]
  /** Of these shots. */
  costs: CutCosts
  rules: ChunkRules
  /** What the sound takes, which a fleet makes in one piece beside the first chunks. */
  soundWork: number
}): Stepwise<readonly Chunk[]> {
  const { shots, costs, rules, soundWork } = options
  const { fps } = costs
  const cutter = makeCutter(options)
  const wholeFrames = lookAheadSeconds(rules) * fps
  const chunks: Chunk[] = []
  let startFrame = shots[0]?.startFrame ?? 0
  let lastRound: { readonly startFrame: number; readonly cuts: readonly number[] } | undefined
  while (startFrame < costs.endFrame) {
    const beginsRound = rules.fleetAtOnce > 1 && chunks.length % rules.fleetAtOnce === 0
    if (!lastRound && beginsRound && costs.endFrame - startFrame < wholeFrames)
      lastRound = {
        startFrame,
        cuts: yield* evenCuts({ costs, startFrame, rules, soundWork, longestSeconds: LONGEST_SECONDS }),
      }
    const cut = lastRound ? cutter.planned(startFrame, lastRound) : cutter.next(startFrame)
    chunks.push({ shots: shotsWithin(shots, startFrame, cut), work: costs.chunk(startFrame, cut) })
    startFrame = cut
    yield
  }
  return chunks
}

interface Candidate {
  readonly frame: number
  /** Cost of the cut, as a share of the work before it. */
  readonly share: number
}

function makeCutter({ shots, costs, rules }: Omit<Parameters<typeof cutChunks>[0], 'soundWork'>) {
  const { fps, endFrame } = costs
  const longest = LONGEST_SECONDS * fps
  const shortest = rules.fleetAtOnce === 1 ? SHORTEST_SECONDS * fps : Math.round(longest * SHORTEST)
  const leastRest = Math.round(longest * LEAST_REST)
  const cheap = rules.fleetAtOnce === 1 ? CHEAP : rules.mostRedecode

  /** The candidates in a range, rated as ends of the chunk that starts at `start`. */
  const judged = (start: number, from: number, to: number): Candidate[] =>
    costs.places(from, to).map((frame) => ({ frame, share: costs.cut(start, frame) }))

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

  /** Where a graph that starts at `start` and is full at `full` is cut. */
  const cutFull = (start: number, full: number): number => {
    if (full === endFrame) return endFrame
    const half = start + Math.ceil((full - start) / 2)
    const must = best(judged(start, half, full), { start, allowed: rules.mostRedecode, length: full - start })
    return must?.frame ?? firstCheap(start, full + 1, endFrame - 1, rules.mostRedecode) ?? endFrame
  }

  return {
    /** The next of the planned cuts, or one before it where the graph would be full. */
    planned(start: number, plan: { startFrame: number; cuts: readonly number[] }): number {
      const isPlanned = start === plan.startFrame || plan.cuts.includes(start)
      // A chunk that begins where a graph was full is shorter than planned: its cut is worth less.
      const isWorth = (frame: number) => isPlanned || costs.cut(start, frame) <= rules.mostRedecode
      const next = plan.cuts.find((frame) => frame > start && isWorth(frame)) ?? endFrame
      return Math.min(cutFull(start, fullAt(start)), next)
    },
    next(start: number): number {
      const full = fullAt(start)
      if (endFrame - start <= longest && full === endFrame) return endFrame
      const last = Math.min(full, endFrame - leastRest)
      const soon = Math.min(start + longest, last)
      const good = best(judged(start, start + shortest, soon), { start, allowed: cheap, length: longest })
      if (good) return good.frame
      return firstCheap(start, start + longest + 1, last, cheap) ?? cutFull(start, full)
    },
  }
}

/**
 * The candidate that costs least; among equals, the one that brings the chunk closest to `length`.
 * @param options.allowed share of its work that a cut may cost
 */
function best(
  candidates: readonly Candidate[],
  { start, allowed, length }: { start: number; allowed: number; length: number },
): Candidate | undefined {
  const off = ({ frame }: Candidate) => Math.abs(frame - start - length)
  return candidates
    .filter(({ share }) => share <= allowed)
    .reduce<Candidate | undefined>(
      (least, one) => (least && (least.share - one.share || off(least) - off(one)) < 0 ? least : one),
      undefined,
    )
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
