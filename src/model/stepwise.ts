/**
 * Long-running pure work that can be interrupted: a generator that yields between small steps. The caller decides what
 * happens in between (`in-slices.ts` lets the event loop run).
 */
export type Stepwise<T> = Generator<undefined, T, undefined>

/** Runs stepwise work to its end without interruption. */
export function runToEnd<T>(work: Stepwise<T>): T {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}
