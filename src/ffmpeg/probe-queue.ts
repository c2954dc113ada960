/** Probes recordings as they arrive: those that wait at the same time share a run of ffmpeg. */
import { setTimeout as pause } from 'node:timers/promises'
import { type ProbeOutcome, type Probing, probeRecordings } from './probe.ts'

/** More files in one run are no cheaper, and all of them wait for the longest. */
const MOST_TOGETHER = 8
/** What arrives within this time is there at the same time. */
const WAIT_MS = 10

interface Waiting {
  readonly path: string
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
      const share = Math.ceil(waiting.length / (atOnce - busy))
      const batch = waiting.splice(0, Math.min(MOST_TOGETHER, share))
      const startMs = now()
      busy += 1
      try {
        for (const { onStart } of batch) onStart()
        const outcomes = await probeRecordings(
          batch.map(({ path }) => path),
          options,
        )
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
    probe: (path, onStart) =>
      new Promise((done, failed) => {
        waiting.push({ path, onStart, done, failed })
        if (runners < atOnce) void run()
      }),
    takenMs: () => takenMs,
  }
}
