/** The subscribers to a job's events. */
import { callbackOf } from '../callback/from-job.ts'
import type { Notifier } from '../callback/notifier.ts'
import type { JobError } from '../errors.ts'
import type { DoneRecord, Emit, JobEvent } from '../events/job-event.ts'
import type { FilmLink, Measured } from '../report/facts.ts'

/** Distributes a job's events to the host and other sinks. */
export function openAudience(first: Emit) {
  const sinks: Emit[] = [first]
  let error: JobError | undefined
  let record: DoneRecord | undefined
  let measured: Measured = {}
  let link: FilmLink | undefined
  let startMs: number | undefined
  let isOver = false
  const note = (event: JobEvent): void => {
    if (event.kind === 'failed') error = event.error
    if (event.kind === 'recorded') record = event.record
    if (event.kind === 'measured') measured = event.measured
    if (event.kind === 'linked') link = event.link
    if (event.kind === 'planned') startMs = event.startMs
  }
  return {
    emit: (event: JobEvent): void => {
      note(event)
      for (const sink of sinks) sink(event)
      isOver ||= event.kind === 'ended'
    },
    add: (sink: Emit): void => void sinks.push(sink),
    /** Adds the receivers of callbacks. They are notified of nothing after the job's end. */
    tell({ tell }: Pick<Notifier, 'tell'>): void {
      sinks.push((event) => {
        const told = isOver ? undefined : callbackOf(event)
        if (told) tell(told)
      })
    },
    seen: () => ({ error, record, measured, link, startMs }),
  }
}
