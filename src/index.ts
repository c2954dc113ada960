/**
 * The library: a job is mixed, planned, previewed or validated from another program. Nothing here writes to the console
 * or ends the process; jobs know nothing of one another, and as many as fit can run at once.
 */
import { EventEmitter, on } from 'node:events'
import { dirname, join, resolve } from 'node:path'
import { type Conf, defaultConf, resolveConf } from './config/conf.ts'
import type { Finding } from './config/validation.ts'
import { type JobError, asJobError } from './errors.ts'
import type { JobEvent } from './events/job-event.ts'
import { drawPlan } from './host/draw-plan.ts'
import { dryRun } from './host/dry-run.ts'
import { hostJob } from './host/host-job.ts'
import { bundledFont, workerVersion } from './host/package.ts'
import { validateJob } from './host/validate-job.ts'
import type { Host } from './job/host.ts'
import { type Warning, inLanguage } from './messages/index.ts'
import type { Language } from './messages/language.ts'
import { previewData, previewJob } from './preview/preview-job.ts'
import { planData } from './report/plan-text.ts'
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

/** What a job is, for whatever is done with it. */
export interface JobOptions {
  /** The path of a cfg.json, or what one holds. */
  readonly cfg: string | Readonly<Record<string, unknown>>
  /**
   * Of a `cfg` that is not read from a file: the folder that relative paths in it start from, and in which an index is
   * looked for first. The current one unless given.
   */
  readonly cfgFolder?: string
  /** Path of the recording's index. Unless given it is looked for beside cfg.json and in the bucket. */
  readonly index?: string
  readonly settings?: Settings
  /** Fail where a recording cannot be used, rather than go on without it. */
  readonly strict?: boolean
  /** Language of warnings, errors and titles; English unless given. */
  readonly language?: Language
}

/** What a job that works on recordings takes. */
export interface WorkOptions extends JobOptions {
  /** Folder for recordings and intermediate files. It may be shared by jobs; each has a folder of its own in it. */
  readonly workFolder: string
  /** Leave the job's files in the work folder. */
  readonly keepWork?: boolean
  /** Ends the job in order: its ffmpegs are ended, and its files are removed. */
  readonly signal?: AbortSignal
  /** Variables for proxies, credentials and FFMPEG_PATH; those of the process unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Told of everything that happens, at once and in order. */
  readonly onEvent?: (event: JobEvent) => void
}

export interface MixOptions extends WorkOptions {
  /**
   * Folder for the job's log, state, result, report, undelivered callbacks, and the record by which a job that is done
   * is not done again. Unless given, nothing is kept.
   */
  readonly logFolder?: string
  /** Do everything anew, whatever is there of an earlier run. */
  readonly force?: boolean
  /** Write an HTML report into `logFolder`. */
  readonly report?: boolean
}

/** A job that is being mixed. */
export interface Mix extends AsyncIterable<JobEvent> {
  /** What became of the job; a job that fails has a result too, with `error` and the exit code of the command line. */
  readonly result: Promise<Result>
}

/**
 * Mixes one room: fetches its recordings, encodes one MP4, checks it, uploads it and tells the receivers of cfg.json.
 * Two calls for one JobId and work folder do not run at once: the second one fails with exit code 2.
 * @returns the running job. Its events can be iterated over, from the moment that is asked for them.
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
      ...{ hidden, report: options.report ?? false },
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
 * What `mix` would do, as `owt-main plan --json` prints it: the timeline, an estimate of time and size, and every ffmpeg
 * command. Recordings are fetched and looked at; nothing is encoded.
 */
export async function plan(options: WorkOptions): Promise<Result & Partial<ReturnType<typeof planData>>> {
  const { result, seen } = await dryRun(workRequest(options), hostOf(options), drawPlan)
  return { ...result, ...(seen && planData(result, seen)) }
}

export interface PreviewOptions extends WorkOptions {
  /** Path of the PNG to write. */
  readonly output: string
  /** Seconds of output time: a picture of that moment, rather than a sheet with one of every segment. */
  readonly at?: number
  /** Write each segment's picture into a folder beside the sheet, too. */
  readonly everySegment?: boolean
  /** Draw stand-ins, and read no recording. */
  readonly mock?: boolean
}

/** Makes pictures of what `mix` would show, as `owt-main preview --json` does. */
export async function preview(options: PreviewOptions): Promise<ReturnType<typeof previewData>> {
  const { at, everySegment = false, mock = false, output } = options
  const asked = { ...(at !== undefined && { at }), everySegment, mock, output: resolve(output) }
  const { result, seen } = await dryRun(workRequest(options), hostOf(options), (request, context) =>
    previewJob(asked, request, context),
  )
  return previewData(result, seen)
}

/** What is wrong with a job, and what is to be warned of. */
export interface Validation {
  /** What a run would end with as far as it can be told without the recordings; 0 where it would go on. */
  readonly exitCode: number
  readonly problems: readonly Finding[]
  /** Where the index was found; absent where it was not read. */
  readonly index?: string
}

/** Examines a cfg.json and its index, as `owt-main validate --json` does, without reading a recording. */
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

function jobRequest({ cfg, cfgFolder, index, settings, strict = false, language = 'en' }: JobOptions) {
  const { conf, settingsWarnings, settingsError } = inLanguage(language, () => confOf(settings))
  return {
    cfgPath: typeof cfg === 'string' ? resolve(cfg) : join(resolve(cfgFolder ?? '.'), 'cfg.json'),
    cfgText: typeof cfg === 'string' ? undefined : JSON.stringify(cfg, null, 2),
    ...{ index, conf, settingsWarnings, settingsError, strict },
    fontFile: conf.watermark.fontFile ? resolve(conf.watermark.fontFile) : bundledFont(),
  }
}

function workRequest(options: MixOptions) {
  const { workFolder, keepWork = false, force = false } = options
  return {
    ...jobRequest(options),
    ...{ workFolder: resolve(workFolder), keepWork, force, workerVersion: workerVersion() },
  }
}

function confOf(settings: Settings = {}): {
  conf: Conf
  settingsWarnings: readonly Warning[]
  settingsError: JobError | undefined
} {
  try {
    const layers = [{ file: 'settings', text: JSON.stringify(settings, null, 2) }]
    const { conf, warnings } = resolveConf({ layers, env: {} })
    return { conf, settingsWarnings: warnings, settingsError: undefined }
  } catch (thrown) {
    return { conf: defaultConf(), settingsWarnings: [], settingsError: asJobError(thrown) }
  }
}
