/** Jobs of the library: their options, how they are run, and the running job. */
import { EventEmitter, on } from 'node:events'
import { dirname, join, resolve } from 'node:path'
import { type Conf, resolveConf, settingsOf } from '../config/conf.ts'
import type { JobEvent } from '../events/job-event.ts'
import { hostJob } from '../host/host-job.ts'
import type { HostedRequest } from '../host/hosted-request.ts'
import { bundledFont, workerVersion } from '../host/package.ts'
import type { Host } from '../job/host.ts'
import { inLanguage } from '../messages/index.ts'
import type { Language } from '../messages/language.ts'
import type { Result } from '../report/result.ts'

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

/** Runs a job and passes its events on. */
export function start(
  options: Omit<MixOptions, 'cfg'>,
  request: Omit<HostedRequest, 'hidden' | 'report' | 'logFolder'>,
): Mix {
  const emitter = new EventEmitter()
  const host = hostOf(options, (event) => {
    emitter.emit('event', event)
    options.onEvent?.(event)
  })
  const { logFolder } = options
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

export function hostOf(
  options: Omit<WorkOptions, 'cfg'>,
  emit: Host['emit'] = options.onEvent ?? (() => undefined),
): Host {
  const { signal = new AbortController().signal, language = 'en', env = process.env } = options
  return { emit, signal, language, env }
}

export function jobRequest(options: JobOptions) {
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

export function workRequest(options: MixOptions) {
  const { workFolder, keepWork = false, force = false } = options
  return {
    ...jobRequest(options),
    workFolder: resolve(workFolder),
    keepWork,
    force,
    workerVersion: workerVersion(),
  }
}
