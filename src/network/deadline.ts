/** Runs work with a time limit. */

/** Longest delay of a timer. */
export const LONGEST_MS = 2 ** 31 - 1

/**
 * Runs work with a signal that aborts with the outer one, or when the time is up. AbortSignal.timeout within
 * AbortSignal.any would not do: it can be garbage-collected, and then never fires.
 * @param options.reason reason of the abort when the time is up
 * @throws the outer signal's reason if that aborts first; whatever the work throws
 */
export async function withDeadline<T>(
  options: { signal: AbortSignal | undefined; ms: number; reason: () => Error },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal, ms, reason } = options
  const ending = new AbortController()
  const stop = () => ending.abort(signal?.reason)
  const timer = setTimeout(() => ending.abort(reason()), Math.min(LONGEST_MS, ms))
  signal?.addEventListener('abort', stop, { once: true })
  try {
    signal?.throwIfAborted()
    return await work(ending.signal)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}
