/** The time limit of a job. */
import { JobError } from '../errors.ts'
import { LONGEST_MS } from '../network/deadline.ts'

interface JobTime {
  /** Aborts with the signal it was made from, or at the time limit. */
  readonly signal: AbortSignal
  /** Sets the time limit from now on; Infinity for none. Has no effect if conf/ sets the limit. */
  readonly allow: (ms: number) => void
  /** The timeout error; undefined if the job was within its time. */
  readonly over: () => JobError | undefined
  /** To be called when the job has ended. */
  readonly done: () => void
}

/** @param minutes limit from now on, from conf/; 0 leaves it to `allow` */
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
