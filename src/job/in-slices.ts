/** Runs stepwise work without blocking the event loop: signals are handled, progress is shown, transfers go on. */
import { setImmediate } from 'node:timers/promises'
import type { Stepwise } from '../model/stepwise.ts'

/** The event loop gets its turn at least this often, as far as the work's own steps allow. */
const SLICE_MS = 20

/**
 * @returns what the work returns
 * @throws the signal's reason when it aborts between two steps, or whatever the work throws
 */
export async function inSlices<T>(work: Stepwise<T>, signal: AbortSignal): Promise<T> {
  let sliceStart = performance.now()
  for (;;) {
    signal.throwIfAborted()
    const step = work.next()
    if (step.done) return step.value
    if (performance.now() - sliceStart < SLICE_MS) continue
    await setImmediate()
    sliceStart = performance.now()
  }
}
