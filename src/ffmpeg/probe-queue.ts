/** Probes recordings as they arrive, in batches that share an ffmpeg run. */
import { stat } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { probeRecordings } from './probe.ts'
import type { ProbeOutcome } from './probe-outcome.ts'
import type { Probing } from './types.ts'

/** Larger batches are no cheaper, and all files wait for the slowest. */
const MOST_TOGETHER = 8
/** Maximum total size of a batch. For larger files ffmpeg's startup is negligible, and their packets take up memory. */
const MOST_BYTES = 64 * 2 ** 20
/** Files that arrive within this time are batched. */
const WAIT_MS = 10

interface Waiting {
  readonly path: string
  readonly bytes: number
  readonly onStart: () => void
  readonly done: (outcome: ProbeOutcome) => void
  readonly failed: (reason: unknown) => void
}

export interface ProbeQueue {
  /** @param onStart called when its run starts */
  readonly probe: (path: string, onStart: () => void) => Promise<ProbeOutcome>
  /** Total duration of its runs in ms. */
  readonly takenMs: () => number
}

/** @param options.atOnce maximum number of concurrent ffmpeg runs */
export function openProbeQueue(options: Probing & { atOnce: number; now: () => number }): ProbeQueue {
  const { atOnce, now } = options
  const waiting: Waiting[] = []
  let runners = 0
  let busy = 0
  let takenMs = 0

  const run = async () => {
    runners += 1
    await pause(WAIT_MS)
    while (waiting.length > 0) {
      const batch = waiting.splice(0, lengthOfBatch(waiting, atOnce - busy))
      const startMs = now()
      busy += 1
      try {
        for (const { onStart } of batch) onStart()
        const paths = batch.map(({ path }) => path)
        const outcomes = await probeRecordings(paths, options)
        batch.forEach(({ done }, i) => done(outcomes[i]!))
      } catch (error) {
        for (const { failed } of batch) failed(error)
      }
      busy -= 1
      takenMs += now() - startMs
    }
    runners -= 1
  }

  return {
    probe: async (path, onStart) => {
      const { size: bytes } = await stat(path).catch(() => ({ size: 0 }))
      return new Promise((done, failed) => {
        waiting.push({ path, bytes, onStart, done, failed })
        if (runners < atOnce) void run()
      })
    },
    takenMs: () => takenMs,
  }
}

/**
 * How many of the waiting files share the next run: a fair share, within `MOST_BYTES`.
 * @param idle number of idle runners
 */
export function lengthOfBatch(waiting: readonly { readonly bytes: number }[], idle: number): number {
  const share = Math.min(MOST_TOGETHER, Math.ceil(waiting.length / idle))
  let bytes = 0
  const tooMany = waiting.slice(0, share).findIndex((one) => (bytes += one.bytes) > MOST_BYTES)
  return tooMany < 0 ? share : Math.max(1, tooMany)
}
