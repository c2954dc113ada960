/** How long a job may take: whatever goes on in it, it comes to an end. */
import { JobError } from '../errors.ts'
import { LONGEST_MS } from '../network/deadline.ts'

interface JobTime {
  /** Ends with the signal it was made from, and when the time is over. */
  readonly signal: AbortSignal
  /**
   * From now on the job may take so long; Infinity sets no limit. Has no effect where conf/ has said how long it may
   * take.
   */
  readonly allow: (ms: number) => void
  /** Why it was ended; undefined where its time was enough. */
  readonly over: () => JobError | undefined
  /** The job has ended. */
  readonly done: () => void
}

/** @param minutes from now on, as conf/ says; 0: what `allow` says later */
export function openJobTime(minutes: number, signal: AbortSignal): JobTime {
  const ending = new AbortController()
  let over: JobError | undefined
  let timer: NodeJS.Timeout | undefined
  const start = (ms: number) => {
    clearTimeout(timer)
    if (ms === Infinity) return
    timer = setTimeout(
      () => {
        const params = { minutes: Number((ms / 60_000).toPrecision(3)), isSet: minutes > 0 }
        over = new JobError({ code: 'jobTooLong', params }, { retryable: true })
        ending.abort(over)
      },
      Math.min(ms, LONGEST_MS),
    )
  }
  const stop = () => ending.abort(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  if (minutes > 0) start(minutes * 60_000)
  return {
    signal: ending.signal,
    allow(ms) {
      if (minutes === 0 && !ending.signal.aborted) start(ms)
    },
    over: () => over,
    done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
    },
  }
}
