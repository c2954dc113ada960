import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { JobError } from '../../src/errors.ts'
import { openStorage } from '../../src/storage/open.ts'
import type { Storage, StorageSettings } from '../../src/storage/storage.ts'
import { type S3Server, startS3Server } from '../harness/s3-server.ts'
import { type Fault, PART_BYTES, startStrictS3, type StrictS3 } from '../harness/strict-s3.ts'

// For a hang only: no test waits for this, and a busy machine is slow at 40 MB.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const BUCKET = 'recordings'
const KEY = 'room 1/张三+(a)&b.webm'
const patient: StorageSettings = { connectTimeoutMs: 5000, requestTimeoutMs: 20_000, attempts: 3 }
/** For calls that are never answered: the time is waited for, so it is short. */
const hasty: StorageSettings = { connectTimeoutMs: 500, requestTimeoutMs: 300, attempts: 2 }

let server: S3Server
let front: StrictS3
let home: string
const opened: Storage[] = []

interface Variation {
  readonly bucket?: string
  readonly endpoint?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | 'chain'
  readonly settings?: StorageSettings
}

function open(variation: Variation = {}): Storage {
  const { credentials = front.credentials } = variation
  const storage = openStorage(
    {
      kind: 's3',
      vendor: 'ucloud',
      bucket: variation.bucket ?? BUCKET,
      region: front.region,
      endpoint: variation.endpoint ?? front.endpoint,
      pathStyle: true,
      ...(credentials === 'chain' ? {} : { credentials }),
    },
    variation.settings ?? patient,
  )
  opened.push(storage)
  return storage
}

async function failureOf(promise: Promise<unknown>): Promise<JobError> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (failure: unknown) => failure,
  )
  if (!(error instanceof JobError)) throw error as Error
  // Whoever logs an error logs its causes too.
  const everything = inspect(error, { depth: Infinity, showHidden: true })
  expect(everything).not.toContain(front.credentials.secretAccessKey)
  expect(everything).not.toContain('AWS4-HMAC-SHA256')
  return error
}

/** A file of this many bytes under `home`, and its bytes. */
async function makeFile(name: string, length: number): Promise<{ path: string; bytes: Buffer }> {
  const bytes = randomBytes(length)
  const path = join(home, name)
  await writeFile(path, bytes)
  return { path, bytes }
}

beforeAll(async () => {
  server = await startS3Server({ buckets: [BUCKET] })
  front = await startStrictS3({ backendPort: server.port })
})
afterAll(async () => {
  for (const storage of opened) storage.close()
  await front?.stop()
  await server?.stop()
})
beforeEach(async () => {
  front.forget()
  home = await mkdtemp(join(tmpdir(), 'owt-fetch-'))
  return () => rm(home, { recursive: true, force: true })
})

describe('round trips', () => {
  it.each([0, 1, 100_000, PART_BYTES])('puts %i bytes with one request', async (length) => {
    const { path, bytes } = await makeFile('out.mp4', length)
    let moved = 0
    const storage = open()
    expect(await storage.put(KEY, path, { onBytes: (count) => (moved += count) })).toEqual({ bytes: length })
    expect(moved).toBe(length)
    expect(front.requests.map((seen) => seen.operation)).toEqual(['PutObject', 'HeadObject'])

    moved = 0
    const into = join(home, 'in.mp4')
    expect(await storage.fetch(KEY, into, { onBytes: (count) => (moved += count) })).toEqual({
      path: into,
      bytes: length,
    })
    expect(moved).toBe(length)
    expect((await readFile(into)).equals(bytes)).toBe(true)
    expect(await storage.stat(KEY)).toMatchObject({ bytes: length })
    expect((await readdir(home)).sort()).toEqual(['in.mp4', 'out.mp4'])
  })

  it.each([
    [PART_BYTES + 1, [PART_BYTES, 1]],
    [2 * PART_BYTES, [PART_BYTES, PART_BYTES]],
    [5 * PART_BYTES + 12_345, [...Array<number>(5).fill(PART_BYTES), 12_345]],
  ])('puts %i bytes in parts of 8 MiB', async (length, parts) => {
    const { path, bytes } = await makeFile('out.mp4', length)
    let moved = 0
    const storage = open()
    expect(await storage.put('mixed/out.mp4', path, { onBytes: (count) => (moved += count) })).toEqual({
      bytes: length,
    })
    expect(moved).toBe(length)
    expect(front.completed).toEqual([parts])
    expect(front.pendingUploads()).toBe(0)
    expect((await server.get(BUCKET, 'mixed/out.mp4'))?.equals(bytes)).toBe(true)
    const { path: into } = await storage.fetch('mixed/out.mp4', join(home, 'in.mp4'))
    expect((await readFile(into)).equals(bytes)).toBe(true)
  })

  it('reads a small text and refuses a larger one', async () => {
    await server.put(BUCKET, 'index.json', Buffer.from('{"房间":1}'))
    expect(await open().readText('index.json', 100)).toBe('{"房间":1}')
    const error = await failureOf(open().readText('index.json', 5))
    expect(error).toMatchObject({ code: 'textTooLarge', retryable: false })
  })
})

describe('what is missing or not allowed', () => {
  it('tells a missing object by undefined, and by an error where it is needed', async () => {
    const storage = open()
    expect(await storage.stat('none.webm')).toBeUndefined()
    expect(await storage.readText('none.json', 10)).toBeUndefined()
    const error = await failureOf(storage.fetch('none.webm', join(home, 'none.webm')))
    expect(error).toMatchObject({ code: 'objectMissing', fault: 'input', retryable: false })
    expect(error.message).toMatchInlineSnapshot(
      `"ucloud bucket "recordings": there is no object "none.webm"; check Root and Name in the index"`,
    )
    expect(await readdir(home)).toEqual([])
  })

  it('tells a missing bucket from a missing object', async () => {
    const { path } = await makeFile('out.mp4', 10)
    const storage = open({ bucket: 'nobodys' })
    for (const attempt of [
      () => storage.stat('a'),
      () => storage.fetch('a', join(home, 'a')),
      () => storage.readText('a', 10),
      () => storage.put('a', path),
    ]) {
      expect(await failureOf(attempt())).toMatchObject({ code: 'bucketMissing', fault: 'config' })
    }
  })

  it.each([
    ['a wrong secret', { secretAccessKey: 'no such secret' }, 'secretRefused'],
    ['an unknown key', { accessKeyId: 'NOBODY' }, 'accessKeyUnknown'],
  ] as const)('names %s, and not by the secret', async (_, wrong, code) => {
    const { path } = await makeFile('out.mp4', PART_BYTES + 1)
    const storage = open({ credentials: { ...front.credentials, ...wrong } })
    for (const attempt of [
      () => storage.stat('a'),
      () => storage.fetch('a', join(home, 'a')),
      () => storage.readText('a', 10),
      () => storage.put('a', path),
    ]) {
      const error = await failureOf(attempt())
      expect(error).toMatchObject({ code, fault: 'config', retryable: false })
      expect(error.message).not.toContain('no such secret')
    }
    expect(front.pendingUploads()).toBe(0)
  })

  it.each([
    ['AccessDenied', 403, 'accessDenied', false],
    ['RequestTimeTooSkewed', 403, 'clockSkewed', false],
    ['PermanentRedirect', 301, 'bucketElsewhere', false],
    ['InvalidObjectState', 403, 'accessDenied', false],
    ['NotImplemented', 501, 'storageFailed', true],
    ['EntityTooLarge', 400, 'storageFailed', false],
  ] as const)('puts %s into words', async (code, status, told, retryable) => {
    front.break({ how: { kind: 'refuse', status, code }, times: 20 })
    const { path } = await makeFile('out.mp4', 10)
    const storage = open()
    for (const attempt of [
      () => storage.fetch('a', join(home, 'a')),
      () => storage.put('a', path),
      () => storage.stat('a'),
    ]) {
      const error = await failureOf(attempt())
      expect(error).toMatchObject({ code: told, retryable })
      if (told === 'storageFailed') expect(error.message).toContain(`HTTP ${status}`)
    }
  })

  it('says where no credentials are to be found', async () => {
    const none = join(home, 'none')
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', none)
    vi.stubEnv('AWS_CONFIG_FILE', none)
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE'])
      vi.stubEnv(name, undefined)
    try {
      const error = await failureOf(open({ credentials: 'chain' }).stat('a'))
      expect(error).toMatchObject({ code: 'credentialsMissing', fault: 'config' })
    } finally {
      vi.unstubAllEnvs()
    }
  })

  it('takes credentials from the environment where the job has none', async () => {
    await server.put(BUCKET, 'a', Buffer.from('a'))
    vi.stubEnv('AWS_ACCESS_KEY_ID', front.credentials.accessKeyId)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', front.credentials.secretAccessKey)
    try {
      expect(await open({ credentials: 'chain' }).stat('a')).toMatchObject({ bytes: 1 })
    } finally {
      vi.unstubAllEnvs()
    }
  })

  it('names an endpoint that is not there, without what its URL hides', async () => {
    const refused = await failureOf(open({ endpoint: 'http://127.0.0.1:1', settings: hasty }).stat('a'))
    expect(refused).toMatchObject({ code: 'storageUnreachable', fault: 'input', retryable: true })
    expect(refused.message).toContain('127.0.0.1:1 cannot be reached (ECONNREFUSED)')
    const endpoint = 'http://me:hush@storage.invalid'
    const unknown = await failureOf(open({ endpoint, settings: hasty }).stat('a'))
    expect(unknown.code).toBe('storageUnreachable')
    expect(unknown.message).not.toContain('hush')
  })
})

describe('connections that break', () => {
  const LENGTH = 3_000_000

  it('goes on where a body was cut, and never asks for the rest of another version', async () => {
    const { bytes } = await makeFile('source', LENGTH)
    await server.put(BUCKET, KEY, bytes)
    front.break({ operation: 'GetObject', how: { kind: 'cut', afterBytes: 1_234_567 } })
    front.break({ operation: 'GetObject', how: { kind: 'cut', afterBytes: 1 } })
    let moved = 0
    const { path } = await open().fetch(KEY, join(home, 'in'), { onBytes: (count) => (moved += count) })
    expect((await readFile(path)).equals(bytes)).toBe(true)
    expect(moved).toBe(LENGTH)
    const [first, second, third, ...more] = front.requests
    expect(more).toEqual([])
    expect(first?.range).toBeUndefined()
    // What had arrived but was not yet read when the connection broke is lost, so not exactly from the cut.
    const [secondFrom, thirdFrom] = [second, third].map((seen) =>
      Number(/^bytes=(\d+)-$/.exec(seen?.range ?? '')?.[1]),
    )
    expect(secondFrom).toBeGreaterThan(0)
    expect(secondFrom).toBeLessThanOrEqual(1_234_567)
    expect(thirdFrom).toBeGreaterThanOrEqual(secondFrom ?? 0)
    expect(second?.ifMatch).toMatch(/^".+"$/)
    expect(third?.ifMatch).toBe(second?.ifMatch)
    expect((await readdir(home)).sort()).toEqual(['in', 'source'])
  })

  it('goes on where a body stalled', async () => {
    const { bytes } = await makeFile('source', LENGTH)
    await server.put(BUCKET, KEY, bytes)
    front.break({ operation: 'GetObject', how: { kind: 'stall', afterBytes: 1_000_000 } })
    const { path } = await open({ settings: { ...patient, requestTimeoutMs: 2000 } }).fetch(
      KEY,
      join(home, 'in'),
    )
    expect((await readFile(path)).equals(bytes)).toBe(true)
    expect(front.requests.map((seen) => seen.range)).toEqual([undefined, 'bytes=1000000-'])
  })

  it('takes up a cut text too', async () => {
    await server.put(BUCKET, 'index.json', Buffer.from('{"a":"房间"}'))
    front.break({ how: { kind: 'cut', afterBytes: 7 } })
    expect(await open().readText('index.json', 100)).toBe('{"a":"房间"}')
  })

  it('gives up when nothing more comes, and leaves no .part', async () => {
    await server.put(BUCKET, KEY, randomBytes(LENGTH))
    front.break({ operation: 'GetObject', times: 100, how: { kind: 'cut', afterBytes: 1000 } })
    let moved = 0
    const onBytes = (count: number): number => (moved += count)
    const error = await failureOf(
      open({ settings: { ...patient, attempts: 2 } }).fetch(KEY, join(home, 'in'), { onBytes }),
    )
    expect(error).toMatchObject({ code: 'fetchInterrupted', fault: 'input', retryable: true })
    expect(error.message).toMatch(/at byte \d{1,4} of 3000000 of /)
    expect(moved).toBe(0)
    expect(await readdir(home)).toEqual([])
  })

  it('starts over when the object is replaced in mid fetch', async () => {
    const replacement = randomBytes(LENGTH / 2)
    await server.put(BUCKET, KEY, randomBytes(LENGTH))
    const meanwhile = (): Promise<void> => server.put(BUCKET, KEY, replacement)
    front.break({ operation: 'GetObject', how: { kind: 'cut', afterBytes: 2_000_000 }, meanwhile })
    let moved = 0
    const { path, bytes } = await open().fetch(KEY, join(home, 'in'), {
      onBytes: (count) => (moved += count),
    })
    expect(bytes).toBe(replacement.length)
    expect(moved).toBe(replacement.length)
    expect((await readFile(path)).equals(replacement)).toBe(true)
  })

  it('says so when the object shrinks again and again', async () => {
    let length = LENGTH
    const shrink = (): Promise<void> => server.put(BUCKET, KEY, randomBytes((length -= 500_000)))
    await shrink()
    const fault: Fault = {
      operation: 'GetObject',
      how: { kind: 'cut', afterBytes: 400_000 },
      meanwhile: shrink,
    }
    // The calls between, for the rest of what has shrunk, are refused by their If-Match.
    for (let begun = 0; begun < 3; begun++) {
      front.break(fault)
      front.break({ operation: 'GetObject', how: { kind: 'pass' } })
    }
    const error = await failureOf(open().fetch(KEY, join(home, 'in')))
    expect(error).toMatchObject({ code: 'objectChanged', fault: 'input', retryable: true })
    expect(front.count('GetObject')).toBe(6)
    expect(await readdir(home)).toEqual([])
  })

  it('does not take an object for whole that is shorter than its answer claims', async () => {
    await server.put(BUCKET, KEY, randomBytes(1000))
    front.break({ operation: 'GetObject', times: 100, how: { kind: 'length', bytes: 2000 } })
    const error = await failureOf(open().fetch(KEY, join(home, 'in')))
    expect(error.code).toBe('objectChanged')
    expect(await readdir(home)).toEqual([])
  })

  it('survives 503s', async () => {
    const { path, bytes } = await makeFile('out.mp4', PART_BYTES + 5)
    const storage = open()
    for (const operation of ['CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload', 'GetObject']) {
      front.break({ operation, how: { kind: 'refuse', status: 503, code: 'SlowDown' } })
    }
    front.break({ operation: 'HeadObject', times: 2, how: { kind: 'refuse', status: 503, code: 'SlowDown' } })
    await storage.put('mixed/out.mp4', path)
    const fetched = await storage.fetch('mixed/out.mp4', join(home, 'in.mp4'))
    expect((await readFile(fetched.path)).equals(bytes)).toBe(true)
    expect(front.count('UploadPart')).toBe(3)
    expect(front.count('HeadObject')).toBe(3)
  })

  it('ends a call that is never answered', async () => {
    const { path } = await makeFile('out.mp4', 10)
    front.break({ times: 100, how: { kind: 'hang' } })
    const storage = open({ settings: hasty })
    const timeout = { code: 'storageTimeout', retryable: true }
    expect(await failureOf(storage.stat('a'))).toMatchObject({ ...timeout, fault: 'input' })
    expect(await failureOf(storage.fetch('a', join(home, 'in')))).toMatchObject({
      ...timeout,
      fault: 'input',
    })
    expect(await failureOf(storage.put('a', path))).toMatchObject({ ...timeout, fault: 'destination' })
    expect(front.count('HeadObject')).toBe(hasty.attempts)
    expect(await readdir(home)).toEqual(['out.mp4'])
  })

  it('throws the reason it is stopped for, and leaves no .part', async () => {
    await server.put(BUCKET, KEY, randomBytes(LENGTH))
    const stop = new AbortController()
    const reason = new Error('stopped by the operator')
    front.break({ operation: 'GetObject', how: { kind: 'stall', afterBytes: 1_000_000 } })
    const onBytes = (): void => stop.abort(reason)
    await expect(open().fetch(KEY, join(home, 'in'), { signal: stop.signal, onBytes })).rejects.toBe(reason)
    await expect(open().stat(KEY, { signal: stop.signal })).rejects.toBe(reason)
    expect(await readdir(home)).toEqual([])
  })
})

describe('uploads that fail', () => {
  const LENGTH = 7 * PART_BYTES

  it('aborts the multipart upload, and sends no more parts than were in flight', async () => {
    const { path } = await makeFile('out.mp4', LENGTH)
    front.break({
      operation: 'UploadPart',
      times: 100,
      how: { kind: 'refuse', status: 400, code: 'InvalidArgument' },
    })
    const error = await failureOf(open().put('failed.mp4', path))
    expect(error).toMatchObject({ code: 'storageFailed', fault: 'destination', retryable: false })
    expect(error.message).toContain('InvalidArgument (HTTP 400)')
    expect(front.count('AbortMultipartUpload')).toBe(1)
    expect(front.count('UploadPart')).toBeLessThanOrEqual(4)
    expect(front.pendingUploads()).toBe(0)
    expect(await server.get(BUCKET, 'failed.mp4')).toBeUndefined()
  })

  it('aborts it when it cannot be completed', async () => {
    const { path } = await makeFile('out.mp4', PART_BYTES + 1)
    const how = { kind: 'refuse', status: 400, code: 'InvalidPart' } as const
    front.break({ operation: 'CompleteMultipartUpload', times: 100, how })
    expect((await failureOf(open().put('failed.mp4', path))).message).toContain('InvalidPart')
    expect(front.count('AbortMultipartUpload')).toBe(1)
    expect(front.pendingUploads()).toBe(0)
    expect(await server.get(BUCKET, 'failed.mp4')).toBeUndefined()
  })

  it('has aborted it by the time a stopped put returns', async () => {
    const { path } = await makeFile('out.mp4', LENGTH)
    const stop = new AbortController()
    const reason = new Error('stopped by the operator')
    const meanwhile = (): void => stop.abort(reason)
    front.break({ operation: 'UploadPart', how: { kind: 'hang' }, meanwhile })
    await expect(open().put('stopped.mp4', path, { signal: stop.signal })).rejects.toBe(reason)
    expect(front.count('AbortMultipartUpload')).toBe(1)
    expect(front.pendingUploads()).toBe(0)
    expect(await server.get(BUCKET, 'stopped.mp4')).toBeUndefined()
  })

  it.each([1000, PART_BYTES + 1])('notices that %i bytes have not all arrived', async (length) => {
    const { path } = await makeFile('out.mp4', length)
    front.break({ operation: 'HeadObject', how: { kind: 'length', bytes: length - 1 } })
    const error = await failureOf(open().put('short.mp4', path))
    expect(error).toMatchObject({ code: 'uploadDiffers', fault: 'destination', retryable: true })
    expect(error.message).toContain(`${length} bytes but has ${length - 1} there`)
  })

  it('sends a dropped body again', async () => {
    const { path, bytes } = await makeFile('out.mp4', PART_BYTES + 1)
    front.break({ operation: 'UploadPart', times: 2, how: { kind: 'drop' } })
    await open().put('again.mp4', path)
    expect((await server.get(BUCKET, 'again.mp4'))?.equals(bytes)).toBe(true)
  })

  it('names a finished file that is not there', async () => {
    const error = await failureOf(open().put('a.mp4', join(home, 'none.mp4')))
    expect(error).toMatchObject({ code: 'fileFailed', fault: 'internal' })
    expect(front.requests).toEqual([])
  })
})
