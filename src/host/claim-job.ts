/** Prepares a job for a run or dry run: reads its cfg.json and takes its lock. */
import { type Cfg, parseCfg } from '../config/cfg.ts'
import { type JobError, asJobError } from '../errors.ts'
import { readCfg, refuseNoRequest } from '../files/read-cfg.ts'
import { lockJob } from '../records/job-lock.ts'

/** The outcome of claiming a job. */
export interface ClaimedJob {
  /** Parsed from an empty text if cfg.json could not be read. */
  readonly cfg: Cfg
  /** Why the job cannot be processed. */
  readonly error: JobError | undefined
  /** Whether cfg.json could be read and is a request, right or wrong: what is no job leaves no log and no result. */
  readonly isJob: boolean
  /** Whether its lock is held. False if another process has the job or the worker's settings are invalid. */
  readonly isLocked: boolean
  readonly release: () => Promise<void>
}

/**
 * Reads a job's cfg.json and takes its lock. Never throws.
 * @param options.cfgPath absolute path
 * @param options.cfgText content of cfg.json; read from the path if absent
 * @param options.settingsError what is wrong with the worker's own settings
 */
export async function claimJob(options: {
  cfgPath: string
  cfgText?: string | undefined
  workFolder: string
  settingsError: JobError | undefined
}): Promise<ClaimedJob> {
  const { cfgPath: file, cfgText, workFolder, settingsError } = options
  let cfg: Cfg | undefined
  let isJob = false
  try {
    cfg = parseCfg({ text: cfgText ?? (await readCfg(file)), file })
    if (cfgText === undefined) refuseNoRequest(file, cfg.parsed)
    isJob = true
    if (settingsError) throw settingsError
    const release = await lockJob({ workFolder, jobId: cfg.jobId })
    return { cfg, error: undefined, isJob, isLocked: true, release }
  } catch (thrown) {
    return {
      cfg: cfg ?? parseCfg({ text: '', file }),
      error: asJobError(thrown),
      isJob,
      isLocked: false,
      release: () => Promise.resolve(),
    }
  }
}
