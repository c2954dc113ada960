/** Appends a job's events to a file, one JSON object a line, for whoever follows the job from outside. */
import { appendFileSync } from 'node:fs'
import type { Emit, JobEvent } from '../events/job-event.ts'
import { harmlessJson } from '../text/harmless.ts'

/** Progress of a phase is written at most this often. */
const PROGRESS_EVERY_MS = 1000

/** Readable only by the worker's user. */
const MODE = 0o600

/**
 * Returns a subscriber. Never fails: a file that cannot be written does not end the job.
 * @param path absolute path
 */
export function eventsFile(path: string, now: () => number = Date.now): Emit {
  let progressedMs = -Infinity
  let phase: string | undefined
  return (event) => {
    const atMs = now()
    if (event.kind === 'progress') {
      if (event.phase === phase && atMs - progressedMs < PROGRESS_EVERY_MS) return
      ;[phase, progressedMs] = [event.phase, atMs]
    }
    const shown = shownEvent(event)
    if (!shown) return
    try {
      appendEvent(path, { at: new Date(atMs).toISOString(), ...shown })
    } catch {
      // The disk may be full; the job itself reports that.
    }
  }
}

/** Appends one line, as a whole even while another process appends. */
export function appendEvent(path: string, line: Readonly<Record<string, unknown>>): void {
  appendFileSync(path, `${harmlessJson(line)}\n`, { mode: MODE })
}

/** What is written of an event: short, without internals. Undefined if nothing is. */
function shownEvent(event: JobEvent): Readonly<Record<string, unknown>> | undefined {
  switch (event.kind) {
    case 'accepted':
    case 'ffmpegFound':
    case 'started':
    case 'omitted':
    case 'phaseEnded':
    case 'uploadStarted':
    case 'finished':
      return event
    case 'uploaded':
    case 'backedUp':
      return { kind: event.kind, output: event.output }
    case 'warning':
      return {
        kind: event.kind,
        code: event.warning.code,
        where: event.warning.where,
        message: event.message,
      }
    case 'progress':
      return { kind: event.kind, phase: event.phase, done: event.done, total: event.total }
    case 'planned': {
      const { kind, media, startMs, endMs, streams, segments } = event
      return { kind, media, startMs, endMs, streams: streams.length, segments: segments.length }
    }
    case 'unchanged':
      return { kind: event.kind }
    case 'failed': {
      const { code, message, exitCode } = event.error
      return { kind: event.kind, code, message, exitCode }
    }
    case 'ended': {
      const { status, exitCode, error, output, warnings, skipped } = event.result
      const counts = { warnings: warnings.length, skipped: skipped.length }
      return { kind: event.kind, status, exitCode, error, output, ...counts }
    }
    case 'timed':
    case 'measured':
    // The link is secret.
    case 'linked':
    case 'recorded':
    case 'note':
      return undefined
  }
}
