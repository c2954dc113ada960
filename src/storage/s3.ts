/** A bucket of any service that speaks S3. */
import { JobError } from '../errors.ts'
import { ask } from './s3-ask.ts'
import { fetchObject } from './s3-fetch.ts'
import { putObject } from './s3-put.ts'
import { connect, type S3Session, type S3Target } from './s3-session.ts'
import { readObjectText } from './s3-text.ts'
import { lookUp } from './s3-version.ts'
import type { Storage, StorageLog, StorageSettings } from './storage.ts'

/** S3 takes no longer keys, in UTF-8. */
const MOST_KEY_BYTES = 1024

/** The bucket behind an S3 endpoint. The SDK is loaded and a connection made with the first request. */
export function openS3(target: S3Target, settings: StorageSettings, log?: StorageLog): Storage {
  const where = `${target.vendor} bucket "${target.bucket}"`
  let connecting: Promise<S3Session> | undefined
  const session = (): Promise<S3Session> => (connecting ??= connect({ where, target, settings, log }))
  return {
    name: where,
    async stat(key, options) {
      const found = await lookUp({ session: await session(), key, options })
      return found && { bytes: found.bytes, version: found.name }
    },
    fetch: async (key, intoPath, options) =>
      fetchObject({ session: await session(), key, options }, intoPath),
    readText: async (key, maxBytes, options) =>
      readObjectText({ session: await session(), key, options }, maxBytes),
    list: () => Promise.resolve([]),
    put: async (key, fromPath, options) => putObject({ session: await session(), key, fromPath, options }),
    refuseUnusable(key) {
      const bytes = Buffer.byteLength(key)
      if (bytes <= MOST_KEY_BYTES) return Promise.resolve()
      const params = { where, bytes, most: MOST_KEY_BYTES }
      return Promise.reject(new JobError({ code: 'keyTooLong', params }, { fault: 'config' }))
    },
    async remove(key, options) {
      const open = await session()
      const about = { doing: 'write', key, signal: options?.signal } as const
      await ask(open, about, (s3, send) => s3.deleteObject({ Bucket: open.bucket, Key: key }, send))
    },
    close() {
      connecting?.then(
        (open) => open.close(),
        () => {},
      )
      connecting = undefined
    },
  }
}
