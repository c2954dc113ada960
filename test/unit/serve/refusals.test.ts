/** Ways of being refused that need more than one request, or a request that nobody sends by mistake. */
import { appendFile, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { appendEvent } from '../../../src/records/events-file.ts'
import { jobFile } from '../../../src/records/job-files.ts'
import { signatureOf } from '../../../src/serve/auth.ts'
import { cfgText } from '../../../src/serve/cfg.ts'
import { CODES } from '../../../src/serve/codes.ts'
import { isBelow, refusedPlace } from '../../../src/serve/guard.ts'
import { isLoopback } from '../../../src/serve/loopback.ts'
import { networkOfJobs } from '../../../src/serve/rules.ts'
import { type TestApp, makeServeApp, requestOf, startData, vendorToken } from '../../harness/serve-app.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const KEY = 'key-of-a'
const of = (app: string) => ({ Authorization: `Bearer bearer-${app}` })
const apps = (more: object = {}) =>
  ['a', 'b'].map((name) => ({
    appId: `app-${name}`,
    key: `key-of-${name}`,
    bearerSha256: sha256(`bearer-${name}`),
    ...more,
  }))
const A = { owner: 'app-a', jobId: 'job-1' }
const RECORDING = startData().RecordingConfig
const CHECK = requestOf('job.check.server', undefined)

let one: TestApp | undefined
const open = async (serve: object = {}): Promise<TestApp> =>
  (one = await makeServeApp({ settings: { serve: { apps: apps(), ...serve } } }))
const openToAll = async (): Promise<TestApp> => (one = await makeServeApp())
afterEach(() => one?.close())

const start = (data: unknown = startData(), jobId = 'job-1', internal: object = {}) =>
  requestOf('job.start', jobId, data, { RoomId: 'room', ...internal })

it('codes are the numbers of the documents, and of the page of error codes for what they lack', () => {
  expect(CODES).toEqual({
    ok: 0,
    failed: 1,
    jobExists: 2,
    noSuchJob: 3,
    badVideo: 4,
    badAudio: 5,
    noStream: 6,
    badParameters: 14001,
    unknownAction: 14002,
    tokenInvalid: 14003,
    tokenExpired: 14004,
    appUnusable: 14005,
    internal: 15001,
  })
})

describe('keys', () => {
  it('a signature whose time is no number is never valid', async () => {
    const { post } = await open()
    const text = JSON.stringify(CHECK)
    const headers = {
      'X-Owt-App-Id': 'app-a',
      'X-Owt-Time': 'soon',
      'X-Owt-Signature': signatureOf(KEY, 'soon', text),
    }
    expect(await post(text, headers)).toMatchObject({ RetCode: CODES.tokenExpired })
  })

  it.each(['AppKey', 'app_key', 'APPKEY'])('a Token whose header holds %s is refused', async (name) => {
    const { post } = await open()
    const Token = vendorToken({ appId: 'app-a', key: KEY, header: { [name]: KEY } })
    expect(await post({ ...CHECK, Token })).toMatchObject({ RetCode: CODES.tokenInvalid })
  })

  it('a Token of more than 4000 characters is refused, in a header too', async () => {
    const { post } = await open()
    const long = vendorToken({ appId: 'app-a', key: KEY, header: { more: 'x'.repeat(4000) } })
    const reply = await post(CHECK, { Authorization: `Bearer ${long}` })
    expect(reply).toMatchObject({ RetCode: CODES.tokenInvalid })
  })

  it('a body that cannot be read is corrected for those alone who are let in', async () => {
    const { post } = await open()
    const broken = (Token: string) => `{"Token": "${Token}", "Action": "job.check.server", "Data": {"x": [`
    expect(await post(broken(vendorToken({ appId: 'app-a', key: KEY })))).toMatchObject({
      RetCode: CODES.badParameters,
    })
    expect(await post(broken(vendorToken({ appId: 'app-a', key: 'other' })))).toMatchObject({
      RetCode: CODES.tokenInvalid,
    })
  })

  it('a request without a Host is refused where everybody on the machine is let in', async () => {
    const { app } = await openToAll()
    expect((await app.request('/jobs')).status).toBe(403)
  })
})

describe('another AppId', () => {
  it('is not reached by a path', async () => {
    const { post, get } = await open()
    await post(start(), of('a'))
    const id = encodeURIComponent('../../app-a/jobs/job-1')
    for (const path of [`/jobs/${id}`, `/jobs/${id}/log`, `/jobs/${id}/events`])
      expect((await get(path, of('b'))).status, path).toBe(404)
  })

  it('has limits and a folder of its own', async () => {
    const root = await mkdtemp(join(tmpdir(), 'owt-root-'))
    try {
      const [a, b] = apps()
      const { post } = await open({ apps: [{ ...a, maxJobs: 1, localRoot: root }, b] })
      const storage = { Vendor: 'local', Bucket: 'rooms', FileNamePrefix: 'x.mp4' }
      const inFolder = startData({ RecordingConfig: { ...RECORDING, StorageConfig: storage } })
      expect(await post(start(inFolder), of('b'))).toMatchObject({ RetCode: CODES.failed })
      expect(await post(start(inFolder), of('a'))).toMatchObject({ RetCode: CODES.ok })
      expect(await post(start(startData(), 'job-2'), of('a'))).toMatchObject({ RetCode: CODES.failed })
      for (const jobId of ['job-1', 'job-2'])
        expect(await post(start(startData(), jobId), of('b'))).toMatchObject({ RetCode: CODES.ok })
    } finally {
      await rm(root, { recursive: true })
    }
  })
})

describe('limits', () => {
  it('of jobs hold for one that is started again', async () => {
    const { post, become } = await open({ maxJobs: 1 })
    await post(start(), of('a'))
    // The service has not heard yet that it has ended: its place is taken.
    await become(A, { state: 'done' })
    for (const action of ['job.start', 'job.restart'])
      expect(await post(requestOf(action, 'job-1'), of('a')), action).toMatchObject({ RetCode: CODES.failed })
  })

  it('of jobs let one go on that has its place', async () => {
    const { post } = await open({ maxJobs: 1 })
    await post(start({}, 'job-1', { Mode: 0 }), of('a'))
    expect(await post(start(), of('a'))).toMatchObject({ RetCode: CODES.ok })
  })

  it('of a body are held against what it says of its length, before it is read', async () => {
    const { post } = await open({ maxBodyBytes: 2000 })
    expect(await post(CHECK, { ...of('a'), 'Content-Length': '2001' })).toMatchObject({
      RetCode: CODES.badParameters,
    })
  })

  it('of a body: what broke off is not carried out, though it could be read', async () => {
    const { app, store } = await open()
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(Buffer.from(JSON.stringify(start()))),
      pull: (controller) => controller.error(new Error('reset')),
    })
    const response = await app.request('/', { method: 'POST', body, duplex: 'half', headers: of('a') })
    expect(await response.json()).toMatchObject({ RetCode: CODES.badParameters })
    // What is still to come of it is not read as the next request.
    expect(response.headers.get('connection')).toBe('close')
    expect(await store.read(A)).toBeUndefined()
  })

  it('of those who follow events count those who are there', async () => {
    const { post, get } = await open({ maxStreams: 1 })
    await post(start(), of('a'))
    for (let n = 0; n < 3; n += 1)
      // One that has gone is noticed a moment later.
      await vi.waitFor(async () => {
        const followed = await get('/jobs/job-1/events', of('a'))
        await followed.body?.cancel()
        expect(followed.status).toBe(200)
      }, 20_000)
  })

  it('of hosts in a request', async () => {
    const urls = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ NotifyUrl: `https://h${n}.example/` }))
    const settings = {
      localRoot: '',
      network: networkOfJobs({ allow: [], deny: [] }),
      lookup: () => Promise.resolve([]),
    }
    expect(await refusedPlace({ NotifyConfig: urls(100) }, settings)).toBeUndefined()
    expect(await refusedPlace({ NotifyConfig: urls(101) }, settings)).toMatchObject({ code: CODES.failed })
  })

  it('of updates and of what is in a request', async () => {
    const { post } = await openToAll()
    const update = { At: 1, Action: 'job.mixer.update', Data: { MixerConfig: {} } }
    const Updates = Array.from({ length: 5001 }, () => update)
    expect(await post(start(startData({ Updates })))).toMatchObject({ RetCode: CODES.failed })
    const many = `{"Action": "job.check.server", "Data": {"x": [${'1,'.repeat(200_001)}1]}}`
    expect(await post(many)).toMatchObject({ RetCode: CODES.badParameters })
  })

  it('of jobs in a list', async () => {
    const { post, get, store } = await open()
    await post(start(), of('a'))
    const { folder } = store.places(A)
    const text = await readFile(join(folder, 'job.json'), 'utf8')
    await Promise.all(
      Array.from({ length: 1001 }, async (_, n) => {
        const copy = join(dirname(folder), `copy-${n}`)
        await mkdir(copy)
        await writeFile(join(copy, 'job.json'), text.replaceAll('job-1', `copy-${n}`))
      }),
    )
    const listed = (await (await get('/jobs?limit=5000', of('a'))).json()) as { jobs: object[]; more: number }
    expect([listed.jobs.length, listed.more]).toEqual([1000, 2])
  })

  it('of lines of a log', async () => {
    const { post, get, store } = await open()
    await post(start(), of('a'))
    const { logFolder } = store.places(A)
    await mkdir(logFolder, { recursive: true })
    await writeFile(jobFile({ logFolder, jobId: 'job-1' }, 'log'), '{}\n'.repeat(1500))
    const text = await (await get('/jobs/job-1/log?lines=1400', of('a'))).text()
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(1000)
  })
})

describe('fields of a request', () => {
  it.each([
    ['RequestId', { RequestId: 'x'.repeat(201) }],
    ['RoomId', { RoomId: 'x'.repeat(201) }],
    ['AppId', { AppId: '../a' }],
    ['JobId', { JobId: 'a/b' }],
    ['Mode', { Mode: 2 }],
    ['ChannelType', { ChannelType: 'x' }],
    ['Force', { Force: 'perhaps' }],
  ])('%s has a shape', async (_, internal) => {
    const { post } = await openToAll()
    const reply = await post(start(startData(), 'job-1', internal))
    expect(reply).toMatchObject({ RetCode: CODES.badParameters })
    expect(String(reply.Internal['RequestId']).length).toBeLessThanOrEqual(200)
  })

  it.each([
    ['Action', { Action: `job.${'x'.repeat(100)}` }],
    ['Token', { Token: 'x'.repeat(4001) }],
    ['Version', { Version: 'x'.repeat(51) }],
  ])('%s has a length', async (_, more) => {
    const { post } = await openToAll()
    expect(await post({ ...CHECK, ...more })).toMatchObject({ RetCode: CODES.badParameters })
  })
})

describe('what a job is', () => {
  it('is checked though it is only kept', async () => {
    const { post, store } = await openToAll()
    const canvas = { TranscodingConfig: { Video: { Width: 33, Height: 240, Fps: 5 } } }
    expect(await post(start(canvas, 'job-1', { Mode: 0 }))).toMatchObject({ RetCode: CODES.badVideo })
    expect(await store.read({ owner: '', jobId: 'job-1' })).toBeUndefined()
  })

  it.each([
    ['job.stream.update', { Stream: { CmdType: 2, SubScribeId: 'a_1' } }],
    ['job.update', { StreamConfig: [{ RtcStreamId: 'a_1', MuteAudio: true }] }],
    ['job.record.stop', {}],
  ])('is not changed by %s while it runs', async (action, data) => {
    const { post, become, store } = await open()
    await post(start(), of('a'))
    await become(A, { state: 'running' })
    const before = await store.read(A)
    expect(await post(requestOf(action, 'job-1', data), of('a'))).toMatchObject({ RetCode: CODES.jobExists })
    expect(await store.read(A)).toEqual(before)
  })

  it('keeps its bucket while it waits, and its streams need a name', async () => {
    const { post } = await open()
    await post(start(), of('a'))
    expect(await post(requestOf('job.record.stop', 'job-1'), of('a'))).toMatchObject({
      RetCode: CODES.jobExists,
    })
    expect(await post(requestOf('job.stream.update', 'job-1'), of('a'))).toMatchObject({
      RetCode: CODES.badParameters,
    })
  })
})

describe('places of the machine', () => {
  it('are refused when they come in parts', async () => {
    const { post } = await open()
    // Fields beside StorageConfig are read where there is none; relative to nothing, this one is /etc.
    const { StorageConfig, ...rest } = RECORDING
    const RecordingConfig = { ...rest, ...StorageConfig, Bucket: 'etc' }
    const first = start(startData({ RecordingConfig }), 'job-1', { Mode: 0 })
    expect(await post(first, of('a'))).toMatchObject({ RetCode: CODES.ok })
    const local = { RecordingConfig: { Vendor: 'local' } }
    expect(await post(requestOf('job.record.start', 'job-1', local), of('a'))).toMatchObject({
      RetCode: CODES.ok,
    })
    const begun = await post(requestOf('job.start', 'job-1', {}, { RoomId: 'room', Mode: 1 }), of('a'))
    expect(begun).toMatchObject({ RetCode: CODES.failed })
    expect(begun.Message).toMatch(/local buckets are not allowed/)
  })

  it.each(['StorageConfig', 'BackupStorageConfig'])(
    'are looked at again when a job that was kept is started: %s',
    async (name) => {
      const folder = await mkdtemp(join(tmpdir(), 'owt-again-'))
      try {
        const root = join(folder, 'root')
        await mkdir(join(root, 'rooms'), { recursive: true })
        const { post } = await open({ localRoot: root })
        const storage = { Vendor: 'local', Bucket: 'rooms', FileNamePrefix: 'x.mp4' }
        const data = startData({ RecordingConfig: { ...RECORDING, [name]: storage } })
        expect(await post(start(data, 'job-1', { Mode: 0 }), of('a'))).toMatchObject({ RetCode: CODES.ok })
        await rm(join(root, 'rooms'), { recursive: true })
        await symlink(folder, join(root, 'rooms'))
        const begun = await post(start({}, 'job-1', { Mode: 1 }), of('a'))
        expect(begun).toMatchObject({ RetCode: CODES.failed })
        expect(begun.Message).toMatch(/local buckets are not allowed/)
      } finally {
        await rm(folder, { recursive: true })
      }
    },
  )

  it('are below the root as written and in truth', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'owt-below-'))
    try {
      const root = join(folder, 'root')
      await mkdir(join(root, 'rooms'), { recursive: true })
      await symlink(root, join(folder, 'beside'))
      expect(await isBelow(root, 'rooms')).toBe(true)
      // The root itself may be a link.
      expect(await isBelow(join(folder, 'beside'), 'rooms')).toBe(true)
      expect(await isBelow('/', root)).toBe(true)
      for (const path of [join(folder, 'beside/rooms'), 'rooms\0', '..', folder])
        expect(await isBelow(root, path), path).toBe(false)
      for (const path of ['rooms', '/', process.cwd()]) expect(await isBelow('', path), path).toBe(false)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('relative buckets are relative to the root in what the process reads', async () => {
    const { post, store } = await open({ localRoot: tmpdir() })
    const storage = { Vendor: 'local', Bucket: 'rooms', FileNamePrefix: 'x.mp4' }
    const BackupStorageConfig = { ...storage, Bucket: 'spare' }
    const RecordingConfig = { ...RECORDING, StorageConfig: storage, BackupStorageConfig }
    expect(await post(start(startData({ RecordingConfig })), of('a'))).toMatchObject({ RetCode: CODES.ok })
    const job = await store.read(A)
    if (!job) throw new Error('no job')
    const text = cfgText(job, tmpdir())
    for (const name of ['rooms', 'spare']) expect(text).toContain(JSON.stringify(join(tmpdir(), name)))
    // Fields beside StorageConfig are read where there is none.
    const flat = { ...RECORDING, StorageConfig: undefined, ...storage }
    const textOfFlat = cfgText({ ...job, sections: { ...job.sections, RecordingConfig: flat } }, tmpdir())
    expect(textOfFlat).toContain(JSON.stringify(join(tmpdir(), 'rooms')))
  })

  it.each(['0.0.0.0', '::', '[::]', '192.168.0.1', 'example.com', 'a.localhost', ''])('%j is not loopback', (host) => {
    expect(isLoopback(host)).toBe(false)
  })
})

describe('what is shown', () => {
  const SECRET = 'https://u:in-clear@h.example/x?sig=in-clear'
  it('has no secrets of addresses that a message or a warning repeats', async () => {
    const { post } = await openToAll()
    const unknown = await post({ ...CHECK, Action: SECRET })
    expect(unknown.Message).toMatch(/^there is no action .*h\.example/)
    expect(unknown.Message).not.toContain('in-clear')
    const NotifyConfig = [{ ServiceType: 'job.mixer', Status: 'open', NotifyUrl: 'https://h.example/' }]
    const warned = await post(start(startData({ NotifyConfig, [SECRET]: 1 }), 'job-1', { AppId: 'app-a' }))
    expect(warned.RetCode).toBe(CODES.ok)
    expect(String(warned.Data['Warnings'])).toContain('h.example')
    expect(JSON.stringify(warned)).not.toContain('in-clear')
  })

  it('has no secrets of events, and nothing of an internal error', async () => {
    const { post, get, store, notes } = await open()
    await post(start(), of('a'))
    const { eventsPath, folder } = store.places(A)
    const message = `https://u:secret-in-clear@h.example/x?sig=secret-in-clear in ${folder}/x`
    appendEvent(eventsPath, { kind: 'warning', message })
    const followed = await get('/jobs/job-1/events', of('a'))
    const reader = followed.body?.getReader()
    let text = ''
    while (!text.includes('warning')) text += Buffer.from((await reader?.read())?.value ?? []).toString()
    await reader?.cancel()
    expect(text).not.toContain('secret-in-clear')
    expect(text).not.toContain(folder)
    await appendFile(join(folder, 'job.json'), 'in-clear, and no JSON')
    expect(await post(requestOf('job.query', 'job-1'), of('a'))).toMatchObject({
      RetCode: CODES.internal,
      Message: 'internal error',
    })
    const answer = await get('/jobs/job-1', of('a'))
    expect(answer.status).toBe(500)
    expect(await answer.text()).toBe('{"error":"internal error"}')
    expect(notes.join('\n')).toContain('a request failed')
  })

  it('has no secrets of addresses of images, or of those that are names of fields', async () => {
    const { post, get } = await openToAll()
    const WaterMark = { Type: 2, Image: SECRET }
    const data = startData({ MixerConfig: { MixedVideoLayout: 1, WaterMark, [SECRET]: 1 } })
    const texts = [JSON.stringify(await post(start(data, 'job-1', { AppId: 'app-a' })))]
    texts.push(JSON.stringify(await post(requestOf('job.query', 'job-1'))))
    texts.push(await (await get('/jobs/job-1')).text())
    for (const text of texts) {
      expect(text).toContain('h.example')
      expect(text).not.toContain('in-clear')
    }
  })

  it.each([
    ['rooms', 'rooms', 'rooms'],
    ['./rooms/', 'rooms', './rooms/'],
    // Of settings that have been changed since.
    ['other', 'rooms', undefined],
  ])('has of the local bucket %j the name that was given', async (Bucket, folder, shown) => {
    const { post, get, store, become } = await open({ localRoot: tmpdir() })
    const storage = { Vendor: 'local', Bucket, FileNamePrefix: 'x.mp4' }
    const RecordingConfig = { ...RECORDING, StorageConfig: storage }
    expect(await post(start(startData({ RecordingConfig })), of('a'))).toMatchObject({ RetCode: CODES.ok })
    const { logFolder } = store.places(A)
    await mkdir(logFolder, { recursive: true })
    const bucket = join(tmpdir(), folder)
    const output = { vendor: 'local', bucket, key: 'x.mp4', path: join(bucket, 'x.mp4') }
    const result = { jobId: 'job-1', status: 'ok', exitCode: 0, output, timings: {}, warnings: [], skipped: [] }
    await writeFile(jobFile({ logFolder, jobId: 'job-1' }, 'result'), JSON.stringify(result))
    await become(A, { state: 'done', exitCode: 0 })
    const { Status } = (await post(requestOf('job.query', 'job-1'), of('a'))).Data
    expect(Status).toMatchObject({ Output: { vendor: 'local', key: 'x.mp4' } })
    const texts = [JSON.stringify(Status)]
    for (const path of ['/jobs', '/jobs/job-1']) texts.push(await (await get(path, of('a'))).text())
    for (const text of texts) {
      expect(text).not.toContain(tmpdir())
      expect(/"bucket":"([^"]*)"/.exec(text)?.[1]).toBe(shown)
    }
  })

  it('is on the disk for the user of the service alone', async () => {
    const { post, store, folder } = await open()
    await post(start(), of('a'))
    const own = store.places(A).folder
    for (const path of [join(folder, 'serve'), own, join(own, 'job.json')])
      expect((await stat(path)).mode & 0o077, path).toBe(0)
  })

  it('is kept by nobody, and taken for nothing else', async () => {
    const { get } = await openToAll()
    const { headers } = await get('/jobs')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })
})
