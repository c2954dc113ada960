/** What a host asks for when it runs a job. */
import type { Cfg } from '../config/cfg.ts'
import type { Conf } from '../config/conf.ts'

export interface JobRequest {
  /** `file` is its absolute path. */
  readonly cfg: Cfg
  /** Path of the recording index; located by the rules of conf/ if undefined. */
  readonly index: string | undefined
  /** The index itself, if the host has made it; `from` is the path that it would have. */
  readonly room?: { readonly text: string; readonly from: string } | undefined
  /** Path of the timed updates; located by the documented rules if undefined. */
  readonly updates: string | undefined
  readonly conf: Conf
  readonly strict: boolean
  readonly keepWork: boolean
  /** Redo everything, ignoring an earlier run. */
  readonly force: boolean
  /** Dry run: the work folder is restored, and no work is done. */
  readonly isLook?: boolean
  /** Send no requests to remote buckets. */
  readonly isOffline?: boolean
  /** Absolute path of the folder that contains work folders. */
  readonly workFolder: string
  /** Absolute path of the font for watermarks. */
  readonly fontFile: string
  readonly workerVersion: string
  /** Absolute paths of the job's files that the host writes to the log folder. */
  readonly ownFiles?: readonly string[]
}
