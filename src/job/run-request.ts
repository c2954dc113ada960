/** What a run of a job is asked for. */
import type { Warning } from '../messages/index.ts'
import type { JobRequest } from './job-request.ts'

export interface RunRequest extends JobRequest {
  /** Absolute path of the finished job's record; if undefined, earlier runs are ignored. */
  readonly doneFile: string | undefined
  /** Whether to take the measurements for a report. */
  readonly report: boolean
  /** Absolute path of a copy of the finished file; none if undefined. */
  readonly copyTo?: string | undefined
  /** Warnings about the worker's own settings. */
  readonly settingsWarnings: readonly Warning[]
}
