/**
 * Long pure work that can be interrupted: a generator that yields between its steps, each a small part of the whole.
 * The caller decides what happens in between (`in-slices.ts` lets the event loop run); the work itself knows nothing of it.
 */
export type Stepwise<T> = Generator<undefined, T, undefined>

/** Runs stepwise work to its end in one go. */
export function runToEnd<T>(work: Stepwise<T>): T {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}
