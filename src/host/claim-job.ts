/** What comes before a job is run or looked at: its cfg.json is read, and no other process works on it. */
import { type Cfg, parseCfg } from '../config/cfg.ts'
import { type JobError, asJobError } from '../errors.ts'
import { readCfg } from '../files/read-cfg.ts'
import { lockJob } from '../records/job-lock.ts'

/** A job as far as it could be claimed. */
export interface ClaimedJob {
  /** Of an empty text where it could not be read. */
  readonly cfg: Cfg
  /** Why it cannot be worked on. */
  readonly error: JobError | undefined
  /** Its lock is held. False where another process has the job, or where even its settings cannot be used. */
  readonly isLocked: boolean
  readonly release: () => Promise<void>
}

/**
 * Reads a job's cfg.json and takes its lock. Never throws.
 * @param options.cfgPath absolute
 * @param options.cfgText what it holds; read from the path unless given
 * @param options.settingsError what is wrong with the worker's own settings
 */
export async function claimJob(options: {
  cfgPath: string
  cfgText?: string | undefined
  workFolder: string
  settingsError: JobError | undefined
}): Promise<ClaimedJob> {
  const { cfgPath: file, cfgText, workFolder, settingsError } = options
  let cfg = parseCfg({ text: '', file })
  try {
    cfg = parseCfg({ text: cfgText ?? (await readCfg(file)), file })
    if (settingsError) throw settingsError
    const release = await lockJob({ workFolder, jobId: cfg.jobId })
    return { cfg, error: undefined, isLocked: true, release }
  } catch (thrown) {
    return { cfg, error: asJobError(thrown), isLocked: false, release: () => Promise.resolve() }
  }
}
