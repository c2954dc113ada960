/**
 * The library: mixes, plans, previews or validates jobs from another program. It never writes to the console or ends
 * the process. Jobs are independent of one another and may run concurrently.
 */
import { resolve } from 'node:path'
import type { Finding } from './config/validation.ts'
import { drawPlan } from './host/draw-plan.ts'
import { dryRun } from './host/dry-run.ts'
import { validateJob } from './host/validate-job.ts'
import {
  type JobOptions,
  type Mix,
  type MixOptions,
  type WorkOptions,
  hostOf,
  jobRequest,
  start,
  workRequest,
} from './library/job.ts'
import { inLanguage } from './messages/index.ts'
import { previewData, previewJob } from './preview/preview-job.ts'
import { planData } from './report/plan-data.ts'
import type { Result } from './report/result.ts'

export type { Finding } from './config/validation.ts'
export type { JobEvent } from './events/job-event.ts'
export type { OutputFile } from './events/output-file.ts'
export type { JobOptions, Mix, MixOptions, Settings, WorkOptions } from './library/job.ts'
export {
  type FolderMix,
  type FolderRecording,
  type MixFolderOptions,
  mixFolder,
} from './library/mix-folder.ts'
export type { Language } from './messages/language.ts'
export type { Result } from './report/result.ts'

/**
 * Mixes one room: fetches its recordings, encodes one MP4, verifies it, uploads it and notifies the receivers in
 * cfg.json. Two calls with the same JobId and work folder cannot run at the same time: the second fails with exit code
 * 2.
 * @returns the running job. Iterating over it yields its events from that moment on.
 * @example
 * const job = mix({ cfg: 'cfg.json', workFolder: '/var/tmp/mixing' })
 * for await (const event of job) if (event.kind === 'warning') warn(event.message)
 * const { status, output } = await job.result
 */
export function mix(options: MixOptions): Mix {
  return start(options, workRequest(options))
}

/**
 * Returns what `mix` would do, as `owt-main plan --json` prints it: the timeline, an estimate of time and size, and
 * every ffmpeg command. Recordings are fetched and probed; nothing is encoded.
 */
export async function plan(options: WorkOptions): Promise<Result & Partial<ReturnType<typeof planData>>> {
  const { result, seen } = await dryRun(workRequest(options), hostOf(options), drawPlan)
  return { ...result, ...(seen && planData(result, seen)) }
}

export interface PreviewOptions extends WorkOptions {
  /** Path of the PNG to write. */
  readonly output: string
  /** Seconds of output time: renders a picture of that moment instead of a sheet with one per segment. */
  readonly at?: number
  /** Also write each segment's picture into a folder next to the sheet. */
  readonly everySegment?: boolean
  /** Draw stand-ins without reading any recording. */
  readonly mock?: boolean
}

/** Renders pictures of what `mix` would show, as `owt-main preview --json` does. */
export async function preview(options: PreviewOptions): Promise<ReturnType<typeof previewData>> {
  const { at, everySegment = false, mock = false, output } = options
  const asked = { at, everySegment, mock, output: resolve(output) }
  const { result, seen } = await dryRun(workRequest(options), hostOf(options), (request, context) =>
    previewJob(asked, request, context),
  )
  return previewData(result, seen)
}

/** The errors and warnings of a job. */
export interface Validation {
  /** The exit code of a run, as far as it can be determined without the recordings; 0 if it would continue. */
  readonly exitCode: number
  readonly problems: readonly Finding[]
  /** Where the index was found; absent if it was not read. */
  readonly index?: string | undefined
  /** The timed updates, in the form of the result; absent if there are none, or errors in them. */
  readonly updates?: Result['updates']
}

/** Checks a cfg.json and its index, as `owt-main validate --json` does, without reading a recording. */
export function validate(options: JobOptions): Promise<Validation> {
  return inLanguage(options.language ?? 'en', async () => {
    const { findings, exitCode, index, updates } = await validateJob(jobRequest(options))
    return { exitCode, problems: findings, index, updates }
  })
}
