/** A remote bucket that is never contacted, for a dry run that does not need it. */
import { JobError } from '../errors.ts'
import type { Storage } from './storage.ts'

/** @param bucket name shown in messages */
export function closedBucket(bucket: string): Storage {
  const nothing = (key: string) =>
    Promise.reject(
      new JobError({ code: 'objectMissing', params: { where: bucket, key } }, { fault: 'input' }),
    )
  return {
    name: bucket,
    stat: () => Promise.resolve(undefined),
    identify: () => Promise.resolve(undefined),
    fetch: nothing,
    readText: () => Promise.resolve(undefined),
    list: () => Promise.resolve([]),
    keysBelow: () => Promise.resolve([]),
    put: nothing,
    refuseUnusable: () => Promise.resolve(),
    claim: nothing,
    remove: () => Promise.resolve(),
    close: () => undefined,
  }
}
