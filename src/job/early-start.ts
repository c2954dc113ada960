/**
 * Starts on the picture while recordings are still on their way. What is begun is what the whole plan will ask for,
 * since chunks are cut from the left; where it is not after all, it is made again: early work is never wrong.
 */
import type { Log } from '../events/channels.ts'
import type { Command } from '../model/command.ts'
import type { IndexEntry, Recording } from '../model/room.ts'
import { frameAt } from '../model/time.ts'
import type { Planned } from './plan-job.ts'
import { isOfFullRound } from '../plan/budget.ts'
import { LOOK_AHEAD_SECONDS } from '../plan/chunks.ts'

interface Early {
  /** An entry's recording is there, or will not come. */
  readonly arrived: (entry: IndexEntry, recording: Recording | undefined) => void
  /** Nothing more is started. What is under way goes on. */
  readonly stop: () => void
}

/**
 * Gathers recordings, and starts on the picture meanwhile. Once they are there, or it is known that they will not come,
 * nothing more is started: a chunk that is begun behind the whole plan's back could take the place of one of that plan.
 * @param options.gather is given what wants to hear of each arrival
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

/** Recordings begin at their StartTime, give or take their first timestamp and a layout that is merged away. */
const MARGIN_MS = 5000

/**
 * @param roomStartMs Unix time in ms of output time 0
 * @param atOnce chunks that are rendered at once: short rooms are cut with an eye to how many there are
 * @param plan with the recordings so far; may throw
 * @param start begins a chunk; must not throw
 */
export function startEarly(options: {
  entries: readonly IndexEntry[]
  roomStartMs: number
  atOnce: number
  plan: (recordings: readonly Recording[]) => Promise<Planned>
  start: (command: Command) => void
  log: Log
}): Early {
  const { entries, roomStartMs, atOnce, plan, start, log } = options
  const awaited = new Set(entries)
  const recordings = new Map<IndexEntry, Recording>()
  const started = new Set<string>()
  let plannedMs = 0
  let isPlanning = false
  let isOver = false

  const byStart = entries.toSorted((a, b) => a.startMs - b.startMs)
  let passed = 0
  /** Output time in ms before which nothing that is still awaited can change anything. */
  const horizonMs = () => {
    let first = byStart[passed]
    while (first && !awaited.has(first)) first = byStart[++passed]
    return (first?.startMs ?? Infinity) - roomStartMs - MARGIN_MS
  }

  const startKnown = async (known: number) => {
    const inOrder = entries.flatMap((one) => recordings.get(one) ?? [])
    const { plan: soFar, timeline } = await plan(inOrder)
    // What ends where the recordings so far end is not settled either.
    const knownFrame =
      Math.min(frameAt(known, timeline.fps), timeline.frames) - LOOK_AHEAD_SECONDS * timeline.fps
    const of = soFar.video.length
    let endFrame = 0
    // How the cores are shared in a round that is not full is not known before the end.
    for (const command of soFar.video.filter((_, i) => isOfFullRound(i + 1, { of, atOnce }))) {
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
      const lookMs = LOOK_AHEAD_SECONDS * 1000
      const known = horizonMs()
      // The last to come makes the plan whole; it is made anyway then. One that comes while another plan is being
      // made is in the next.
      if (isOver || isPlanning || awaited.size === 0) return
      if (known < Math.max(plannedMs, lookMs * atOnce) + lookMs) return
      plannedMs = known
      isPlanning = true
      void startKnown(known)
        // The whole plan will say what is wrong, if anything is.
        .catch((error: unknown) => log.debug({ err: error }, 'nothing to start early'))
        .finally(() => (isPlanning = false))
    },
    stop() {
      isOver = true
    },
  }
}
