/** A bucket of any S3-compatible service. */
import { JobError } from '../errors.ts'
import { plainKey } from '../plan/output-keys.ts'
import { claimByName } from './claim.ts'
import { ask } from './s3-ask.ts'
import { fetchObject } from './s3-fetch.ts'
import { keysBelow, listKeys } from './s3-list.ts'
import { refuseUnwritable } from './s3-multipart.ts'
import { putObject } from './s3-put.ts'
import { connect, type S3Session, type S3Target } from './s3-session.ts'
import { readObjectText } from './s3-text.ts'
import { lookUp } from './s3-version.ts'
import type { Storage, StorageLog, StorageSettings } from './storage.ts'

/** The longest key S3 accepts, in UTF-8. */
const MOST_KEY_BYTES = 1024

/** Opens the bucket behind an S3 endpoint. The first request loads the SDK and opens the connection. */
export function openS3(target: S3Target, settings: StorageSettings, log?: StorageLog): Storage {
  const where = `${target.vendor} bucket "${target.bucket}"`
  let connecting: Promise<S3Session> | undefined
  const session = (): Promise<S3Session> => (connecting ??= connect({ where, target, settings, log }))
  return {
    name: where,
    async stat(key, options) {
      const found = await lookUp({ session: await session(), key, options })
      return (
        found && {
          bytes: found.bytes,
          version: found.name,
          etag: found.etag,
        }
      )
    },
    identify: async (key, options) => (await lookUp({ session: await session(), key, options }))?.name,
    fetch: async (key, intoPath, options) =>
      fetchObject({ session: await session(), key, options }, intoPath),
    readText: async (key, maxBytes, options) =>
      readObjectText({ session: await session(), key, options }, maxBytes),
    list: async (most, options) => listKeys(await session(), most, options),
    keysBelow: async (folder, options) => keysBelow(await session(), folder, options),
    put: async (key, fromPath, options) => putObject({ session: await session(), key, fromPath, options }),
    async refuseUnusable(key, { isLook, ...options }) {
      const bytes = Buffer.byteLength(key)
      if (bytes > MOST_KEY_BYTES) {
        const params = { where, bytes, most: MOST_KEY_BYTES }
        throw new JobError({ code: 'keyTooLong', params }, { fault: 'config' })
      }
      if (!isLook) await refuseUnwritable({ session: await session(), key, options })
    },
    claim(key, by) {
      const { host } = new URL(target.endpoint)
      return claimByName({ name: `${host}/${target.bucket}/${plainKey(key)}`, where, key, by })
    },
    link: async (key, seconds) => (await session()).link(key, seconds),
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
