/** Every action over the states of a job. */
import { afterEach, describe, expect, it } from 'vitest'
import { ACTIONS } from '../../../src/serve/actions/index.ts'
import { cfgText } from '../../../src/serve/cfg.ts'
import { CODES } from '../../../src/serve/codes.ts'
import type { ServedState } from '../../../src/serve/served-job.ts'
import {
  type TestApp,
  type TestAppOptions,
  chosenSample,
  makeServeApp,
  requestOf,
  sampleText,
  startData,
} from '../../harness/serve-app.ts'

const NOW = 1_795_320_000_123
const REF = { owner: '', jobId: 'job-1' }
const LOOPBACK = { network: { allow: ['loopback'], deny: ['private'] } }

let one: TestApp | undefined
const open = async (options: TestAppOptions = {}): Promise<TestApp> =>
  (one = await makeServeApp({ settings: LOOPBACK, now: () => NOW, ...options }))
afterEach(() => one?.close())

const INTERNAL = { AppId: 'app-a', RoomId: 'room 1', Mode: 1, ChannelType: 1 }
const start = (data: object = startData(), internal: object = {}) =>
  requestOf('job.start', 'job-1', data, { ...INTERNAL, ...internal })
const MIXER = { MixerConfig: { MixedVideoLayout: 3 } }

/** A timed update with a layout, or of several sections. */
const UPDATE = (what: number | object) => ({
  At: 5,
  Action: 'job.update',
  Data: typeof what === 'number' ? { MixerConfig: { MixedVideoLayout: what } } : what,
})

/** An app with a job in a state. */
async function withJob(state: ServedState, options: TestAppOptions = {}): Promise<TestApp> {
  const made = await open(options)
  expect(await made.post(start())).toMatchObject({ RetCode: 0 })
  await made.become(REF, { state, ...(state === 'failed' && { exitCode: 1 }) })
  return made
}

describe('job.acquire', () => {
  it('makes up a JobId', async () => {
    const { post, store } = await open()
    const reply = await post(requestOf('job.acquire', undefined, {}, INTERNAL))
    const { JobId } = reply.Data as { JobId: string }
    expect(JobId).toMatch(/^app-a-room_1-1-1795320000-[0-9a-f]{8}$/)
    expect(reply).toEqual({
      Version: '1.0',
      Ack: 'job.init',
      RetCode: 0,
      Message: 'OK',
      Internal: { RequestId: '7', JobId, ...INTERNAL },
      Data: { JobId },
    })
    expect(await store.read({ owner: '', jobId: JobId })).toMatchObject({ state: 'acquired', mode: 1 })
  })

  it('makes one up that can be the name of a file, however long the others are', async () => {
    const { post } = await open()
    const long = { ...INTERNAL, AppId: 'a'.repeat(100), RoomId: 'r'.repeat(200) }
    const { RetCode, Data } = await post(requestOf('job.acquire', undefined, {}, long))
    expect(RetCode).toBe(0)
    expect(String(Data['JobId']).length).toBeLessThan(200)
  })

  it('takes the one of the recording, once', async () => {
    const { post } = await open()
    const request = requestOf('job.acquire', 'job-1', {}, INTERNAL)
    expect(await post(request)).toMatchObject({ RetCode: 0, Data: { JobId: 'job-1' } })
    expect(await post(request)).toMatchObject({ RetCode: CODES.jobExists })
  })

  it.each(['AppId', 'RoomId'])('needs %s', async (name) => {
    const { post } = await open()
    const reply = await post(requestOf('job.acquire', undefined, {}, { ...INTERNAL, [name]: undefined }))
    expect(reply).toMatchObject({ RetCode: CODES.badParameters, Message: `Internal.${name}: missing` })
  })
})

describe('job.start', () => {
  it('queues a job and answers with its sections, without NotifyConfig', async () => {
    const { post, done, store } = await open()
    const NotifyConfig = [
      { ServiceType: 'job.mixer', Status: 'open', NotifyUrl: 'http://127.0.0.1:1/', Token: 't' },
    ]
    const JobConfig = { IdleTime: 60, KeyStream: 'a_1' }
    const reply = await post(start(startData({ NotifyConfig, JobConfig })))
    expect(reply).toMatchObject({
      Ack: 'job.stat',
      RetCode: 0,
      Message: 'OK',
      Internal: { RequestId: '7', JobId: 'job-1', ...INTERNAL },
      Data: {
        JobConfig,
        RecordingConfig: { StorageConfig: { SecretKey: '***', PublicKey: '***', Bucket: 'rooms' } },
      },
    })
    expect(reply.Data).not.toHaveProperty('NotifyConfig')
    expect(done).toEqual([{ what: 'add', ref: REF }])
    expect(await store.read(REF)).toMatchObject({
      state: 'queued',
      sections: { NotifyConfig },
      queuedAtMs: NOW,
    })
  })

  it.each<[string, Readonly<Record<string, unknown>>, number, RegExp]>([
    [
      'a canvas',
      { TranscodingConfig: { Video: { Width: 33, Height: 120, Fps: 10 } } },
      CODES.badVideo,
      /Video\.Width/,
    ],
    [
      'audio',
      { TranscodingConfig: { Video: startData().TranscodingConfig.Video, Audio: { SampleRate: 8000 } } },
      CODES.badAudio,
      /SampleRate/,
    ],
    ['no bucket', { RecordingConfig: undefined }, CODES.failed, /RecordingConfig/],
    ['both kinds of index', { Index: {}, IndexKey: 'a' }, CODES.badParameters, /one of the two/],
    ['an index that is none', { Index: { Files: 'x' } }, CODES.noSuchJob, /Index/],
    [
      'updates that are none',
      { Updates: [{ At: 'soon', Action: 'job.mixer.update', Data: {} }] },
      CODES.badParameters,
      /Updates/,
    ],
    ...[{}, [null], [{ At: 1, Action: 7, Data: {} }], [{ At: 1, Action: 'job.update', Data: 7 }]].map(
      (Updates): [string, { Updates: unknown }, number, RegExp] => [
        `updates like ${JSON.stringify(Updates)}`,
        { Updates },
        CODES.badParameters,
        /give an array/,
      ],
    ),
    [
      'lists that leave nobody',
      {
        Index: { Files: [{ StreamId: 'a_1', Name: 'a.webm', StartTime: NOW }] },
        SubscribeConfig: { SubscribeVideo: ['z_1'], SubscribeAudio: ['z_1'] },
      },
      CODES.noStream,
      /SubscribeVideo/,
    ],
  ])('refuses %s and keeps nothing', async (_, data, code, says) => {
    const { post, store, done } = await open()
    const reply = await post(start(startData(data)))
    expect(reply).toMatchObject({ Ack: 'job.stat', RetCode: code })
    expect(reply.Message).toMatch(says)
    expect(await store.read(REF)).toBeUndefined()
    expect(done).toEqual([])
  })

  it.each(['queued', 'running'] as const)('answers 2 for a job that is %s', async (state) => {
    const { post } = await withJob(state)
    expect(await post(start())).toMatchObject({ RetCode: CODES.jobExists })
  })

  it.each(['done', 'unchanged', 'failed', 'stopped'] as const)(
    'starts a job again that is %s',
    async (state) => {
      const { post, store } = await withJob(state)
      expect(await post(start({}, { Force: true }))).toMatchObject({ RetCode: 0 })
      const job = await store.read(REF)
      expect(job).toMatchObject({
        state: 'queued',
        isForced: true,
        sections: { MixerConfig: { MixedVideoLayout: 1 } },
      })
      expect(job?.exitCode).toBeUndefined()
    },
  )

  it('only keeps a job of Mode 0', async () => {
    const { post, store, done } = await open()
    expect(await post(start(MIXER, { Mode: 0 }))).toMatchObject({ RetCode: 0, Internal: { Mode: 0 } })
    expect(await store.read(REF)).toMatchObject({ state: 'acquired', sections: MIXER })
    expect(done).toEqual([])
    expect(await post(start(startData()))).toMatchObject({ RetCode: 0 })
    expect(done).toEqual([{ what: 'add', ref: REF }])
  })

  it('keeps what is said about single streams', async () => {
    const { post, store } = await open()
    const StreamConfig = [{ RtcStreamId: 'a_1', MuteVideo: true }]
    expect(await post(start(startData({ StreamConfig })))).toMatchObject({ RetCode: 0, Data: { StreamConfig } })
    const job = await store.read(REF)
    if (!job) throw new Error('no job')
    expect(JSON.parse(cfgText(job, ''))).toMatchObject({ Data: { StreamConfig } })
    const bad = { StreamConfig: [{ RtcStreamId: 'a_1', MuteVideo: 'perhaps' }] }
    await post(requestOf('job.stop', 'job-1'))
    expect((await post(start(startData(bad)))).Message).toMatch(/^Data\.StreamConfig\[0\]\.MuteVideo: /)
  })

  it('warns of a section that is misspelt', async () => {
    const { post } = await open()
    const reply = await post(start(startData({ MixConfig: { MixedVideoLayout: 3 } })))
    expect(reply).toMatchObject({
      RetCode: 0,
      Data: { Warnings: ['Data.MixConfig: "MixConfig" is not known and has no effect; did you mean "MixerConfig"?'] },
    })
    await post(requestOf('job.stop', 'job-1'))
    await post(start(MIXER, { Mode: 0 }))
    const updated = await post(requestOf('job.update', 'job-1', { ...MIXER, Zoom: 1 }))
    expect(updated.Data['Warnings']).toEqual(['Data.Zoom: "Zoom" is not known and has no effect'])
    expect((await post(requestOf('job.query', 'job-1', { More: 1 }))).Data).not.toHaveProperty('Warnings')
  })

  it('keeps index, key and updates', async () => {
    const { post, store } = await open()
    const Index = { Files: [{ StreamId: 'a_1', Name: 'a.webm', StartTime: NOW }] }
    const Updates = [
      { At: 'now', Action: 'job.mixer.update', Data: MIXER },
      { At: 12.5, Action: 'job.update', Data: MIXER },
    ]
    expect(await post(start(startData({ Index, Updates })))).toMatchObject({ RetCode: 0 })
    expect(await store.read(REF)).toMatchObject({
      index: Index,
      updates: [
        { At: NOW, Action: 'job.mixer.update', Data: MIXER },
        { At: 12.5, Action: 'job.update', Data: MIXER },
      ],
    })
  })

  it.each([
    ['a layout', [UPDATE(9)], CODES.badVideo, /^Data\.Updates\[0\]\.Data\.MixerConfig\.MixedVideoLayout: /],
    ['an action', [UPDATE(1), { At: 1, Action: 'job.dance', Data: {} }], CODES.badVideo, /Updates\[1\]\.Action/],
    ['a list of audio', [UPDATE({ SubscribeConfig: { SubscribeAudio: 7 } })], CODES.badAudio, /Updates\[0\]/],
    [
      'what one file cannot change',
      [UPDATE({ TranscodingConfig: { Video: { Width: 320 } } })],
      CODES.badVideo,
      /Updates\[0\]\.Data\.TranscodingConfig\.Video\.Width/,
    ],
    ['a time', [{ At: 1e30, Action: 'job.mixer.update', Data: MIXER }], CODES.badVideo, /Updates\[0\]\.At/],
  ])('refuses updates in which %s is wrong, of either mode, and keeps nothing', async (_, Updates, code, said) => {
    for (const Mode of [0, 1]) {
      const { post, store, close } = await open()
      const reply = await post(start(startData({ Updates }), { Mode }))
      expect(reply).toMatchObject({ RetCode: code, Message: expect.stringMatching(said) as string })
      expect(await store.read(REF)).toBeUndefined()
      await close()
    }
  })

  it('refuses an index whose updates are wrong', async () => {
    const { post } = await open()
    const Index = { Files: [{ StreamId: 'a_1', Name: 'a.webm', StartTime: NOW }], Updates: [UPDATE(9)] }
    expect(await post(start(startData({ Index })))).toMatchObject({
      RetCode: CODES.badVideo,
      Message: expect.stringMatching(/^Data\.Index\.Updates\[0\]\.Data\.MixerConfig/) as string,
    })
  })

  it('refuses a job whose kept updates do not fit what it says now', async () => {
    const { post, store } = await open()
    const Updates = [UPDATE({ TranscodingConfig: { Video: { Width: 320 } } })]
    expect(await post(start({ Updates }, { Mode: 0 }))).toMatchObject({ RetCode: 0 })
    expect(await post(start(startData()))).toMatchObject({
      RetCode: CODES.badVideo,
      Message: expect.stringContaining('Data.Updates[0].Data.TranscodingConfig.Video.Width') as string,
    })
    expect(await store.read(REF)).toMatchObject({ state: 'acquired' })
  })

  it('replaces the kept updates by those that it gives, so that one can be taken back', async () => {
    const { post, get, store, become } = await open()
    const [fits, not] = [UPDATE(2), UPDATE({ TranscodingConfig: { Video: { Width: 320 } } })]
    await post(start({ Updates: [fits, not] }, { Mode: 0 }))
    expect(await post(start(startData()))).toMatchObject({
      RetCode: CODES.badVideo,
      Message: expect.stringContaining('Data.Updates[1].') as string,
    })
    const query = requestOf('job.query', 'job-1')
    expect(await post(query)).toMatchObject({ Data: { Updates: [fits, not], Status: { Updates: 2 } } })
    expect(await (await get('/jobs/job-1')).json()).toMatchObject({ Data: { Updates: [fits, not] } })
    expect(await post(start(startData({ Updates: [fits] })))).toMatchObject({
      RetCode: 0,
      Data: { Warnings: [expect.stringMatching(/^Data\.Updates: replaces .* left out: 1$/)] },
    })
    expect((await store.read(REF))?.updates).toEqual([fits])
    // The same request again makes the same job; one that gives none leaves them.
    for (const data of [startData({ Updates: [fits] }), startData()]) {
      await become(REF, { state: 'done' })
      const again = await post(start(data))
      expect(again.RetCode).toBe(0)
      expect(again.Data).not.toHaveProperty('Warnings')
      expect((await store.read(REF))?.updates).toEqual([fits])
    }
    await become(REF, { state: 'done' })
    expect(await post(start(startData({ Updates: [] })))).toMatchObject({ RetCode: 0 })
    expect((await store.read(REF))?.updates).toEqual([])
    expect((await post(query)).Data).not.toHaveProperty('Updates')
  })

  it('takes nothing while the service is ending', async () => {
    const { post } = await open({ isDraining: () => true })
    expect(await post(start())).toMatchObject({ RetCode: CODES.failed })
  })
})

const UPDATES = [
  [
    'job.record.start',
    'job.record.stat',
    { RecordingConfig: { ...startData().RecordingConfig, MediaChannel: 1 } },
  ],
  ['job.subscribe.update', 'job.subscribe.stat', { SubscribeConfig: { MaxSubscriptions: 2 } }],
  ['job.mixer.update', 'job.mixer.stat', MIXER],
  [
    'job.transcoding.update',
    'job.transcoding.stat',
    { TranscodingConfig: { Video: { Width: 320, Height: 240, Fps: 5, BitRate: 100 } } },
  ],
  ['job.update', 'job.update.stat', { ...MIXER, SubscribeConfig: { MaxSubscriptions: 2 } }],
  ['job.notify.update', 'job.notify.stat', { NotifyConfig: [{ ServiceType: 'job.oss', Status: 'close' }] }],
] as const

describe.each(UPDATES)('%s', (action, ack, data) => {
  it.each(['acquired', 'queued', 'done', 'failed'] as const)('changes a job that is %s', async (state) => {
    const { post, store } = await withJob(state)
    const reply = await post(requestOf(action, 'job-1', data))
    expect(reply).toMatchObject({
      Ack: ack,
      RetCode: 0,
      Message: 'OK',
      Internal: { JobId: 'job-1', ...INTERNAL },
    })
    expect(Object.keys(reply.Data)).toEqual(expect.arrayContaining(Object.keys(data)))
    const job = await store.read(REF)
    expect(job?.state).toBe(state)
    expect(job?.sections).toMatchObject(data)
    // What was not given stays.
    expect(job?.sections.RecordingConfig).toMatchObject({ StorageConfig: { Bucket: 'rooms' } })
  })

  it('does not change what is being made', async () => {
    const { post, store } = await withJob('running')
    const before = await store.read(REF)
    const code = action === 'job.notify.update' ? CODES.ok : CODES.jobExists
    expect(await post(requestOf(action, 'job-1', data))).toMatchObject({ Ack: ack, RetCode: code })
    if (code !== CODES.ok) expect(await store.read(REF)).toEqual(before)
  })

  it('answers 3 for a job that is not there', async () => {
    const { post } = await open()
    expect(await post(requestOf(action, 'job-9', data))).toMatchObject({ Ack: ack, RetCode: CODES.noSuchJob })
  })

  it('needs its section', async () => {
    const { post } = await withJob('acquired')
    expect(await post(requestOf(action, 'job-1', {}))).toMatchObject({ RetCode: CODES.badParameters })
  })
})

describe('updates', () => {
  it('are all or nothing', async () => {
    const { post, store } = await withJob('acquired')
    const before = await store.read(REF)
    const bad = { ...MIXER, TranscodingConfig: { Video: { Width: 33, Height: 240, Fps: 5 } } }
    for (const data of [bad, { ...bad, StreamConfig: [{ RtcStreamId: 'a_1', MuteAudio: true }] }])
      expect(await post(requestOf('job.update', 'job-1', data))).toMatchObject({ RetCode: CODES.badVideo })
    expect(await store.read(REF)).toEqual(before)
  })

  it('of a section that is none are refused', async () => {
    const { post } = await withJob('acquired')
    expect(await post(requestOf('job.mixer.update', 'job-1', { MixerConfig: 7 }))).toMatchObject({
      RetCode: CODES.badVideo,
      Message: expect.stringMatching(/^Data\.MixerConfig: /) as string,
    })
  })

  it.each([
    ['job.stream.update', { StreamConfig: [{ RtcStreamId: 'a_1', MuteAudio: true }] }, {}],
    ['job.update', { StreamConfig: [{ RtcStreamId: 'a_1', MuteAudio: true }] }, {}],
    ['job.mixer.update', MIXER, { At: 5 }],
  ])('are as many as a job takes: %s', async (action, data, internal) => {
    const { post, become, store } = await withJob('acquired')
    await become(REF, { updates: Array.from({ length: 5000 }, () => ({ ...UPDATE(2), Data: MIXER })) })
    expect(await post(requestOf(action, 'job-1', data, internal))).toMatchObject({
      RetCode: CODES.failed,
      Message: 'a job takes at most 5000 timed updates',
    })
    expect((await store.read(REF))?.updates).toHaveLength(5000)
  })

  it('leave a job that waits for its turn one that can run', async () => {
    const { post, store } = await open()
    const { Width, Height } = startData().TranscodingConfig.Video
    const Updates = [UPDATE({ TranscodingConfig: { Video: { Width, Height } } })]
    expect(await post(start(startData({ Updates })))).toMatchObject({ RetCode: CODES.ok })
    const before = await store.read(REF)
    const wider = { TranscodingConfig: { Video: { Width: 320, Height: 240, Fps: 5, BitRate: 100 } } }
    expect(await post(requestOf('job.transcoding.update', 'job-1', wider))).toMatchObject({
      RetCode: CODES.badVideo,
      Message: expect.stringContaining('Data.Updates[0].Data.TranscodingConfig.Video.Width') as string,
    })
    expect(await store.read(REF)).toEqual(before)
  })

  it('leave fields that are not given, and replace both lists of a medium', async () => {
    const { post, store } = await withJob('acquired')
    await post(
      requestOf('job.subscribe.update', 'job-1', {
        SubscribeConfig: { MaxSubscriptions: 3, SubscribeAudio: ['a_1'], UnsubscribeVideo: ['b_1'] },
      }),
    )
    await post(requestOf('job.subscribe.update', 'job-1', { SubscribeConfig: { UnsubscribeAudio: ['c_1'] } }))
    expect((await store.read(REF))?.sections.SubscribeConfig).toEqual({
      MaxSubscriptions: 3,
      UnsubscribeVideo: ['b_1'],
      UnsubscribeAudio: ['c_1'],
    })
    await post(
      requestOf('job.mixer.update', 'job-1', {
        MixerConfig: { ResizeMode: null, MaxResolutionStream: 'a_1' },
      }),
    )
    expect((await store.read(REF))?.sections.MixerConfig).toEqual({
      MixedVideoLayout: 1,
      MaxResolutionStream: 'a_1',
    })
  })

  it('with a time are kept for the mix', async () => {
    const { post, store } = await withJob('acquired')
    for (const At of ['now', '12.5', 1_795_320_005])
      expect(await post(requestOf('job.mixer.update', 'job-1', MIXER, { At }))).toMatchObject({
        RetCode: 0,
        Data: MIXER,
      })
    const job = await store.read(REF)
    expect(job?.updates).toEqual(
      [NOW, 12.5, 1_795_320_005].map((At) => ({ At, Action: 'job.mixer.update', Data: MIXER })),
    )
    expect(job?.sections.MixerConfig).toMatchObject({ MixedVideoLayout: 1 })
  })

  it('with a time are refused where they cannot be', async () => {
    const { post, become } = await withJob('acquired')
    const canvas = { TranscodingConfig: startData().TranscodingConfig }
    expect(await post(requestOf('job.transcoding.update', 'job-1', canvas, { At: 5 }))).toMatchObject({
      RetCode: CODES.badVideo,
    })
    for (const At of ['later', ' '])
      expect(await post(requestOf('job.mixer.update', 'job-1', MIXER, { At }))).toMatchObject({
        RetCode: CODES.badParameters,
      })
    expect(
      await post(requestOf('job.mixer.update', 'job-1', { MixerConfig: { MixedVideoLayout: 9 } }, { At: 5 })),
    ).toMatchObject({ RetCode: CODES.badVideo })
    await become(REF, { state: 'running' })
    const NotifyConfig = [{ ServiceType: 'job.oss', Status: 'close' }]
    for (const [action, data] of [
      ['job.mixer.update', MIXER],
      ['job.update', { NotifyConfig }],
    ] as const)
      expect(await post(requestOf(action, 'job-1', data, { At: 5 })), action).toMatchObject({
        RetCode: CODES.jobExists,
      })
  })

  it.each([
    ['job.stream.update', { Stream: { CmdType: 9, SubScribeId: 'a_1' } }, 'Data.Stream.CmdType'],
    ['job.update', { StreamConfig: [{ HasVideo: 'perhaps' }] }, 'Data.StreamConfig[0]'],
    ['job.mixer.update', { MixerConfig: { WaterMark: { Type: 7 } } }, 'Data.MixerConfig.WaterMark'],
    ['job.subscribe.update', { SubscribeConfig: { MaxSubscriptions: -1 } }, 'Data.SubscribeConfig'],
  ])('with a time are refused as their run would refuse them: %s', async (action, data, where) => {
    const { post, store } = await withJob('acquired')
    const reply = await post(requestOf(action, 'job-1', data, { At: 5 }))
    expect(reply.RetCode).not.toBe(0)
    expect(reply.Message).toContain(where)
    expect(reply.Message).not.toContain('Updates[')
    expect((await store.read(REF))?.updates).toEqual([])
  })
})

describe('job.stream.update', () => {
  const both = [
    { Stream: { CmdType: 3, SubScribeId: 'a_1', MuteVideo: true } },
    { StreamConfig: [{ RtcStreamId: 'a_1', HasVideo: true, MuteAudio: true }] },
  ]
  it.each(both)('takes %j', async (data) => {
    const { post, store } = await withJob('acquired')
    expect(await post(requestOf('job.stream.update', 'job-1', data, { At: 4 }))).toMatchObject({
      Ack: 'job.stream.stat',
      RetCode: 0,
      Data: data,
    })
    expect(await post(requestOf('job.stream.update', 'job-1', data))).toMatchObject({ RetCode: 0 })
    expect((await store.read(REF))?.updates.map(({ At }) => At)).toEqual([4, 0])
  })

  it('answers 6 for a stream that the index does not list', async () => {
    const { post, become } = await withJob('acquired')
    await become(REF, { index: { Files: [{ StreamId: 'b_1', Name: 'b.webm', StartTime: NOW }] } })
    for (const data of both) {
      expect(await post(requestOf('job.stream.update', 'job-1', data))).toMatchObject({
        RetCode: CODES.noStream,
      })
      expect(
        await post(requestOf('job.update', 'job-1', { StreamConfig: both[1]?.StreamConfig })),
      ).toMatchObject({ RetCode: CODES.noStream })
    }
    for (const data of [{ Stream: { CmdType: 9 } }, { StreamConfig: [{ RtcStreamId: 'b_1', HasVideo: 'x' }] }])
      expect(await post(requestOf('job.stream.update', 'job-1', data))).toMatchObject({
        RetCode: CODES.badParameters,
      })
  })

  it('answers 3 for a job that is not there', async () => {
    const { post } = await open()
    expect(await post(requestOf('job.stream.update', 'job-9', both[0]))).toMatchObject({
      RetCode: CODES.noSuchJob,
    })
  })
})

describe('job.record.stop', () => {
  it('takes the bucket away from a job that is not started', async () => {
    const { post, store } = await withJob('acquired')
    expect(await post(requestOf('job.record.stop', 'job-1'))).toMatchObject({
      Ack: 'job.record.stat',
      RetCode: 0,
      Data: { RecordingConfig: { StorageConfig: { SecretKey: '***' } } },
    })
    expect((await store.read(REF))?.sections).not.toHaveProperty('RecordingConfig')
    await one?.close()
    const running = await withJob('running')
    expect(await running.post(requestOf('job.record.stop', 'job-1'))).toMatchObject({
      RetCode: CODES.jobExists,
    })
  })
})

describe('job.query', () => {
  it('shows everything and the state', async () => {
    const { post } = await withJob('failed')
    expect(await post(requestOf('job.query', 'job-1'))).toMatchObject({
      Ack: 'job.query.stat',
      RetCode: 0,
      Data: {
        TranscodingConfig: startData().TranscodingConfig,
        Status: {
          State: 'failed',
          Phase: null,
          Share: null,
          SecondsLeft: null,
          Speed: null,
          ExitCode: 1,
          Warnings: 0,
          Skipped: 0,
        },
      },
    })
  })
})

describe('job.stop', () => {
  it.each(['acquired', 'queued'] as const)('makes a job go that is %s', async (state) => {
    const { post, done } = await withJob(state)
    expect(await post(requestOf('job.stop', 'job-1'))).toMatchObject({
      Ack: 'job.destroyed',
      RetCode: 0,
      Internal: { JobId: 'job-1', ...INTERNAL },
      Data: {},
    })
    expect(done.at(-1)).toEqual({ what: 'drop', ref: REF })
    expect(await post(requestOf('job.query', 'job-1'))).toMatchObject({ RetCode: CODES.noSuchJob })
  })

  it('stops a running one', async () => {
    const { post, done, store } = await withJob('running')
    expect(await post(requestOf('job.stop', 'job-1'))).toMatchObject({ RetCode: 0 })
    expect(done.at(-1)).toEqual({ what: 'stop', ref: REF })
    expect(await store.read(REF)).toMatchObject({ state: 'running', asked: 'stop' })
  })

  it('may be said of one that has ended', async () => {
    const { post, store } = await withJob('done')
    expect(await post(requestOf('job.stop', 'job-1'))).toMatchObject({ RetCode: 0 })
    expect(await store.read(REF)).toMatchObject({ state: 'done' })
  })
})

describe('job.restart', () => {
  it.each([
    ['acquired', CODES.noSuchJob, undefined],
    ['queued', CODES.ok, undefined],
    ['running', CODES.ok, 'stop'],
    ['stopped', CODES.ok, 'add'],
  ] as const)('of a job that is %s', async (state, code, what) => {
    const { post, done } = await withJob(state)
    done.length = 0
    expect(await post(requestOf('job.restart', 'job-1'))).toMatchObject({
      Ack: 'job.restart.stat',
      RetCode: code,
    })
    expect(done.map((one) => one.what)).toEqual(what === undefined ? [] : [what])
  })
})

describe('of the machine', () => {
  it('job.worker.list and job.check.server', async () => {
    const { post } = await open()
    expect(await post(requestOf('job.worker.list', undefined))).toMatchObject({
      Ack: 'job.worker.stat',
      RetCode: 0,
      Data: { Server: { Ip: '127.0.0.1', Port: 8600, HeartTime: 1_795_320_000 }, Lists: ['running-job'] },
    })
    expect(await post(requestOf('job.check.server', undefined))).toMatchObject({
      Ack: 'job.check.stat',
      RetCode: 0,
      Data: {},
    })
  })
})

describe('actions that are not offered', () => {
  it.each(['job.live.start', 'job.live.stop'])(
    '%s is answered as such, and changes nothing',
    async (name) => {
      const { post, store } = await withJob('queued')
      const before = await store.read(REF)
      const LiveConfig = { Type: 'rtmp', Url: 'rtmp://push.example.com/live/x' }
      expect(await post(requestOf(name, 'job-1', { LiveConfig }))).toMatchObject({
        Ack: 'job.live.stat',
        RetCode: CODES.unknownAction,
        Message: expect.stringContaining('not pushed to live streams') as string,
      })
      expect(await store.read(REF)).toEqual(before)
    },
  )
})

describe('requests that are none', () => {
  it.each([
    ['an action that nobody knows', requestOf('job.dance', 'job-1'), CODES.unknownAction],
    ['an action of every object', requestOf('constructor', 'job-1'), CODES.unknownAction],
    ['no JSON', 'hello', CODES.badParameters],
    ['nothing', '', CODES.badParameters],
    ['no Action', '{"Internal": {}}', CODES.badParameters],
    ['an Action without a name', '{"Action": ""}', CODES.badParameters],
    ['no JobId', requestOf('job.query', undefined), CODES.badParameters],
    ['half of one', JSON.stringify(start()).slice(0, 200), CODES.badParameters],
    [
      'one that is nested deeply',
      `{"Action": "job.query", "Data": ${'['.repeat(5000)}${']'.repeat(5000)}}`,
      CODES.badParameters,
    ],
  ])('%s', async (_, body, code) => {
    const { post } = await open()
    expect(await post(body)).toMatchObject({ Version: '1.0', RetCode: code })
  })
})

it.each(['[]', '[{"Action": "job.query"}]', 'null', '7', '"job.query"'])(
  'a body that is no object is told so: %s',
  async (body) => {
    const { post } = await open()
    expect(await post(body)).toMatchObject({
      RetCode: CODES.badParameters,
      Message: 'the body has to be a JSON object',
    })
  },
)

it('uses the Acks that the settings choose', async () => {
  const { post } = await withJob('acquired', {
    settings: {
      serve: { stopAck: 'job.distroied', streamAck: 'job.stream.status', workerAck: 'job.distroied' },
    },
  })
  expect(await post(requestOf('job.worker.list', undefined))).toMatchObject({ Ack: 'job.distroied' })
  expect(await post(requestOf('job.stream.update', 'job-1'))).toMatchObject({ Ack: 'job.stream.status' })
  expect(await post(requestOf('job.stop', 'job-1'))).toMatchObject({ Ack: 'job.distroied' })
})

describe('the samples of the documents', () => {
  it.each([
    ['recording-01-job.acquire', 'job.init', 0],
    ['recording-11-job.acquire', 'job.init', 0],
    ['push-01-job.acquire', 'job.init', 0],
    // 0/1/2 is no value: which one is meant cannot be known.
    ['recording-02-job.start', 'job.stat', CODES.badParameters],
    ['recording-09-job.start', 'job.stat', CODES.badParameters],
    ['recording-12-job.start', 'job.stat', 0],
    ['push-02-job.start', 'job.stat', CODES.badParameters],
    ['recording-03-job.subscribe.update', 'job.subscribe.stat', CODES.badParameters],
    ['push-07-job.stream.update', 'job.stream.stat', CODES.badParameters],
    ['recording-07-job.query', 'job.query.stat', CODES.noSuchJob],
    ['recording-08-job.stop', 'job.destroyed', CODES.noSuchJob],
    ['push-03-job.record.start', 'job.record.stat', CODES.noSuchJob],
    ['recording-10-job.notify.update', 'job.notify.stat', CODES.noSuchJob],
    ['push-10-job.notify.update', 'job.notify.stat', CODES.noSuchJob],
  ])('%s as it stands: %s, %i', async (name, ack, code) => {
    const { post } = await open()
    const reply = await post(await sampleText(name))
    expect(reply).toMatchObject({ Version: '1.0', Ack: ack, RetCode: code, Internal: { RequestId: '0' } })
    if (code === CODES.badParameters) expect(reply.Message).toMatch(/placeholder/)
  })

  it.each([
    ['recording-03-job.subscribe.update', 0],
    ['recording-04-job.mixer.update', 0],
    ['recording-05-job.transcoding.update', 0],
    ['recording-06-job.update', 0],
    ['recording-07-job.query', 0],
    ['recording-10-job.notify.update', 0],
    ['push-03-job.record.start', 0],
    ['push-04-job.record.stop', 0],
    ['push-05-job.subscribe.update', 0],
    ['push-06-job.mixer.update', 0],
    ['push-08-job.query', 0],
    ['push-10-job.notify.update', 0],
    ['recording-08-job.stop', 0],
    ['push-09-job.stop', 0],
  ])('%s with choices made, of a job that is there', async (name, code) => {
    const { post } = await withJob('acquired')
    const reply = await post(await chosenSample(name, { jobId: 'job-1' }))
    expect(reply, reply.Message).toMatchObject({ RetCode: code })
  })
})

it('every action has a schema in the description', async () => {
  const { get } = await open()
  const page = (await (await get('/openapi.json')).json()) as {
    components: { schemas: Record<string, { properties: { Action: { const: string } } }> }
  }
  const described = Object.values(page.components.schemas).map(({ properties }) => properties.Action?.const)
  expect(described.filter(Boolean)).toEqual(ACTIONS.map(({ name }) => name))
})
