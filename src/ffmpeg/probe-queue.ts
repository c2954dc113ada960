/** Probes recordings as they arrive: those that wait at the same time share a run of ffmpeg. */
import { stat } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { type ProbeOutcome, probeRecordings } from './probe.ts'
import type { Probing } from './types.ts'

/** More files in one run are no cheaper, and all of them wait for the longest. */
const MOST_TOGETHER = 8
/** Of files that share a run. The start of ffmpeg is nothing to larger ones, and their packets fill memory. */
const MOST_BYTES = 64 * 2 ** 20
/** What arrives within this time is there at the same time. */
const WAIT_MS = 10

interface Waiting {
  readonly path: string
  readonly bytes: number
  readonly onStart: () => void
  readonly done: (outcome: ProbeOutcome) => void
  readonly failed: (reason: unknown) => void
}

export interface ProbeQueue {
  /** @param onStart told when its turn has come */
  readonly probe: (path: string, onStart: () => void) => Promise<ProbeOutcome>
  /** How long its runs took, added up, in ms. */
  readonly takenMs: () => number
}

/** @param options.atOnce runs of ffmpeg side by side */
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
 * How many of those that wait share the next run: a fair part, and not too much.
 * @param idle runners that have nothing to do
 */
export function lengthOfBatch(waiting: readonly { readonly bytes: number }[], idle: number): number {
  const share = Math.min(MOST_TOGETHER, Math.ceil(waiting.length / idle))
  let bytes = 0
  const tooMany = waiting.slice(0, share).findIndex((one) => (bytes += one.bytes) > MOST_BYTES)
  return tooMany < 0 ? share : Math.max(1, tooMany)
}
