import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { BUCKET, KEY, knowNoHost, useS3Bench } from '../harness/strict-s3-bench.ts'
import { type How, PART_BYTES } from '../harness/strict-s3.ts'

const bench = useS3Bench()
afterEach(() => void vi.unstubAllEnvs().restoreAllMocks())

/** Fetches and puts, in one request and in parts, and looks whether everything is right. */
async function expectWork(storage = bench.open()): Promise<void> {
  const bytes = await bench.makeObject(KEY, 100_000)
  await storage.fetch(KEY, join(bench.home, 'in'))
  expect(await bench.holds(join(bench.home, 'in'), bytes)).toBe(true)
  for (const length of [1000, PART_BYTES + 1]) {
    const { path, bytes: made } = await bench.makeFile('out.mp4', length)
    await storage.put('out.mp4', path)
    expect((await bench.server.get(BUCKET, 'out.mp4'))?.equals(made)).toBe(true)
  }
  expect(bench.front.pendingUploads()).toBe(0)
}

const CALLS = [
  'GetObject',
  'HeadObject',
  'PutObject',
  'CreateMultipartUpload',
  'UploadPart',
  'CompleteMultipartUpload',
]

describe('a service that has its moments', () => {
  const refuse = (status: number, code: string, body?: string): How => ({
    kind: 'refuse',
    status,
    code,
    ...(body !== undefined && { body }),
  })

  it.each([
    ['503 SlowDown', refuse(503, 'SlowDown')],
    ['429', refuse(429, 'TooManyRequests')],
    ['500', refuse(500, 'InternalError')],
    ["a gateway's page", refuse(502, '', '<html><body>bad gateway<br></body></html>')],
    ['503 and nothing', refuse(503, '', '')],
    ['400 RequestTimeout', refuse(400, 'RequestTimeout')],
    ['a closed connection', { kind: 'drop' }],
    ['an answer that comes late', { kind: 'late', ms: 30 }],
  ] as const)('is asked again, each call: %s', async (name, how) => {
    for (const operation of CALLS) bench.front.break({ operation, times: 2, how })
    await expectWork()
    expect(bench.noted.length > 0).toBe(name !== 'an answer that comes late')
  })

  it('is asked as often as the settings say, then named with what to do', async () => {
    bench.front.break({ times: 100, how: refuse(503, 'SlowDown') })
    const { path } = await bench.makeFile('out.mp4', 10)
    const error = await bench.failureOf(bench.open({ settings: { attempts: 4 } }).put('a.mp4', path))
    expect(error).toMatchObject({ code: 'storageFailed', fault: 'destination', retryable: true })
    expect(error.message).toMatchInlineSnapshot(
      `"ucloud bucket "recordings": writing "a.mp4" failed with SlowDown (HTTP 503); the service is overloaded or throttles this account: run the job again later, or lower limits.fetches in conf/"`,
    )
    expect(bench.front.count('PutObject')).toBe(4)
    expect(bench.noted).toMatchObject([
      { message: 'storage asked again', facts: { failures: 1, doing: 'write', key: 'a.mp4' } },
      { facts: { failures: 2 } },
      { facts: { failures: 3 } },
    ])
  })

  it('is left alone for as long as it asks', async () => {
    await bench.makeObject(KEY, 10)
    const how = { ...refuse(503, 'SlowDown'), headers: { 'retry-after': '9' } } as How
    bench.front.break({ operation: 'GetObject', how })
    // Nine seconds are more than the longest pause of this bench.
    await bench.open().fetch(KEY, join(bench.home, 'in'))
    expect(bench.noted).toMatchObject([{ facts: { pauseMs: 20 } }])
  })

  it.each([
    ['AccessDenied', 403, 'accessDenied'],
    ['InvalidAccessKeyId', 403, 'accessKeyUnknown'],
    ['SignatureDoesNotMatch', 403, 'secretRefused'],
    ['NoSuchBucket', 404, 'bucketMissing'],
    ['PermanentRedirect', 301, 'bucketElsewhere'],
    ['ExpiredToken', 400, 'credentialsExpired'],
    ['NotImplemented', 501, 'storageFailed'],
    ['InvalidArgument', 400, 'storageFailed'],
  ] as const)('is not asked again where that cannot help: %s', async (code, status, told) => {
    bench.front.break({ times: 100, how: refuse(status, code) })
    const { path } = await bench.makeFile('out.mp4', 10)
    const storage = bench.open()
    for (const attempt of [() => storage.fetch(KEY, join(bench.home, 'in')), () => storage.put(KEY, path)]) {
      expect(await bench.failureOf(attempt())).toMatchObject({ code: told, retryable: false })
    }
    expect(bench.front.requests).toHaveLength(2)
  })

  it('ends a call that is never answered', async () => {
    const { path } = await bench.makeFile('out.mp4', 10)
    bench.front.break({ times: 100, how: { kind: 'hang' } })
    // The time is waited for, so it is short.
    const settings = { requestTimeoutMs: 300, attempts: 2 }
    const storage = bench.open({ settings })
    const timeout = { code: 'storageTimeout', retryable: true }
    expect(await bench.failureOf(storage.stat('a'))).toMatchObject({ ...timeout, fault: 'input' })
    expect(await bench.failureOf(storage.fetch('a', join(bench.home, 'in')))).toMatchObject({
      ...timeout,
      fault: 'input',
    })
    expect(await bench.failureOf(storage.put('a', path))).toMatchObject({ ...timeout, fault: 'destination' })
    // What a call sent at its limit the service may never have read: how often each was tried is said here.
    expect(bench.noted.map(({ message }) => message)).toEqual(Array<string>(3).fill('storage asked again'))
  })

  it('tells a connection that breaks from one that cannot be made', async () => {
    bench.front.break({ times: 100, how: { kind: 'drop' } })
    expect(await bench.failureOf(bench.open().stat('a'))).toMatchObject({
      code: 'connectionBroke',
      message: expect.stringContaining('(ECONNRESET)') as string,
      retryable: true,
    })
  })

  it('does not wait long for a host that no name server knows', async () => {
    const lookup = knowNoHost()
    const storage = bench.open({ endpoint: 'http://storage.invalid', settings: { attempts: 50 } })
    expect(await bench.failureOf(storage.stat('a'))).toMatchObject({ code: 'storageUnreachable' })
    expect(lookup).toHaveBeenCalledTimes(3)
    expect(bench.noted).toHaveLength(2)
  })

  it('may refuse a look at an object that may be read', async () => {
    await bench.makeObject(KEY, 1234)
    const first = await bench.open().stat(KEY)
    bench.front.break({ operation: 'HeadObject', how: refuse(403, 'AccessDenied') })
    expect(await bench.open().stat(KEY)).toEqual(first)
  })
})

describe('a clock that is off', () => {
  const MINUTE = 60_000

  it.each([20 * MINUTE, -20 * MINUTE, 24 * 60 * MINUTE])(
    "is put right by the service's, %i ms",
    async (ms) => {
      bench.front.be({ clockAheadMs: ms })
      await expectWork()
      const storage = bench.open()
      expect(await storage.stat('none')).toBeUndefined()
      expect(await storage.stat(KEY)).toMatchObject({ bytes: 100_000 })
    },
  )

  it('is put right once, with the first call', async () => {
    await bench.makeObject(KEY, 10)
    bench.front.be({ clockAheadMs: 60 * MINUTE })
    const storage = bench.open({ settings: { attempts: 1 } })
    await storage.fetch(KEY, join(bench.home, 'in'))
    await storage.fetch(KEY, join(bench.home, 'second'))
    expect(bench.front.count('GetObject')).toBe(3)
    expect(bench.noted).toEqual([])
  })

  it('is named at once where the service does not say what time it is', async () => {
    await bench.makeObject(KEY, 10)
    bench.front.be({ clockAheadMs: 60 * MINUTE, tellsTime: false })
    const error = await bench.failureOf(bench.open().fetch(KEY, join(bench.home, 'in')))
    expect(error).toMatchObject({ code: 'clockSkewed', fault: 'config', retryable: false })
    expect(error.message).toContain("this machine's clock is wrong; set its time")
    expect(bench.front.count('GetObject')).toBe(1)
  })

  it('is named when putting it right did not help', async () => {
    bench.front.break({ times: 100, how: { kind: 'refuse', status: 403, code: 'RequestTimeTooSkewed' } })
    const error = await bench.failureOf(bench.open().fetch(KEY, join(bench.home, 'in')))
    expect(error.code).toBe('clockSkewed')
    expect(bench.front.count('GetObject')).toBe(2)
  })
})

describe('credentials that expire', () => {
  /** Credentials in the file that the SDK's chain looks into, and nowhere else. */
  async function giveToken(token: string): Promise<void> {
    const { accessKeyId, secretAccessKey } = bench.front.credentials
    const lines = [
      '[default]',
      `aws_access_key_id = ${accessKeyId}`,
      `aws_secret_access_key = ${secretAccessKey}`,
      `aws_session_token = ${token}`,
    ]
    await writeFile(join(bench.home, 'credentials'), lines.join('\n'))
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(bench.home, 'credentials'))
    vi.stubEnv('AWS_CONFIG_FILE', join(bench.home, 'none'))
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE'])
      vi.stubEnv(name, undefined)
  }

  it('are looked for again where they came from', async () => {
    await giveToken('first')
    bench.front.be({ sessionToken: 'first' })
    const storage = bench.open({ credentials: 'chain' })
    await expectWork(storage)
    bench.front.be({ sessionToken: 'second' })
    await giveToken('second')
    await expectWork(storage)
    await bench.makeObject('several', 1000)
    bench.front.be({ sessionToken: 'third' })
    await giveToken('third')
    const fetches = [1, 2, 3, 4].map((number) => storage.fetch('several', join(bench.home, `in-${number}`)))
    await Promise.all(fetches)
  })

  it('are named at once where there are no newer ones', async () => {
    await giveToken('first')
    bench.front.be({ sessionToken: 'second' })
    const error = await bench.failureOf(
      bench.open({ credentials: 'chain' }).fetch(KEY, join(bench.home, 'in')),
    )
    expect(error).toMatchObject({ code: 'credentialsExpired', fault: 'config', retryable: false })
    expect(bench.front.count('GetObject')).toBe(2)
  })

  it('are named in the middle of an upload', async () => {
    const { path } = await bench.makeFile('out.mp4', 2 * PART_BYTES)
    const meanwhile = (): void => bench.front.be({ sessionToken: 'other' })
    bench.front.break({ operation: 'CreateMultipartUpload', how: { kind: 'pass' }, meanwhile })
    const error = await bench.failureOf(bench.open().put(KEY, path))
    expect(error).toMatchObject({ code: 'credentialsExpired', fault: 'config' })
    // Not even the parts can be taken back now; a put with newer credentials does that first.
    expect(bench.front.pendingUploads()).toBe(1)
    bench.front.be({ sessionToken: undefined })
    await bench.open().put(KEY, path)
    expect(bench.front.pendingUploads()).toBe(0)
  })
})
