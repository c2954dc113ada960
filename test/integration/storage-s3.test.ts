import { createHash, createHmac } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { areStillThere } from '../../src/storage/still-there.ts'
import { BUCKET, KEY, knowNoHost, useS3Bench } from '../harness/strict-s3-bench.ts'
import { PART_BYTES } from '../harness/strict-s3.ts'

const bench = useS3Bench()

describe('round trips', () => {
  it.each([0, 1, 100_000, PART_BYTES])('puts %i bytes with one request', async (length) => {
    const { path, bytes } = await bench.makeFile('out.mp4', length)
    let moved = 0
    const storage = bench.open()
    const put = await storage.put(KEY, path, { onBytes: (count) => (moved += count) })
    expect(put).toEqual({ bytes: length, version: expect.any(String) as string })
    expect(moved).toBe(length)
    expect(bench.front.requests.map((seen) => seen.operation)).toEqual(['PutObject', 'HeadObject'])

    moved = 0
    const into = join(bench.home, 'in.mp4')
    expect(await storage.fetch(KEY, into, { onBytes: (count) => (moved += count) })).toEqual({
      ...put,
      path: into,
      identity: put.version,
    })
    expect(moved).toBe(length)
    expect(await bench.holds(into, bytes)).toBe(true)
    expect(await storage.stat(KEY)).toMatchObject(put)
    expect((await readdir(bench.home)).sort()).toEqual(['in.mp4', 'in.mp4.version.json', 'out.mp4'])
  })

  it.each([
    [PART_BYTES + 1, [PART_BYTES, 1]],
    [2 * PART_BYTES, [PART_BYTES, PART_BYTES]],
    [5 * PART_BYTES + 12_345, [...Array<number>(5).fill(PART_BYTES), 12_345]],
  ])('puts %i bytes in parts of 8 MiB', async (length, parts) => {
    const { path, bytes } = await bench.makeFile('out.mp4', length)
    let moved = 0
    const storage = bench.open()
    const put = await storage.put('mixed/out.mp4', path, { onBytes: (count) => (moved += count) })
    expect(put.bytes).toBe(length)
    expect(moved).toBe(length)
    expect(bench.front.completed).toEqual([parts])
    expect(bench.front.pendingUploads()).toBe(0)
    expect((await bench.server.get(BUCKET, 'mixed/out.mp4'))?.equals(bytes)).toBe(true)
    const { path: into } = await storage.fetch('mixed/out.mp4', join(bench.home, 'in.mp4'))
    expect(await bench.holds(into, bytes)).toBe(true)
    expect(await readdir(bench.home)).not.toContainEqual(expect.stringMatching(/\.(part|upload)/))
  })

  it('knows an object again that was put, and one that has been replaced', async () => {
    const { path } = await bench.makeFile('out.mp4', 1000)
    const storage = bench.open()
    const recorded = { key: KEY, ...(await storage.put(KEY, path)) }
    const again = bench.open()
    expect(await areStillThere(again, [recorded])).toBe(true)
    expect(await areStillThere(again, [{ ...recorded, key: 'elsewhere' }])).toBe(false)
    await bench.makeObject(KEY, 1000)
    expect(await areStillThere(again, [recorded])).toBe(false)
  })

  it('reads a small text and refuses a larger one', async () => {
    await bench.server.put(BUCKET, 'index.json', Buffer.from('{"房间":1}'))
    expect(await bench.open().readText('index.json', 100)).toBe('{"房间":1}')
    const error = await bench.failureOf(bench.open().readText('index.json', 5))
    expect(error).toMatchObject({ code: 'textTooLarge', retryable: false })
  })
})

describe('what is missing or not allowed', () => {
  it('tells a missing object by undefined, and by an error where it is needed', async () => {
    const storage = bench.open()
    expect(await storage.stat('none.webm')).toBeUndefined()
    expect(await storage.readText('none.json', 10)).toBeUndefined()
    const error = await bench.failureOf(storage.fetch('none.webm', join(bench.home, 'none.webm')))
    expect(error).toMatchObject({ code: 'objectMissing', fault: 'input', retryable: false })
    expect(error.message).toMatchInlineSnapshot(
      `"ucloud bucket "recordings": there is no object "none.webm"; check Root and Name in the index"`,
    )
    expect(await readdir(bench.home)).toEqual([])
  })

  it('tells a missing bucket from a missing object', async () => {
    const { path } = await bench.makeFile('out.mp4', 10)
    const storage = bench.open({ bucket: 'nobodys' })
    for (const attempt of [
      () => storage.stat('a'),
      () => storage.fetch('a', join(bench.home, 'a')),
      () => storage.readText('a', 10),
      () => storage.put('a', path),
    ]) {
      expect(await bench.failureOf(attempt())).toMatchObject({ code: 'bucketMissing', fault: 'config' })
    }
  })

  it.each([
    ['a wrong secret', { secretAccessKey: 'no such secret' }, 'secretRefused'],
    ['an unknown key', { accessKeyId: 'NOBODY' }, 'accessKeyUnknown'],
  ] as const)('names %s, and not by the secret', async (_, wrong, code) => {
    const { path } = await bench.makeFile('out.mp4', PART_BYTES + 1)
    const storage = bench.open({ credentials: { ...bench.front.credentials, ...wrong } })
    for (const attempt of [
      () => storage.stat('a'),
      () => storage.fetch('a', join(bench.home, 'a')),
      () => storage.readText('a', 10),
      () => storage.put('a', path),
    ]) {
      const error = await bench.failureOf(attempt())
      expect(error).toMatchObject({ code, fault: 'config', retryable: false })
      expect(error.message).not.toContain('no such secret')
    }
    expect(bench.front.pendingUploads()).toBe(0)
  })

  it.each([
    ['AccessDenied', 403, 'accessDenied', false],
    ['ExpiredToken', 400, 'credentialsExpired', false],
    ['ServiceUnavailable', 503, 'storageFailed', true],
    ['TooManyRequests', 429, 'storageFailed', true],
    ['PermanentRedirect', 301, 'bucketElsewhere', false],
    ['InvalidObjectState', 403, 'objectArchived', false],
    ['SecondLevelDomainForbidden', 403, 'virtualHostOnly', false],
    ['VirtualHostDomainRequired', 400, 'virtualHostOnly', false],
    ['UserDisable', 403, 'accountDisabled', false],
    ['AllAccessDisabled', 403, 'accountDisabled', false],
    ['NotImplemented', 501, 'storageFailed', false],
    ['EntityTooLarge', 400, 'storageFailed', false],
  ] as const)('puts %s into words', async (code, status, told, retryable) => {
    bench.front.break({ how: { kind: 'refuse', status, code }, times: 20 })
    const { path } = await bench.makeFile('out.mp4', 10)
    const storage = bench.open()
    for (const attempt of [
      () => storage.fetch('a', join(bench.home, 'a')),
      () => storage.put('a', path),
      () => storage.stat('a'),
    ]) {
      const error = await bench.failureOf(attempt())
      expect(error).toMatchObject({ code: told, retryable })
      if (told === 'storageFailed') expect(error.message).toContain(`HTTP ${status}`)
    }
  })

  it('says where no credentials are to be found', async () => {
    const none = join(bench.home, 'none')
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', none)
    vi.stubEnv('AWS_CONFIG_FILE', none)
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE'])
      vi.stubEnv(name, undefined)
    try {
      const error = await bench.failureOf(bench.open({ credentials: 'chain' }).stat('a'))
      expect(error).toMatchObject({ code: 'credentialsMissing', fault: 'config' })
    } finally {
      vi.unstubAllEnvs()
    }
  })

  it('takes credentials from the environment where the job has none', async () => {
    await bench.server.put(BUCKET, 'a', Buffer.from('a'))
    vi.stubEnv('AWS_ACCESS_KEY_ID', bench.front.credentials.accessKeyId)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', bench.front.credentials.secretAccessKey)
    try {
      expect(await bench.open({ credentials: 'chain' }).stat('a')).toMatchObject({ bytes: 1 })
    } finally {
      vi.unstubAllEnvs()
    }
  })

  it('keeps those of the environment from a service that nobody has named', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', bench.front.credentials.accessKeyId)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', bench.front.credentials.secretAccessKey)
    try {
      for (const credentialsFor of [[], ['127.0.0.1'], ['http://localhost']]) {
        const bucket = bench.open({ credentials: 'chain', settings: { credentialsFor } })
        const error = await bench.failureOf(bucket.stat('a'))
        expect(error).toMatchObject({ code: 'credentialsWithheld', fault: 'config', retryable: false })
        const { host } = new URL(bench.front.endpoint)
        expect(error.message).toContain(`name "http://${host}" under storage.credentialsFor`)
      }
      expect(bench.front.requests).toEqual([])
    } finally {
      vi.unstubAllEnvs()
    }
  })

  it('names a port that speaks http where https was meant', async () => {
    const endpoint = bench.front.endpoint.replace('http:', 'https:')
    const error = await bench.failureOf(bench.open({ endpoint }).stat('a'))
    expect(error).toMatchObject({ code: 'httpOnly', fault: 'config', retryable: false })
  })

  it('names an endpoint that is not there, without what its URL hides', async () => {
    const refused = await bench.failureOf(bench.open({ endpoint: 'http://127.0.0.1:1' }).stat('a'))
    expect(refused).toMatchObject({ code: 'storageUnreachable', fault: 'input', retryable: true })
    expect(refused.message).toContain('127.0.0.1:1 cannot be reached (ECONNREFUSED)')
    const endpoint = 'http://me:hush@storage.invalid'
    const lookup = knowNoHost()
    try {
      const unknown = await bench.failureOf(bench.open({ endpoint }).stat('a'))
      expect(unknown.code).toBe('storageUnreachable')
      expect(unknown.message).not.toContain('hush')
      expect(lookup).toHaveBeenCalled()
    } finally {
      vi.restoreAllMocks()
    }
  })
})

it('signs a link with which anybody can read one object, for a time', async () => {
  const { path } = await bench.makeFile('out.mp4', 1000)
  const storage = bench.open()
  await storage.put(KEY, path)
  const before = bench.front.requests.length
  const link = new URL((await storage.link?.(KEY, 3600)) ?? '')
  // It is made here: the bucket is not asked.
  expect(bench.front.requests).toHaveLength(before)
  expect(link.host).toBe(new URL(bench.front.endpoint).host)
  expect(decodeURIComponent(link.pathname).endsWith(`/${KEY}`)).toBe(true)
  expect(link.searchParams.get('X-Amz-Expires')).toBe('3600')
  // Nothing that a browser would have to send as a header.
  expect(link.searchParams.get('X-Amz-SignedHeaders')).toBe('host')
  const { accessKeyId, secretAccessKey } = bench.front.credentials
  expect(link.href).not.toContain(secretAccessKey)
  const given = link.searchParams.get('X-Amz-Signature')
  const [stamp = '', scope = ''] = [
    link.searchParams.get('X-Amz-Date') ?? '',
    (link.searchParams.get('X-Amz-Credential') ?? '').replace(`${accessKeyId}/`, ''),
  ]
  const hash = (text: string) => createHash('sha256').update(text).digest('hex')
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
  link.searchParams.delete('X-Amz-Signature')
  const query = [...link.searchParams]
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
    .join('&')
  const canonical = ['GET', link.pathname, query, `host:${link.host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join(
    '\n',
  )
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`)
  const toSign = ['AWS4-HMAC-SHA256', stamp, scope, hash(canonical)].join('\n')
  expect(given).toBe(hmac(key, toSign).toString('hex'))
})
