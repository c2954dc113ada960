/** Reduces a job's events to its result. */
import { EXIT, type JobError } from '../errors.ts'
import type { Warning } from '../messages/index.ts'
import type { Skipped } from '../model/room.ts'
import { type Findings, type Result, type Timings, makeResult } from '../report/result.ts'
import type { JobEvent } from './job-event.ts'

export interface End {
  readonly jobId: string
  readonly error: JobError | undefined
  readonly totalMs: number
  readonly versions: Pick<Result['versions'], 'worker' | 'node'>
}

/** Collects the events of one job. */
export function collectFindings() {
  const skipped: Skipped[] = []
  const warnings: Warning[] = []
  const timings = { fetchMs: 0, probeMs: 0, planMs: 0, encodeMs: 0, uploadMs: 0 }
  let planned: Findings['planned']
  let output: Findings['output']
  let before: Result | undefined
  let ffmpeg: string | null = null

  return {
    take(event: JobEvent): void {
      switch (event.kind) {
        case 'ffmpegFound':
          ffmpeg = event.version
          break
        case 'warning':
          warnings.push(event.warning)
          break
        case 'omitted':
          skipped.push(event.recording)
          break
        case 'planned':
          const { streams, segments, updates } = event
          planned = { streams, segments, updates }
          break
        case 'timed':
          for (const [name, ms] of Object.entries(event.timings)) timings[name as keyof typeof timings] += ms
          break
        case 'uploaded':
        case 'backedUp':
          output = event.output
          break
        case 'unchanged':
          before = event.result
          break
        case 'accepted':
        case 'started':
        case 'progress':
        case 'phaseEnded':
        case 'finished':
        case 'uploadStarted':
        case 'measured':
        case 'linked':
        case 'recorded':
        case 'failed':
        case 'ended':
        case 'note':
          break
      }
    },
    /** Returns the result of a job with this end. */
    resultOf({ jobId, error, totalMs, versions }: End): Result {
      const spent: Timings = { ...timings, totalMs }
      if (before && !error) return { ...before, isUnchanged: true, timings: spent, timesRealTime: null }
      return makeResult({
        jobId,
        exitCode: error?.exitCode ?? EXIT.done,
        ...(error && { error: error.said }),
        output,
        planned,
        skipped,
        warnings,
        timings: spent,
        versions: { ...versions, ffmpeg },
      })
    },
  }
}
