/** Whether the finished file can go where it is meant to, found out before it is made. */
import { JobError } from './errors.ts'
import type { Logger } from './log.ts'
import type { Job } from './model/job.ts'
import type { OutputSettings } from './plan/settings.ts'
import { outputKeys } from './plan/output-keys.ts'
import type { Storage } from './storage/storage.ts'

/**
 * Refuses a job whose files can be put nowhere. Where the backup can take them, the upload will tell of the rest.
 * @throws JobError what speaks against the job's own bucket
 */
export async function refuseUnusableDestination(options: {
  job: Pick<Job, 'outputKey' | 'backupStorage' | 'media'>
  settings: OutputSettings
  storage: Pick<Storage, 'refuseUnusable'>
  spare: Pick<Storage, 'refuseUnusable'> | undefined
  log: Logger
}): Promise<void> {
  const { job, settings, storage, spare, log } = options
  const tryAll = async (bucket: Pick<Storage, 'refuseUnusable'>, outputKey: string) => {
    for (const { key } of outputKeys({ outputKey, settings, hasPicture: job.media !== 'audio' }))
      await bucket.refuseUnusable(key)
  }
  try {
    await tryAll(storage, job.outputKey)
  } catch (error) {
    if (!spare || !job.backupStorage || !(error instanceof JobError)) throw error
    const canBackUp = await tryAll(spare, job.backupStorage.outputKey).then(
      () => true,
      () => false,
    )
    if (!canBackUp) throw error
    log.warn({ err: error }, 'the finished file will go to the backup')
  }
}
