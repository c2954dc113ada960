/**
 * Starts rendering video while recordings are still being fetched. The chunks started are those that the complete plan
 * will contain, since chunks are cut from the left; a chunk that turns out to differ is rendered again, so early work
 * never affects the result.
 */
import type { Log } from '../events/channels.ts'
import type { Command } from '../model/command.ts'
import type { IndexEntry, Recording } from '../model/room.ts'
import { frameAt } from '../model/time.ts'
import type { Planned } from './plan-job.ts'
import { type ChunkRules, isOfFullRound } from '../plan/budget.ts'
import { LONGEST_SECONDS, lookAheadSeconds } from '../plan/chunks.ts'

interface Early {
  /** An entry's recording has arrived, or will not arrive. */
  readonly arrived: (entry: IndexEntry, recording: Recording | undefined) => void
  /** Starts nothing more. Running commands continue. */
  readonly stop: () => void
}

/**
 * Gathers recordings and meanwhile starts on the video. Nothing is started once they have all arrived or failed, since
 * a chunk started later could replace one of the complete plan.
 * @param options.gather receives the callback for each arrival
 */
export async function gatherStarting<T>(
  options: Parameters<typeof startEarly>[0] & {
    readonly gather: (arrived: Early['arrived']) => Promise<T>
  },
): Promise<T> {
  const early = startEarly(options)
  try {
    return await options.gather(early.arrived)
  } finally {
    early.stop()
  }
}

/** Recordings begin at their StartTime, within their first timestamp and a layout that may be merged away. */
const MARGIN_MS = 5000

/**
 * @param options.roomStartMs Unix time in ms of output time 0
 * @param options.rules how the video is cut
 * @param options.plan plans with the recordings so far; may throw
 * @param options.start starts a chunk; must not throw
 */
export function startEarly(options: {
  entries: readonly IndexEntry[]
  roomStartMs: number
  rules: Pick<ChunkRules, 'atOnce' | 'fleetAtOnce'>
  plan: (recordings: readonly Recording[]) => Promise<Planned>
  start: (command: Command) => void
  log: Log
}): Early {
  const { entries, roomStartMs, rules, plan, start, log } = options
  const awaited = new Set(entries)
  const recordings = new Map<IndexEntry, Recording>()
  const started = new Set<string>()
  const chunkMs = LONGEST_SECONDS * 1000
  const lookMs = lookAheadSeconds(rules) * 1000
  let plannedMs = 0
  let isPlanning = false
  let isOver = false

  const byStart = entries.toSorted((a, b) => a.startMs - b.startMs)
  let passed = 0
  /** Output time in ms before which pending recordings cannot change anything. */
  const horizonMs = () => {
    let first = byStart[passed]
    while (first && !awaited.has(first)) first = byStart[++passed]
    return (first?.startMs ?? Infinity) - roomStartMs - MARGIN_MS
  }

  const startKnown = async (known: number) => {
    const inOrder = entries.flatMap((one) => recordings.get(one) ?? [])
    const { plan: soFar, timeline } = await plan(inOrder)
    // The end of the recordings so far is not final either.
    const knownFrame = Math.min(frameAt(known, timeline.fps), timeline.frames) - frameAt(lookMs, timeline.fps)
    const of = soFar.video.length
    let endFrame = 0
    // How the cores are shared in a partial round is known only at the end.
    for (const command of soFar.video.filter((_, i) => isOfFullRound(i + 1, { of, ...rules }))) {
      endFrame += command.frames ?? 0
      if (isOver || endFrame > knownFrame) break
      if (started.has(command.output)) continue
      started.add(command.output)
      log.info({ command: command.name }, 'started before all recordings are there')
      start(command)
    }
  }

  return {
    arrived(entry, recording) {
      awaited.delete(entry)
      if (recording) recordings.set(entry, recording)
      const known = horizonMs()
      // After the last arrival the complete plan is made anyway. An arrival during planning is part of the next plan.
      if (isOver || isPlanning || awaited.size === 0) return
      if (known < Math.max(plannedMs, chunkMs) + lookMs) return
      plannedMs = known
      isPlanning = true
      void startKnown(known)
        // The complete plan reports any error.
        .catch((error: unknown) => log.debug({ err: error }, 'nothing to start early'))
        .finally(() => (isPlanning = false))
    },
    stop() {
      isOver = true
    },
  }
}
