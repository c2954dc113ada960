/** An S3 server with its strict front, a folder, and a bucket opened the way a job opens it. */
import { randomBytes } from 'node:crypto'
import dns from 'node:dns'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeEach, expect, vi } from 'vitest'
import { defaultConf } from '../../src/config/conf.ts'
import { JobError } from '../../src/errors.ts'
import type { S3Vendor } from '../../src/model/job.ts'
import { openStorage } from '../../src/storage/open.ts'
import type { Storage, StorageSettings } from '../../src/storage/storage.ts'
import type { S3Server } from './s3-server.ts'
import type { StrictS3 } from './strict-s3.ts'
import { useS3 } from './use-s3.ts'

export const BUCKET = 'recordings'
/** A second one, for backups. */
export const SPARE = 'spare'
/** A key with everything in it that an address has to escape. */
export const KEY = 'room 1/张三+(a)&b.webm'

/** Pauses are short, so that a test waits for nothing but what it is about; no limit is reached where all is well. */
export const patient: StorageSettings = {
  connectTimeoutMs: 60_000,
  requestTimeoutMs: 60_000,
  attempts: 3,
  backoffMs: 4,
  maxBackoffMs: 20,
  minBytesPerSecond: 0,
  leaveFreeMb: 0,
  proxy: true,
  credentialsFor: ['http://127.0.0.1'],
  endpoints: defaultConf().storage.endpoints,
  internalNetwork: false,
  localRoots: [],
  fileMode: '',
  network: { allow: [], deny: [] },
}

export interface Variation {
  readonly vendor?: S3Vendor
  readonly bucket?: string
  readonly endpoint?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | 'chain'
  readonly settings?: Partial<StorageSettings>
}

export interface Bench {
  readonly server: S3Server
  readonly front: StrictS3
  /** A folder of this test's own. */
  readonly home: string
  /** What opened buckets have noted in this test. */
  readonly noted: readonly { readonly message: string; readonly facts: object }[]
  open(variation?: Variation): Storage
  /** What a promise fails with: a JobError, with no secret anywhere in it. */
  failureOf(promise: Promise<unknown>): Promise<JobError>
  /** A file of this many random bytes under `home`. */
  makeFile(name: string, length: number): Promise<{ path: string; bytes: Buffer }>
  /** Puts random bytes into the bucket, unseen by the front. */
  makeObject(key: string, length: number): Promise<Buffer>
  /** Whether a file holds exactly these bytes; said apart from the bytes, which a failing test would print. */
  holds(path: string, bytes: Buffer): Promise<boolean>
}

/**
 * A name server that knows no host and says so at once: the network's own takes as long as it likes, or is not there.
 * Holds until mocks are restored.
 */
export function knowNoHost() {
  const lookup = (hostname: string, _options: object, done: (error: Error) => void) =>
    setImmediate(done, Object.assign(new Error('no such host'), { code: 'ENOTFOUND', hostname }))
  return vi.spyOn(dns, 'lookup').mockImplementation(lookup as unknown as typeof dns.lookup)
}

/** Starts everything before the tests of a file, and ends it after them. */
export function useS3Bench(): Bench {
  const { server, front } = useS3([BUCKET, SPARE])
  let home: string
  const opened: Storage[] = []
  const noted: { message: string; facts: object }[] = []

  afterAll(() => {
    for (const storage of opened) storage.close()
  })
  beforeEach(async () => {
    noted.length = 0
    home = await mkdtemp(join(tmpdir(), 'owt-storage-'))
    return () => rm(home, { recursive: true, force: true })
  })

  return {
    server,
    front,
    get home() {
      return home
    },
    noted,
    open(variation = {}) {
      const { credentials = front.credentials } = variation
      const target = {
        kind: 's3',
        vendor: variation.vendor ?? 'ucloud',
        bucket: variation.bucket ?? BUCKET,
        region: front.region,
        endpoint: variation.endpoint ?? front.endpoint,
        pathStyle: true,
        ...(credentials === 'chain' ? {} : { credentials }),
      } as const
      const log = { warn: (facts: object, message: string) => void noted.push({ facts, message }) }
      const storage = openStorage(target, { ...patient, ...variation.settings }, log)
      opened.push(storage)
      return storage
    },
    async failureOf(promise) {
      const error = await promise.then(
        () => new Error('it did not fail'),
        (failure: unknown) => failure,
      )
      if (!(error instanceof JobError)) throw error as Error
      // Whoever logs an error logs its causes too.
      const everything = inspect([error, noted], { depth: Infinity, showHidden: true })
      expect(everything).not.toContain(front.credentials.secretAccessKey)
      expect(everything).not.toContain('AWS4-HMAC-SHA256')
      return error
    },
    async makeFile(name, length) {
      const bytes = randomBytes(length)
      const path = join(home, name)
      await writeFile(path, bytes)
      return { path, bytes }
    },
    async makeObject(key, length) {
      const bytes = randomBytes(length)
      await server.put(BUCKET, key, bytes)
      return bytes
    },
    holds: async (path, bytes) => (await readFile(path)).equals(bytes),
  }
}
