/** The options of a hosted job. */
import type { Conf } from '../config/conf.ts'
import type { JobError } from '../errors.ts'
import type { runJob } from '../job/run-job.ts'
import type { Warning } from '../messages/index.ts'

export interface HostedRequest {
  /** Absolute path of cfg.json. */
  readonly cfgPath: string
  /** Content of cfg.json; read from the path if absent. */
  readonly cfgText?: string | undefined
  /** Path of the recording index; located by the rules of conf/ if undefined. */
  readonly index: string | undefined
  /** The index itself, if it is not in a file; `from` is the path that it would have. */
  readonly room?: { readonly text: string; readonly from: string } | undefined
  /** Path of the timed updates; located by the documented rules if undefined. */
  readonly updates: string | undefined
  readonly conf: Conf
  readonly settingsWarnings: readonly Warning[]
  /** What is wrong with the settings. `conf` then holds the defaults, enough to report the error. */
  readonly settingsError: JobError | undefined
  readonly strict: boolean
  readonly keepWork: boolean
  readonly force: boolean
  /** Runs the job in the place of this process. */
  readonly runElsewhere?: typeof runJob | undefined
  /** Whether to make a report of the job. */
  readonly report: boolean
  /** Whether NotifyConfig is read again when the file at `cfgPath` changes. */
  readonly watchReceivers?: boolean
  /** Absolute path of a copy of the finished file; none if undefined. */
  readonly copyTo?: string | undefined
  /** Absolute path of the folder that contains work folders. */
  readonly workFolder: string
  /** Absolute path of the folder for the job's records; nothing is kept if undefined. */
  readonly logFolder: string | undefined
  /** Absolute paths of folders that are removed from messages to receivers. */
  readonly hidden: readonly string[]
  /** Absolute path of the font for watermarks. */
  readonly fontFile: string
  readonly workerVersion: string
}
