import type { Conf } from '../config/conf-schema.ts'
import type { StorageTarget } from '../model/job.ts'
import { openFolder } from './local.ts'
import { openS3 } from './s3.ts'
import type { Storage, StorageLog, StorageSettings } from './storage.ts'

/** What buckets need of the worker's settings. */
export const storageSettings = ({
  storage,
  network,
}: Pick<Conf, 'storage' | 'network'>): StorageSettings => ({
  ...storage,
  network,
})

/**
 * The bucket a job works with. Nothing is asked of it before its first use, not even whether it exists.
 * @param log is told of what had to be tried again
 */
export function openStorage(target: StorageTarget, settings: StorageSettings, log?: StorageLog): Storage {
  switch (target.kind) {
    case 'local':
      return openFolder(target, settings)
    case 's3':
      return openS3(target, settings, log)
  }
}
