/** Runs stepwise work without blocking the event loop, so that signals, progress and transfers continue. */
import { setImmediate } from 'node:timers/promises'
import type { Stepwise } from '../model/stepwise.ts'

/** The event loop runs at least this often, as far as the work's steps allow. */
const SLICE_MS = 20

/**
 * @returns the work's return value
 * @throws the signal's reason if it aborts between two steps; whatever the work throws
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
