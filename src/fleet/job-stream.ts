/** The events of a job that another machine runs, in a Redis stream. */
import type { Redis } from 'ioredis'
import type { JobEvent } from '../events/job-event.ts'
import { shownFacts, shownText } from '../records/log-facts.ts'

/** Progress of a phase is sent at most this often. */
const PROGRESS_EVERY_MS = 500
const KEPT_SECONDS = 7 * 86_400
const AT_ONCE = 1000

const keyOf = (prefix: string, id: string): string => `${prefix}:events:${id}`

/**
 * Writes the events of a run. What stays on the machine: links, which are secret, measurements, and the end, which is
 * what the task returns.
 */
export function writeJobEvents(redis: Redis, { prefix, id }: { prefix: string; id: string }) {
  const key = keyOf(prefix, id)
  let last: Promise<unknown> = Promise.resolve()
  let progress = { phase: '', atMs: -Infinity }
  return {
    emit(event: JobEvent): void {
      if (event.kind === 'progress') {
        const atMs = performance.now()
        if (event.phase === progress.phase && atMs - progress.atMs < PROGRESS_EVERY_MS) return
        progress = { phase: event.phase, atMs }
      }
      const sent = sentEvent(event)
      if (!sent) return
      last = redis.multi().xadd(key, '*', 'event', JSON.stringify(sent)).expire(key, KEPT_SECONDS).exec()
      last.catch(() => undefined)
    },
    /** Waits until everything is written. */
    end: () => last,
  }
}

/** Reads events from the first on. */
export function readJobEvents(redis: Redis, { prefix, id }: { prefix: string; id: string }) {
  const key = keyOf(prefix, id)
  let from = '-'
  return {
    /** Passes on what has come since the last time. */
    async next(emit: (event: JobEvent) => void): Promise<void> {
      for (;;) {
        const entries = await redis.xrange(key, from, '+', 'COUNT', AT_ONCE)
        for (const [at, [, text = '']] of entries) {
          from = `(${at}`
          emit(JSON.parse(text) as JobEvent)
        }
        if (entries.length < AT_ONCE) return
      }
    },
    /** Forgets the events of an earlier run. */
    clear: () => redis.del(key),
  }
}

function sentEvent(event: JobEvent): JobEvent | undefined {
  switch (event.kind) {
    case 'linked':
    case 'measured':
    case 'failed':
    case 'ended':
      return undefined
    case 'note':
      return event.level === 'debug' ? undefined : { ...event, facts: plainFacts(event.facts) }
    case 'accepted':
    case 'ffmpegFound':
    case 'started':
    case 'warning':
    case 'omitted':
    case 'planned':
    case 'progress':
    case 'phaseEnded':
    case 'timed':
    case 'finished':
    case 'uploadStarted':
    case 'uploaded':
    case 'backedUp':
    case 'recorded':
    case 'unchanged':
      return event
  }
}

/** Facts as a log would show them, with errors as data. */
function plainFacts(facts: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const plain = (value: unknown): unknown =>
    value instanceof Error
      ? { type: value.name, message: shownText(value.message), stack: shownText(value.stack ?? '') }
      : value
  return Object.fromEntries(Object.entries(shownFacts(facts)).map(([name, one]) => [name, plain(one)]))
}
