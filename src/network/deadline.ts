/** Work that has to be over by some time. */

/** A timer takes no more. */
export const LONGEST_MS = 2 ** 31 - 1

/**
 * Hands work a signal that is aborted with the outer one, and when its time is over. Not AbortSignal.timeout within
 * AbortSignal.any: it can be collected there, and never comes.
 * @param options.reason why it is aborted when its time is over
 * @throws the outer signal's reason where it is aborted before; whatever the work throws
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
