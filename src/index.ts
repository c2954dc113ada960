/**
 * The library: mixes, plans, previews or validates jobs from another program. It never writes to the console or ends
 * the process. Jobs are independent of one another and may run concurrently.
 */
import { EventEmitter, on } from 'node:events'
import { dirname, join, resolve } from 'node:path'
import { type Conf, resolveConf, settingsOf } from './config/conf.ts'
import type { Finding } from './config/validation.ts'
import type { JobEvent } from './events/job-event.ts'
import { drawPlan } from './host/draw-plan.ts'
import { dryRun } from './host/dry-run.ts'
import { hostJob } from './host/host-job.ts'
import { bundledFont, workerVersion } from './host/package.ts'
import { validateJob } from './host/validate-job.ts'
import type { Host } from './job/host.ts'
import { inLanguage } from './messages/index.ts'
import type { Language } from './messages/language.ts'
import { previewData, previewJob } from './preview/preview-job.ts'
import { planData } from './report/plan-data.ts'
import type { Result } from './report/result.ts'

export type { Finding } from './config/validation.ts'
export type { JobEvent } from './events/job-event.ts'
export type { OutputFile } from './events/output-file.ts'
export type { Language } from './messages/language.ts'
export type { Result } from './report/result.ts'

/** Settings of conf/ that differ from their defaults; docs/config.md lists them. */
export type Settings = PartOf<Conf>

type PartOf<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [Key in keyof T]?: PartOf<T[Key]> }
    : T

/** Options common to all operations on a job. */
export interface JobOptions {
  /** The path of a cfg.json, or its content. */
  readonly cfg: string | Readonly<Record<string, unknown>>
  /**
   * If `cfg` is not a path: the folder that relative paths in it refer to, and in which an index is looked for first.
   * Default: the current folder.
   */
  readonly cfgFolder?: string
  /** Path of the recording index. By default it is looked for next to cfg.json and in the bucket. */
  readonly index?: string
  /** Path of the timed updates. By default they are looked for in cfg.json, in the index and next to the index. */
  readonly updates?: string
  readonly settings?: Settings
  /** Fail if a recording cannot be used, instead of continuing without it. */
  readonly strict?: boolean
  /** Language of warnings, errors and titles; default: English. */
  readonly language?: Language
}

/** Options of operations on recordings. */
export interface WorkOptions extends JobOptions {
  /** Folder for recordings and intermediate files. Jobs may share it; each has its own folder in it. */
  readonly workFolder: string
  /** Keep the job's files in the work folder. */
  readonly keepWork?: boolean
  /** Stops the job cleanly: its ffmpeg processes are ended, and work that the next run can use is kept. */
  readonly signal?: AbortSignal
  /** Environment variables for proxies, credentials and FFMPEG_PATH; default: those of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Called synchronously with every event, in order. */
  readonly onEvent?: (event: JobEvent) => void
}

export interface MixOptions extends WorkOptions {
  /**
   * Folder for the job's log, state, result, report, undelivered callbacks, and the record that prevents a finished job
   * from being repeated. By default nothing is kept.
   */
  readonly logFolder?: string
  /** Redo everything, ignoring an earlier run. */
  readonly force?: boolean
  /** Write an HTML report into `logFolder`. */
  readonly report?: boolean
}

/** A running job. */
export interface Mix extends AsyncIterable<JobEvent> {
  /** The outcome of the job; a failed job has a result too, with `error` and the exit code of the command line. */
  readonly result: Promise<Result>
}

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
  const emitter = new EventEmitter()
  const host = hostOf(options, (event) => {
    emitter.emit('event', event)
    options.onEvent?.(event)
  })
  const { logFolder } = options
  const request = workRequest(options)
  const { cfgPath, workFolder } = request
  const hidden = [dirname(cfgPath), workFolder, ...(logFolder === undefined ? [] : [resolve(logFolder)])]
  let isOver = false
  const result = hostJob(
    {
      ...request,
      hidden,
      report: options.report ?? false,
      logFolder: logFolder === undefined ? undefined : resolve(logFolder),
    },
    host,
  ).finally(() => {
    isOver = true
    emitter.emit('over')
  })
  return {
    result,
    async *[Symbol.asyncIterator]() {
      if (isOver) return
      const events = on(emitter, 'event', { close: ['over'] }) as AsyncIterable<[JobEvent]>
      for await (const [event] of events) yield event
    },
  }
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
  const asked = { ...(at !== undefined && { at }), everySegment, mock, output: resolve(output) }
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
  readonly index?: string
}

/** Checks a cfg.json and its index, as `owt-main validate --json` does, without reading a recording. */
export function validate(options: JobOptions): Promise<Validation> {
  return inLanguage(options.language ?? 'en', async () => {
    const { findings, exitCode, index } = await validateJob(jobRequest(options))
    return { exitCode, problems: findings, ...(index !== undefined && { index }) }
  })
}

function hostOf(options: WorkOptions, emit: Host['emit'] = options.onEvent ?? (() => undefined)): Host {
  const { signal = new AbortController().signal, language = 'en', env = process.env } = options
  return { emit, signal, language, env }
}

function jobRequest(options: JobOptions) {
  const { cfg, cfgFolder, index, updates, settings = {}, strict = false, language = 'en' } = options
  const layers = [{ file: 'settings', text: JSON.stringify(settings, null, 2) }]
  const read = inLanguage(language, () => settingsOf(() => resolveConf({ layers, env: {} })))
  const { conf, warnings: settingsWarnings, error: settingsError } = read
  return {
    cfgPath: typeof cfg === 'string' ? resolve(cfg) : join(resolve(cfgFolder ?? '.'), 'cfg.json'),
    cfgText: typeof cfg === 'string' ? undefined : JSON.stringify(cfg, null, 2),
    index,
    updates,
    conf,
    settingsWarnings,
    settingsError,
    strict,
    fontFile: conf.watermark.fontFile ? resolve(conf.watermark.fontFile) : bundledFont(),
  }
}

function workRequest(options: MixOptions) {
  const { workFolder, keepWork = false, force = false } = options
  return {
    ...jobRequest(options),
    workFolder: resolve(workFolder),
    keepWork,
    force,
    workerVersion: workerVersion(),
  }
}
