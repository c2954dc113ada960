/** What an AppId can do to others: nothing. Limits, places of the machine, secrets. */
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { CODES } from '../../../src/serve/codes.ts'
import { refusedPlace } from '../../../src/serve/guard.ts'
import { jobEnvironment } from '../../../src/serve/child.ts'
import { prepareRun } from '../../../src/serve/prepare.ts'
import { networkOfJobs } from '../../../src/serve/rules.ts'
import { jobFile } from '../../../src/records/job-files.ts'
import { type TestApp, makeServeApp, requestOf, startData } from '../../harness/serve-app.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const of = (app: string) => ({ Authorization: `Bearer bearer-${app}` })
const apps = (more: object = {}) =>
  ['a', 'b'].map((name) => ({ appId: `app-${name}`, bearerSha256: sha256(`bearer-${name}`), ...more }))
const A = { owner: 'app-a', jobId: 'job-1' }

let one: TestApp | undefined
const open = async (serve: object = {}, more: object = {}): Promise<TestApp> =>
  (one = await makeServeApp({ settings: { serve: { apps: apps(), ...serve }, ...more } }))
afterEach(() => one?.close())

const start = (data: unknown = startData(), jobId = 'job-1') =>
  requestOf('job.start', jobId, data, { RoomId: 'room' })

describe('a job of another AppId', () => {
  it('does not exist', async () => {
    const { post, get } = await open()
    expect(await post(start(), of('a'))).toMatchObject({ RetCode: 0 })
    for (const action of ['job.query', 'job.stop', 'job.record.stop', 'job.restart'])
      expect(await post(requestOf(action, 'job-1'), of('b')), action).toMatchObject({
        RetCode: CODES.noSuchJob,
      })
    expect(await post(requestOf('job.mixer.update', 'job-1', { MixerConfig: {} }), of('b'))).toMatchObject({
      RetCode: 3,
    })
    for (const path of ['/jobs/job-1', '/jobs/job-1/log', '/jobs/job-1/events'])
      expect((await get(path, of('b'))).status, path).toBe(404)
    expect(await (await get('/jobs', of('b'))).json()).toEqual({ jobs: [], more: 0 })
    expect(await post(requestOf('job.query', 'job-1'), of('a'))).toMatchObject({ RetCode: 0 })
  })

  it('may have the same JobId', async () => {
    const { post } = await open()
    for (const app of ['a', 'b']) expect(await post(start(), of(app))).toMatchObject({ RetCode: 0 })
    expect(await post(requestOf('job.stop', 'job-1'), of('a'))).toMatchObject({ RetCode: 0 })
    expect(await post(requestOf('job.query', 'job-1'), of('b'))).toMatchObject({ RetCode: 0 })
  })

  it.each(['..', '../app-a/jobs/job-1', 'a/b', '.hidden', ''])(
    'is not reached by the name %j',
    async (jobId) => {
      const { post, get } = await open()
      await post(start(), of('a'))
      expect(await post(requestOf('job.query', jobId), of('b'))).toMatchObject({
        RetCode: CODES.badParameters,
      })
      expect([404, 200]).toContain((await get(`/jobs/${encodeURIComponent(jobId)}`, of('b'))).status)
      if (jobId !== '')
        expect((await get(`/jobs/${encodeURIComponent(jobId)}/log`, of('b'))).status).toBe(404)
    },
  )
})

describe('limits', () => {
  it('of the body', async () => {
    const { post } = await open({ maxBodyBytes: 2000 })
    const large = { ...start(), Padding: 'x'.repeat(2000) }
    expect(await post(large, of('a'))).toMatchObject({ Ack: 'job.stat', RetCode: CODES.badParameters })
    expect(await post(start(), of('a'))).toMatchObject({ RetCode: 0 })
  })

  it('of a body that does not say how long it is', async () => {
    const { app } = await open({ maxBodyBytes: 2000 })
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(1000).fill(32))
      },
    })
    const response = await app.request('/', {
      method: 'POST',
      body,
      duplex: 'half',
      headers: of('a'),
    })
    expect(await response.json()).toMatchObject({ RetCode: CODES.badParameters })
  })

  it('of jobs that have not ended, for each AppId', async () => {
    const { post, become } = await open({ maxJobs: 2 })
    for (const jobId of ['job-1', 'job-2'])
      expect(await post(start(startData(), jobId), of('a'))).toMatchObject({ RetCode: 0 })
    expect(await post(start(startData(), 'job-3'), of('a'))).toMatchObject({ RetCode: CODES.failed })
    const acquire = requestOf(
      'job.acquire',
      undefined,
      {},
      { AppId: 'app-a', RoomId: 'room', Mode: 1, ChannelType: 0 },
    )
    expect(await post(acquire, of('a'))).toMatchObject({ Ack: 'job.init', RetCode: CODES.failed })
    expect(await post(start(startData(), 'job-3'), of('b'))).toMatchObject({ RetCode: 0 })
    await become(A, { state: 'acquired' })
    expect(await post(requestOf('job.stop', 'job-1'), of('a'))).toMatchObject({ RetCode: 0 })
    expect(await post(start(startData(), 'job-3'), of('a'))).toMatchObject({ RetCode: 0 })
  })

  it('of requests a second, for each AppId', async () => {
    let nowMs = 1_795_320_000_000
    one = await makeServeApp({
      settings: { serve: { apps: apps(), requestsPerSecond: 1 } },
      now: () => nowMs,
    })
    const { post, get } = one
    const check = requestOf('job.check.server', undefined)
    for (const code of [0, 0, CODES.failed])
      expect(await post(check, of('a'))).toMatchObject({ RetCode: code })
    expect((await get('/jobs', of('a'))).status).toBe(429)
    expect(await post(check, of('b'))).toMatchObject({ RetCode: 0 })
    nowMs += 1000
    expect(await post(check, of('a'))).toMatchObject({ RetCode: 0 })
  })

  it('of clients that follow events', async () => {
    const { post, get } = await open({ maxStreams: 1 })
    await post(start(), of('a'))
    const first = await get('/jobs/job-1/events', of('a'))
    expect(first.status).toBe(200)
    expect((await get('/jobs/job-1/events', of('a'))).status).toBe(503)
    await first.body?.cancel()
  })
})

const inStorage = (storage: object) =>
  startData({ RecordingConfig: { MediaChannel: 3, FileType: ['mp4'], StorageConfig: storage } })

describe('places of this machine', () => {
  it.each([
    ['a folder', { Vendor: 'local', Bucket: '/etc' }],
    ['a folder by another name', { Vendor: ' Folder', Bucket: '/etc' }],
    ['a relative one', { Vendor: 'local', Bucket: 'rooms' }],
  ])('refuses %s where there is no root', async (_, storage) => {
    const { post, store } = await open()
    expect(await post(start(inStorage(storage)), of('a'))).toMatchObject({ RetCode: CODES.failed })
    expect(await store.read(A)).toBeUndefined()
  })

  it('allows folders below the root alone, links followed', async () => {
    one = await makeServeApp()
    const root = join(one.folder, 'root')
    await mkdir(join(root, 'rooms'), { recursive: true })
    await symlink('/etc', join(root, 'link'))
    await one.close()
    const { post, folder } = await open({ localRoot: root })
    await mkdir(join(root, 'rooms'), { recursive: true })
    await symlink('/etc', join(root, 'link')).catch(() => undefined)
    for (const Bucket of ['/etc', '../etc', 'link', 'link/inside', `${root}-other`, `${root}/../x`, '/'])
      expect(await post(start(inStorage({ Vendor: 'local', Bucket })), of('a')), Bucket).toMatchObject({
        RetCode: 1,
      })
    for (const Bucket of ['rooms', `${root}/rooms`, 'new/one'])
      expect(
        await post(start(inStorage({ Vendor: 'local', Bucket }), `job-${Bucket.length}`), of('a')),
        Bucket,
      ).toMatchObject({ RetCode: 0 })
    expect(folder).not.toBe('')
  })

  it('refuses a bucket that only another request makes local', async () => {
    const { post } = await open()
    const acquired = start({ ...startData(), RecordingConfig: undefined }, 'job-1')
    await post({ ...acquired, Internal: { ...acquired.Internal, Mode: 0 } }, of('a'))
    // Fields beside StorageConfig are read where there is none.
    const sent = { RecordingConfig: { MediaChannel: 3, FileType: ['mp4'], Vendor: 'local', Bucket: '/etc' } }
    expect(await post(requestOf('job.record.start', 'job-1', sent), of('a'))).toMatchObject({ RetCode: 1 })
  })

  it.each(['/etc/passwd', '../../job.json', 'file:///etc/passwd', 'a\\..\\b'])(
    'refuses the image %s',
    async (Image) => {
      const { post } = await open()
      const marked = { MixerConfig: { MixedVideoLayout: 1, WaterMark: { Type: 2, Image, X: 0, Y: 0 } } }
      expect(await post(start(startData(marked)), of('a'))).toMatchObject({ RetCode: CODES.badVideo })
      const later = { Updates: [{ At: 1, Action: 'job.mixer.update', Data: marked }] }
      expect(await post(start(startData(later)), of('a'))).toMatchObject({ RetCode: CODES.badVideo })
    },
  )

  it.each(['a/../../b', '..', 'a\nb', 'a\\b', '{x}', '', 'x'.repeat(1001), 7])('refuses the IndexKey %j', async (IndexKey) => {
    const { post } = await open()
    expect(await post(start(startData({ IndexKey })), of('a'))).toMatchObject({
      RetCode: CODES.badParameters,
    })
  })

  it('gives the process of a job the same rules, and none of the keys', async () => {
    const { post, store, folder } = await open()
    await post(start(startData({ IndexKey: '/rec/index.json' })), of('a'))
    const job = await store.read(A)
    if (!job) throw new Error('no job')
    const share = { cores: 1, memoryMb: 500 }
    const network = networkOfJobs({ allow: [], deny: ['example.com'] })
    const { args, settings } = await prepareRun(job, store.places(A), {
      args: ['--lang=en'],
      share,
      network,
      localRoot: '',
    })
    expect(settings).toEqual({
      OWT_LIMITS_CORES: '1',
      OWT_LIMITS_MEMORY_MB: '500',
      OWT_NETWORK_ALLOW: '[]',
      OWT_NETWORK_DENY: '["example.com","loopback","link-local","private","multicast"]',
      OWT_STORAGE_LOCAL_ROOTS: JSON.stringify([join(folder, 'serve/app-a/jobs/job-1/no-local-root')]),
      OWT_INDEX_KEYS: '["rec/index.json"]',
    })
    expect(args.join(' ')).not.toMatch(/secret|bearer/)
    const env = { PATH: '/bin', OWT_SERVE_APPS: '[{"key":"secret"}]', AWS_SECRET_ACCESS_KEY: 'secret' }
    const closed = jobEnvironment(env, { settings, machineCredentials: false })
    expect(JSON.stringify(closed)).not.toContain('secret')
    expect(closed).toEqual({
      ...settings,
      PATH: '/bin',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_CONFIG_FILE: '/dev/null',
    })
    const opened = jobEnvironment(env, { settings, machineCredentials: true })
    expect(opened).toMatchObject({ AWS_SECRET_ACCESS_KEY: 'secret' })
    expect(opened).not.toHaveProperty('OWT_SERVE_APPS')
    // What a job may reach is decided by the service, not by what its environment says.
    const lax = { OWT_STORAGE_LOCAL_ROOTS: '["/"]', OWT_NETWORK_DENY: '[]' }
    for (const machineCredentials of [false, true])
      expect(jobEnvironment(lax, { settings, machineCredentials })).toMatchObject(settings)
  })
})

describe('addresses inside', () => {
  const network = networkOfJobs({ allow: [], deny: [] })
  const lookup = (host: string) =>
    Promise.resolve(
      { 'public.example': ['93.184.216.34'], 'rebound.example': ['93.184.216.34', '10.0.0.1'] }[host] ?? [],
    )
  const check = (data: unknown, rules = network) =>
    refusedPlace(data, { localRoot: '', network: rules, lookup })
  const HOSTS = [
    '127.0.0.1',
    'localhost.localdomain.example',
    '[::1]',
    '169.254.169.254',
    '10.1.2.3',
    '192.168.0.1',
    '0.0.0.0',
    '2130706433',
    '[::ffff:127.0.0.1]',
  ]

  it.each(HOSTS.filter((host) => !host.includes('localdomain')))(
    'refuses %s for a bucket, a receiver and an image',
    async (host) => {
      const url = `http://${host}:8080/x`
      expect(
        await check({ RecordingConfig: { StorageConfig: { Vendor: 's3', Endpoint: url } } }),
      ).toMatchObject({ code: 1 })
      expect(
        await check({ RecordingConfig: { BackupStorageConfig: { Vendor: 's3', Endpoint: url } } }),
      ).toMatchObject({ code: 1 })
      expect(await check({ NotifyConfig: [{ NotifyUrl: url }] })).toMatchObject({ code: 1 })
      expect(await check({ MixerConfig: { WaterMark: [{ Type: 2, Image: url }] } })).toMatchObject({
        code: 1,
      })
      expect(
        await check({ Updates: [{ Data: { MixerConfig: { WaterMark: { Image: url } } } }] }),
      ).toMatchObject({ code: 1 })
    },
  )

  it('resolves names, and refuses one of which any address is inside', async () => {
    expect(await check({ NotifyConfig: { NotifyUrl: 'https://public.example/cb' } })).toBeUndefined()
    expect(await check({ NotifyConfig: { NotifyUrl: 'https://rebound.example/cb' } })).toMatchObject({
      code: 1,
    })
    // The job's own process checks when it connects.
    expect(await check({ NotifyConfig: { NotifyUrl: 'https://unknown.example/cb' } })).toBeUndefined()
  })

  it('refuses them with spaces around them, which are taken off when they are used', async () => {
    for (const name of ['Endpoint', 'NotifyUrl', 'Image'])
      expect(await check({ [name]: ' http://127.0.0.1/x ' }), name).toMatchObject({ code: 1 })
    expect(await check({ Image: ' /etc/passwd' })).toMatchObject({ code: CODES.badVideo })
  })

  it('allows what conf/ allows', async () => {
    const open = networkOfJobs({ allow: ['10.0.0.0/8'], deny: ['multicast'] })
    expect(await check({ NotifyConfig: { NotifyUrl: 'http://10.1.2.3/' } }, open)).toBeUndefined()
    expect(await check({ NotifyConfig: { NotifyUrl: 'http://127.0.0.1/' } }, open)).toMatchObject({ code: 1 })
    // A list of what alone is allowed stays one.
    expect(networkOfJobs({ allow: ['*.example.com'], deny: [] })).toEqual({
      allow: ['*.example.com'],
      deny: [],
    })
  })

  it('refuses the request', async () => {
    const { post, store } = await open()
    const NotifyConfig = [
      { ServiceType: 'job.mixer', Status: 'open', NotifyUrl: 'http://127.0.0.1:123/callback' },
    ]
    expect(await post(start(startData({ NotifyConfig })), of('a'))).toMatchObject({ RetCode: 1 })
    expect(await store.read(A)).toBeUndefined()
    await post(start(), of('a'))
    expect(await post(requestOf('job.notify.update', 'job-1', { NotifyConfig }), of('a'))).toMatchObject({
      RetCode: 1,
    })
  })
})

describe('secrets', () => {
  it('are starred in every answer, event and note', async () => {
    const { post, get, store, become, notes } = await open({}, { network: { deny: ['example.org'] } })
    const NotifyConfig = [
      {
        ServiceType: 'job.mixer',
        Status: 'open',
        NotifyUrl: 'https://user:pass-in-clear@example.invalid/cb?sig=query-in-clear',
        Token: 'token-in-clear',
        Key: 'key-in-clear',
      },
    ]
    const LiveConfig = { Type: 'rtmp', Url: 'rtmp://push.example.invalid/live/stream-in-clear' }
    const texts: string[] = []
    const say = async (body: object) => texts.push(JSON.stringify(await post(body, of('a'))))
    await say(start(startData({ NotifyConfig: undefined, LiveConfig, Password: 'password-in-clear' })))
    await say(
      requestOf('job.notify.update', 'job-1', {
        NotifyConfig: [{ ...NotifyConfig[0], NotifyUrl: 'https://example.invalid/cb?sig=query-in-clear' }],
      }),
    )
    await say(requestOf('job.query', 'job-1'))
    await say(requestOf('job.record.start', 'job-1', { RecordingConfig: startData().RecordingConfig }))
    await say(
      requestOf('job.transcoding.update', 'job-1', { TranscodingConfig: { Video: 'secret-key-in-clear' } }),
    )
    const places = store.places(A)
    await mkdir(places.logFolder, { recursive: true })
    await writeFile(
      jobFile({ logFolder: places.logFolder, jobId: 'job-1' }, 'log'),
      `{"msg":"to https://u:pass-in-clear@h.example/x?sig=query-in-clear in ${places.workFolder}/job-1/x"}\n`,
    )
    await become(A, {
      error: { code: 'x', message: `at ${places.workFolder}/job-1/a.mp4` },
      state: 'failed',
      exitCode: 1,
    })
    for (const path of ['/jobs', '/jobs/job-1', '/jobs/job-1/log', '/jobs/job-1/events'])
      texts.push(await (await get(path, of('a'))).text())
    texts.push(...notes)
    const all = texts.join('\n')
    expect(all).toContain('***')
    expect(all).not.toMatch(/in-clear/)
    expect(all).not.toContain(dirname(store.places(A).logFolder))
  })
})

it.each(['Local', ' LOCAL ', 'Folder'])('a local bucket is one however its vendor is spelt: %j', async (Vendor) => {
  const data = { RecordingConfig: { StorageConfig: { Vendor, Bucket: '/etc' } } }
  const network = { allow: [], deny: [] }
  expect(await refusedPlace(data, { localRoot: '/srv', network })).toMatchObject({ code: CODES.failed })
})
