import { describe, expect, it } from 'vitest'
import { jobWith, readWith } from './help.ts'

const VIDEO = 'TranscodingConfig.Video'
const AUDIO = 'TranscodingConfig.Audio'
const CONFIG = 'RecordingConfig'

const textOf = (lines: readonly string[]) => lines.map((line) => line.replace(/^\S+: /, ''))

describe('video and audio', () => {
  it.each([
    [{ [`${VIDEO}.BitRate`]: undefined, [`${VIDEO}.Bitrate`]: 500 }, 500],
    [{ [`${VIDEO}.BitRate`]: undefined, 'TranscodingConfig.Bitrate': 600 }, 600],
    [{ [`${VIDEO}.Bitrate`]: 800 }, 800],
  ])('takes the bit rate under any of its names: %j', (changes, kbps) => {
    expect(jobWith(changes).video.bitrateKbps).toBe(kbps)
    expect(readWith(changes).warnings).toEqual([])
  })

  it('says so when two names of the bit rate differ', () => {
    const { job, warnings } = readWith({ 'TranscodingConfig.Bitrate': 600 })
    expect(job?.video.bitrateKbps).toBe(800)
    expect(warnings).toEqual([
      'Data.TranscodingConfig.Bitrate: Bitrate gives Video.BitRate again, with another value; Video.BitRate counts, remove one of the two',
    ])
  })

  it.each([
    ['baseline', 'baseline'],
    ['main', 'main'],
    ['high', 'high'],
    ['highprofile', 'high'],
    ['highprodile', 'high'],
    ['HighProfile', 'high'],
    [undefined, 'high'],
  ])('reads profile %s as %s', (written, profile) => {
    expect(jobWith({ [`${VIDEO}.Profile`]: written }).video.profile).toBe(profile)
  })

  it.each([
    [undefined, 2],
    ['aac', 2],
    ['AAC', 2],
    ['aac_48000_2', 2],
    ['aac_48000_1', 1],
    ['AAC_48000_1', 1],
    ['aac_4800_1', 1],
  ])('reads audio codec %s as %i channels', (codec, channels) => {
    expect(jobWith({ [`${AUDIO}.Codec`]: codec }).audio.channels).toBe(channels)
  })

  it('does without Audio altogether', () => {
    expect(jobWith({ [AUDIO]: undefined }).audio).toEqual({ channels: 2 })
  })

  it('uses 48000 for the sample rate slip of the samples, and warns', () => {
    const { job, warnings } = readWith({ [`${AUDIO}.SampleRate`]: 4800 })
    expect(job).toBeDefined()
    expect(textOf(warnings)).toEqual(['found 4800, used as 48000; write that instead'])
  })
})

describe('job and subscription', () => {
  it('warns of Mode 0', () => {
    expect(readWith({ '/Internal.Mode': 0 }).warnings).toEqual([
      'Internal.Mode: Mode 0 records single streams; this worker always mixes, write 1',
    ])
  })

  it.each(['a.b_c-1', '_', '-x', 'A'])('takes %s as a job id', (id) => {
    expect(jobWith({ '/Internal.JobId': id }).jobId).toBe(id)
  })

  it.each(['.a', 'a/b', '..', '', 'a b', 'ä', 'a\n', 'x'.repeat(201)])('refuses %j as a job id', (id) => {
    const { exitCode, errors } = readWith({ '/Internal.JobId': id })
    expect(exitCode).toBe(4)
    expect(errors).toHaveLength(1)
  })

  it('reads the key stream with its idle time, 60 s unless said', () => {
    expect(jobWith({ JobConfig: { KeyStream: 'a_1' } }).keyStream).toEqual({
      streamId: 'a_1',
      idleMs: 60_000,
    })
    expect(jobWith({ JobConfig: { KeyStream: 'a_1', IdleTime: 1.5 } }).keyStream?.idleMs).toBe(1500)
    expect(jobWith({ JobConfig: { KeyStream: ' ', IdleTime: 5 } }).keyStream).toBeUndefined()
  })

  it.each([[[]], [['']], [['', ' ', '']], [undefined], [null]])('reads %j as no list', (list) => {
    const { audio } = jobWith({ 'SubscribeConfig.SubscribeAudio': list }).subscription
    expect(audio).toEqual({ kind: 'all' })
  })

  it('keeps audio and video lists apart', () => {
    const { subscription } = jobWith({
      SubscribeConfig: { SubscribeAudio: ['a_1', '', 'a_1'], UnsubscribeVideo: ['b_1'], MaxSubscriptions: 2 },
    })
    expect(subscription).toEqual({
      audio: { kind: 'only', streamIds: ['a_1'] },
      video: { kind: 'except', streamIds: ['b_1'] },
      maxStreams: 2,
    })
  })

  it('refuses an allow list and a deny list for one medium', () => {
    const { errors, exitCode } = readWith({
      SubscribeConfig: { SubscribeVideo: ['a_1'], UnsubscribeVideo: ['b_1'] },
    })
    expect(errors).toEqual([
      'Data.SubscribeConfig.SubscribeVideo: both SubscribeVideo and UnsubscribeVideo name streams; keep one of the two',
    ])
    expect(exitCode).toBe(4)
  })
})

describe('output and callbacks', () => {
  it.each([
    [undefined, 'both'],
    [1, 'audio'],
    [2, 'video'],
    [3, 'both'],
  ])('reads MediaChannel %s as %s', (channel, media) => {
    expect(jobWith({ [`${CONFIG}.MediaChannel`]: channel }).media).toBe(media)
  })

  it.each([[undefined], ['mp4'], ['MP4'], [['.mp4']], [[]], [['']]])('takes FileType %j', (type) => {
    expect(readWith({ [`${CONFIG}.FileType`]: type })).toMatchObject({ errors: [], warnings: [] })
  })

  it('warns of further containers and refuses to do without mp4', () => {
    expect(textOf(readWith({ [`${CONFIG}.FileType`]: ['webm', 'mp4'] }).warnings)).toEqual([
      'found "webm, mp4", only mp4 is made; remove the others',
    ])
    expect(readWith({ [`${CONFIG}.FileType`]: ['webm'] })).toMatchObject({
      errors: [
        'Data.RecordingConfig.FileType: found "webm", the output is always mp4; put "mp4" in the list',
      ],
      exitCode: 1,
    })
  })

  it('keeps open callbacks, drops bad ones with a warning', () => {
    const { job, warnings } = readWith({
      NotifyConfig: [
        { Status: 'open', ServiceType: 'job.mixer', NotifyUrl: 'https://h/cb?x=1', Token: 't' },
        { Status: 'close', ServiceType: 'job.oss', NotifyUrl: 'https://h/no' },
        { Status: 'open', ServiceType: 'job.oss', NotifyUrl: 'ftp://h/x?secret=1' },
        { Status: 'open', ServiceType: 'job.oss' },
        { ServiceType: 'job.oss', NotifyUrl: 'http://h', Dialect: 'AnyRTC', Key: 'k' },
        { ServiceType: 'job.living', NotifyUrl: 'http://h' },
      ],
    })
    expect(job?.notify).toEqual([
      { service: 'job.mixer', dialect: 'ucloud', url: 'https://h/cb?x=1', token: 't', key: '' },
      { service: 'job.oss', dialect: 'anyrtc', url: 'http://h', token: '', key: 'k' },
    ])
    expect(warnings).toEqual([
      'Data.NotifyConfig[2].NotifyUrl: found "ftp://h/***", to which no callback can be sent; give an http:// or https:// URL with no user or password in it',
      'Data.NotifyConfig[3].NotifyUrl: found nothing, to which no callback can be sent; give an http:// or https:// URL with no user or password in it',
      'Data.NotifyConfig[4].Dialect: found "AnyRTC", used as "anyrtc"; write that instead',
      'Data.NotifyConfig[5]: this worker pushes no live stream, so job.living has no events; remove the entry or close it',
    ])
  })

  it('tells a receiver nothing twice', () => {
    const of = (Dialect: string, services: readonly string[]) =>
      readWith({
        NotifyConfig: services.map((ServiceType) => ({
          ServiceType,
          NotifyUrl: 'http://h/?s=secret',
          Dialect,
          Key: 'k',
        })),
      })
    const services = ['job.mixer', 'job.record', 'job.oss', 'job.oss']
    const kept = (Dialect: string) => of(Dialect, services).job?.notify.map(({ service }) => service)
    expect(kept('ucloud')).toEqual(['job.mixer', 'job.record', 'job.oss'])
    expect(kept('anyrtc')).toEqual(['job.mixer', 'job.oss'])
    expect(kept('volcengine')).toEqual(['job.mixer', 'job.oss'])
    expect(kept('tencent')).toEqual(['job.mixer'])
    expect(of('ucloud', services).warnings).toEqual([
      'Data.NotifyConfig[3]: an earlier entry sends the same events to the same address at h; that one counts, remove one of the two',
    ])
  })

  it.each(['volcengine', 'tencent'])('warns where the signature of %s has no key', (Dialect) => {
    const { warnings } = readWith({
      NotifyConfig: { ServiceType: 'job.oss', NotifyUrl: 'http://h', Dialect },
    })
    expect(warnings).toEqual([
      `Data.NotifyConfig.Key: missing; ${Dialect} callbacks are signed, here with an empty key; give the key with which the receiver checks the signature`,
    ])
  })

  it('lists the services a callback may be for', () => {
    expect(readWith({ NotifyConfig: { ServiceType: 'job.mix' } }).errors).toEqual([
      'Data.NotifyConfig.ServiceType: found "job.mix", allowed "job.mixer", "job.oss", "job.record", "job.living"; did you mean "job.mixer"?',
    ])
  })

  it('warns of a live push, unless it has no URL', () => {
    expect(textOf(readWith({ LiveConfig: { Type: 'rtmp', Url: 'rtmp://x' } }).warnings)).toEqual([
      'this worker makes a file and does not push a live stream; remove LiveConfig',
    ])
    expect(readWith({ LiveConfig: { Type: 'rtmp', Url: '' } }).warnings).toEqual([])
  })
})
