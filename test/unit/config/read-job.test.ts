import { describe, expect, it } from 'vitest'
import { jobWith, read, readWith, request } from './help.ts'

const VIDEO = 'TranscodingConfig.Video'
const AUDIO = 'TranscodingConfig.Audio'
const MIXER = 'MixerConfig'
const SUBSCRIBE = 'SubscribeConfig'
const STORAGE = 'RecordingConfig.StorageConfig'

describe('readJob', () => {
  it('settles every default', () => {
    expect(jobWith()).toMatchInlineSnapshot(`
      {
        "appId": "app",
        "audio": {
          "channels": 2,
        },
        "background": {
          "b": 0,
          "g": 0,
          "r": 0,
        },
        "backupStorage": undefined,
        "canvas": {
          "fps": 15,
          "height": 360,
          "width": 640,
        },
        "fit": "contain",
        "jobId": "job-1",
        "layout": {
          "kind": "preset",
          "preset": "tile",
        },
        "media": "both",
        "notify": [],
        "outputKey": "job-1.mp4",
        "requestId": "7",
        "roomId": "room",
        "screenShare": "equal",
        "storage": {
          "bucket": "bucket",
          "credentials": {
            "accessKeyId": "public-key-value",
            "secretAccessKey": "secret-key-value",
          },
          "endpoint": "https://s3-cn-bj.ufileos.com",
          "kind": "s3",
          "pathStyle": true,
          "region": "cn-bj",
          "vendor": "ucloud",
        },
        "streams": [],
        "stretches": [
          {
            "fromFrame": 0,
            "settings": {
              "background": {
                "b": 0,
                "g": 0,
                "r": 0,
              },
              "fit": "contain",
              "layout": {
                "kind": "preset",
                "preset": "tile",
              },
              "screenShare": "equal",
              "streams": [],
              "subscription": {
                "audio": {
                  "kind": "all",
                },
                "maxStreams": 32,
                "video": {
                  "kind": "all",
                },
              },
              "watermarks": [],
            },
            "soundFromMs": 0,
          },
        ],
        "subscription": {
          "audio": {
            "kind": "all",
          },
          "maxStreams": 32,
          "video": {
            "kind": "all",
          },
        },
        "token": "top-token-value",
        "video": {
          "bitrateKbps": 800,
          "profile": "high",
        },
        "watermarks": [],
      }
    `)
    expect(readWith({}).warnings).toEqual([])
  })

  it('says every problem of a file at once, in file order, with line, column and path', () => {
    const text = request({
      [`${VIDEO}.Width`]: 641,
      [`${AUDIO}.SampleRate`]: 44100,
      [`${MIXER}.MixedVideoLayout`]: 6,
      [`${STORAGE}.Bucket`]: undefined,
      '/Internal.JobId': '.x',
    }).replace('"Height": 360', '"Height": xxx')
    expect(read(text)).toMatchInlineSnapshot(`
      {
        "errors": [
          "cfg.json:5:12 Internal.JobId: found ".x", allowed letters, digits, "-", "_" and "." with no leading dot, at most 200",
          "cfg.json:16:14 Data.TranscodingConfig.Video.Width: found 641, allowed even numbers from 16 to 16384",
          "cfg.json:17:15 Data.TranscodingConfig.Video.Height: found xxx, a placeholder and not a value; write even numbers from 16 to 16384",
          "cfg.json:24:19 Data.TranscodingConfig.Audio.SampleRate: found 44100, allowed 48000",
          "cfg.json:28:21 Data.RecordingConfig.StorageConfig.Bucket: missing; give text in double quotes that is not empty",
          "cfg.json:37:24 Data.MixerConfig.MixedVideoLayout: found 6, allowed 0 (custom), 1 (tile), 2 (vertical), 3 (single), 4 (tile 2), 5 (vertical 2)",
        ],
        "exitCode": 4,
        "job": undefined,
        "warnings": [],
      }
    `)
  })

  it('says a single problem on a single line', () => {
    const { errors, exitCode } = read(request({ [`${VIDEO}.Width`]: 641 }))
    expect(errors).toEqual([
      'cfg.json:16:14 Data.TranscodingConfig.Video.Width: found 641, allowed even numbers from 16 to 16384',
    ])
    expect(exitCode).toBe(4)
  })

  it('goes on past a missing comma, but not past brackets out of step', () => {
    expect(read(request({ [`${VIDEO}.Width`]: 641 }).replace('641,', '641')).errors).toEqual([
      'cfg.json:16:14 Data.TranscodingConfig.Video.Width: found 641, allowed even numbers from 16 to 16384',
      'cfg.json:17:5: not JSON: a comma is missing before this; add it',
    ])
    const { errors, exitCode } = read(
      request({ [`${VIDEO}.Width`]: 641 }).replace('"Internal": {', '"Internal": '),
    )
    expect(errors[0]).toBe('cfg.json:5:10: not JSON: a comma is missing before this; add it')
    expect(errors.join()).not.toContain('641')
    expect(exitCode).toBe(1)
  })

  it.each<[number, Record<string, unknown>]>([
    [4, { [`${VIDEO}.Fps`]: 0 }],
    [4, { [`${VIDEO}.BitRate`]: undefined }],
    [4, { TranscodingConfig: undefined }],
    [4, { [`${MIXER}.ResizeMode`]: 3 }],
    [4, { [`${SUBSCRIBE}.MaxSubscriptions`]: 0 }],
    [4, { '/Internal.JobId': 'a/b' }],
    [4, { [`${AUDIO}.SampleRate`]: 44100, [`${MIXER}.ResizeMode`]: 3 }],
    [5, { [`${AUDIO}.SampleRate`]: 44100 }],
    [5, { [`${AUDIO}.Codec`]: 'opus' }],
    [5, { [`${AUDIO}.Codec`]: 'opus', [`${STORAGE}.Bucket`]: '' }],
    [5, { SubscribeConfig: { SubscribeAudio: ['a_1'], UnsubscribeAudio: ['b_1'] } }],
    [5, { [`${SUBSCRIBE}.UnsubscribeAudio`]: 5 }],
    [4, { SubscribeConfig: { SubscribeVideo: ['a_1'], UnsubscribeVideo: ['b_1'] } }],
    [1, { [`${STORAGE}.Bucket`]: '' }],
    [1, { RecordingConfig: undefined }],
    [1, { 'JobConfig.IdleTime': -1 }],
    [1, { '/Action': 'job.stop' }],
  ])('exits with %i for %j', (code, changes) => {
    expect(readWith(changes).exitCode).toBe(code)
  })

  it.each(['[]', 'null', '"x"', '5', '{}', ''])('refuses %j as a whole', (text) => {
    expect(read(text).errors.length).toBeGreaterThan(0)
  })

  it('warns of unknown names with the nearest known one, and does not fail', () => {
    const changes = { 'TranscodingConfig.Video.Heigth': 1, Whatever: {}, '/$schema': './x.json' }
    expect(readWith(changes).warnings).toEqual([
      'Data.TranscodingConfig.Video.Heigth: "Heigth" is not known and has no effect; did you mean "Height"?',
      'Data.Whatever: "Whatever" is not known and has no effect',
    ])
  })

  it('warns of a name given twice', () => {
    const text = request().replace('"Fps": 15', '"Fps": 10, "Fps": 15')
    expect(read(text).warnings).toEqual([
      'Data.TranscodingConfig.Video.Fps: "Fps" is given twice; the last one counts, remove the other',
    ])
  })

  it('reads what is harmless as it is meant', () => {
    const { job, warnings } = readWith({
      [`${VIDEO}.Width`]: '1920',
      [`${VIDEO}.Codec`]: 'H264',
      '/Internal.RoomId': 2234,
      '/Internal.AppId': null,
      [`${STORAGE}.Region`]: 1,
      [`${STORAGE}.PathStyle`]: 'false',
      [`${MIXER}.MixedVideoLayout`]: '2',
    })
    expect(job?.canvas.width).toBe(1920)
    expect(job?.roomId).toBe('2234')
    expect(job?.layout).toEqual({ kind: 'preset', preset: 'vertical' })
    expect(warnings).toEqual([
      'Internal.RoomId: found 2234, used as text; put it in double quotes',
      'Data.TranscodingConfig.Video.Codec: found "H264", used as "h264"; write that instead',
      'Data.TranscodingConfig.Video.Width: found "1920", used as 1920; write that instead',
      'Data.RecordingConfig.StorageConfig.Region: found 1, used as text; put it in double quotes',
      'Data.RecordingConfig.StorageConfig.PathStyle: found "false", used as false; write that instead',
      'Data.MixerConfig.MixedVideoLayout: found "2", used as 2; write that instead',
    ])
  })

  it.each<[Record<string, unknown>, string]>([
    [{ [`${VIDEO}.Width`]: 14 }, 'found 14, allowed even numbers from 16 to 16384'],
    [{ [`${VIDEO}.Height`]: '3x' }, 'found "3x", allowed even numbers from 16 to 16384'],
    [{ [`${VIDEO}.Fps`]: 29.97 }, 'found 29.97, allowed whole numbers from 1 to 120'],
    [{ [`${VIDEO}.Fps`]: undefined }, 'missing; give whole numbers from 1 to 120'],
    [{ [`${VIDEO}.BitRate`]: undefined }, 'missing; give whole numbers from 1 to 200000'],
    [
      { [`${VIDEO}.Fps`]: undefined, [`${VIDEO}.Fsp`]: 15 },
      '"Fsp" is not known, and "Fps" is missing; did you mean "Fps"?',
    ],
    [
      { [`${VIDEO}.BitRate`]: undefined, 'TranscodingConfig.Bitrat': 800 },
      '"Bitrat" is not known, and "Bitrate" is missing; did you mean "Bitrate"?',
    ],
    [
      { [STORAGE]: undefined, 'RecordingConfig.StorageConfg': { Bucket: 'b' } },
      '"StorageConfg" is not known, and "StorageConfig" is missing; did you mean "StorageConfig"?',
    ],
    [
      { [`${STORAGE}.Region`]: undefined, [`${STORAGE}.Regoin`]: 'cn-bj' },
      '"Regoin" is not known, and "Region" is missing; did you mean "Region"?',
    ],
    [
      { '/Internal.JobId': undefined, '/Internal.JobID': 'a' },
      '"JobID" is not known, and "JobId" is missing; did you mean "JobId"?',
    ],
    [{ [`${VIDEO}.Codec`]: 'vp8' }, 'found "vp8", allowed "h264"'],
    [{ [`${VIDEO}.Profile`]: 'best' }, 'found "best", allowed "baseline", "main", "high", "highprofile"'],
    [{ [`${AUDIO}.SampleRate`]: 44100 }, 'found 44100, allowed 48000'],
    [
      { [`${AUDIO}.Codec`]: 'aac_44100_2' },
      'found "aac_44100_2", allowed "aac", "aac_48000_1" or "aac_48000_2" (name, rate, channels)',
    ],
    [{ [VIDEO]: [] }, 'found an array, allowed an object {...} with Width, Height, Fps'],
    [{ [STORAGE]: 'secret-text' }, 'found text, allowed an object {...} with Bucket'],
    [{ [`${SUBSCRIBE}.SubscribeAudio`]: 'a_1' }, 'found text, allowed an array [...] (at most 10000)'],
    [
      { [`${MIXER}.WaterMark`]: 'x' },
      'found text, allowed an object {...} with Type or an array of them (at most 100)',
    ],
    [{ 'RecordingConfig.FileType': 5 }, 'found 5, allowed text or an array of texts (at most 100)'],
    [{ '/Internal.Mode': 2 }, 'found 2, allowed 0 (single streams), 1 (mix)'],
  ])('says of %j what is allowed', (changes, text) => {
    expect(readWith(changes).errors.map((line) => line.replace(/^\S+: /, ''))).toEqual([text])
  })

  it('names twenty problems and counts the others', () => {
    const { errors } = readWith({ [`${MIXER}.WaterMark`]: Array.from({ length: 30 }, () => ({ Type: 9 })) })
    expect(errors).toHaveLength(21)
    expect(errors[19]).toMatch(/WaterMark\[19\]\.Type: found 9/)
    expect(errors[20]).toBe('and 10 more; owt-main validate --json lists all')
  })

  it('never shows a token or a key', () => {
    const secret = 's3cr3t'
    const wrong = [secret, { x: secret }, [secret], 5]
    for (const name of ['PublicKey', 'SecretKey', 'accessKey', 'secretKey', 'secretAccessKey']) {
      for (const value of wrong) {
        const text = request({ [`${STORAGE}.${name}`]: value, [`${VIDEO}.Width`]: 1, '/Token': value })
        const bare = text.replaceAll(`"${secret}"`, secret)
        for (const each of [text, bare, text.replace(`"${secret}"`, `"${secret}`)]) {
          const { errors } = read(each)
          expect(errors.length).toBeGreaterThan(0)
          expect(errors.join('\n')).not.toContain(secret)
        }
      }
    }
    const notify = [{ ServiceType: 'job.oss', NotifyUrl: `ftp://me:${secret}@h/?t=${secret}`, Token: 5 }]
    expect(readWith({ NotifyConfig: notify }).warnings.join()).not.toContain(secret)
    const keyed = [{ ServiceType: 'job.oss', NotifyUrl: 'http://h', Key: 87654321 }]
    expect(readWith({ NotifyConfig: keyed }).warnings.join()).not.toContain('87654321')
    expect(readWith({ [`${STORAGE}.Endpoint`]: `https://me:${secret}@h` }).errors.join()).not.toContain(
      secret,
    )
    expect(readWith({ [`${STORAGE}.Endpoint`]: `//me:${secret}@h` }).errors.join()).not.toContain(secret)
    expect(readWith({ [STORAGE]: secret }).errors.join()).not.toContain(secret)
    expect(readWith({ [`${STORAGE}.SecretKey`]: 12345678 }).warnings.join()).not.toContain('12345678')
  })
})

describe('lists of cfg.json', () => {
  it.each<[string, number, unknown]>([
    [`${MIXER}.WaterMark`, 100, { Type: 0 }],
    [`${MIXER}.PositionConfig`, 1000, { RtcStreamId: 'a_1', Region: { X: 0, Y: 0, Width: 4, Height: 4 } }],
    [`${MIXER}.LayoutConfig`, 200, []],
    ['NotifyConfig', 50, { ServiceType: 'job.mixer', NotifyUrl: 'http://h' }],
    [`${SUBSCRIBE}.SubscribeVideo`, 10_000, 'a_1'],
  ])('%s holds at most %i', (path, most, one) => {
    const manual = { [`${SUBSCRIBE}.VideoStreamType`]: 1, [`${MIXER}.MixedVideoLayout`]: 0 }
    const errorsOf = (count: number) =>
      readWith({ ...manual, [path]: Array(count).fill(one) }).errors.filter((line) =>
        line.includes('at most'),
      )
    expect(errorsOf(most)).toEqual([])
    expect(errorsOf(most + 1)).toEqual([
      expect.stringMatching(new RegExp(`^Data\\.${path}: found an array, allowed .*\\(at most ${most}\\)$`)),
    ])
  })
})
