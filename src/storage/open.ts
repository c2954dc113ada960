import type { Conf } from '../config/conf-schema.ts'
import type { StorageTarget } from '../model/job.ts'
import { openFolder } from './local.ts'
import { openS3 } from './s3.ts'
import type { Storage, StorageLog, StorageSettings } from './storage.ts'

/** Selects the settings that buckets need. */
export const storageSettings = ({
  storage,
  network,
}: Pick<Conf, 'storage' | 'network'>): StorageSettings => ({
  ...storage,
  network,
})

/**
 * Opens a bucket. Nothing is requested before its first use, not even whether it exists.
 * @param log receives a warning for each retry
 */
export function openStorage(target: StorageTarget, settings: StorageSettings, log?: StorageLog): Storage {
  switch (target.kind) {
    case 'local':
      return openFolder(target, settings)
    case 's3':
      return openS3(target, settings, log)
  }
}
