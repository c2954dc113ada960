/** How long to wait before a retry. */
import { setTimeout as pause } from 'node:timers/promises'
import type { StorageSettings } from './storage.ts'

type Pace = Pick<StorageSettings, 'backoffMs' | 'maxBackoffMs'>

/**
 * Returns the pause after failure number `failures` (1 or more): doubled each time, capped, and randomly shortened by
 * up to half so that jobs that failed together do not retry together. The pause the service asks for counts, up to the
 * cap.
 * @param input.chance 0 to 1
 */
export function pauseMs(input: {
  failures: number
  pace: Pace
  chance: number
  askedMs?: number | undefined
}): number {
  const { failures, pace, chance, askedMs = 0 } = input
  const full = Math.min(pace.maxBackoffMs, pace.backoffMs * 2 ** (failures - 1))
  return Math.max(full * (1 - chance / 2), Math.min(askedMs, pace.maxBackoffMs))
}

/** Waits `ms`. Throws the signal's reason if the signal aborts first. */
export async function waitMs(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await pause(ms, undefined, { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}
