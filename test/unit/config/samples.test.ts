/** The requests people copy from the vendor's documents. */
import { describe, expect, it } from 'vitest'
import { fixture, read } from './help.ts'

describe('samples of the documents', () => {
  it('reads section 12.2 with its placeholder filled in, without a warning', () => {
    const { job, errors, warnings } = read(fixture('12.2-offline'))
    expect(errors).toEqual([])
    expect(warnings).toEqual([])
    expect(job).toMatchInlineSnapshot(`
      {
        "appId": "URtc-h4r1txxy",
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
          "height": 1080,
          "width": 1920,
        },
        "fit": "contain",
        "jobId": "URtc-h4r1txxy-123-yInVQgRk",
        "keyStream": {
          "idleMs": 60000,
          "streamId": "xxx_1",
        },
        "layout": {
          "kind": "preset",
          "preset": "tile",
        },
        "mainStream": "PR5012_1",
        "media": "video",
        "notify": [],
        "outputKey": "data/mp4/URtc-h4r1txxy-123-yInVQgRk.mp4",
        "requestId": "",
        "roomId": "123",
        "screenShare": "equal",
        "storage": {
          "bucket": "bkc",
          "credentials": {
            "accessKeyId": "TOKEN_xxxxx-xxxx-xxxxx-xxxx",
            "secretAccessKey": "xxxxx-xxxxx-xxxxx-xxxx",
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
              "mainStream": "PR5012_1",
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
        "token": "xxxxxxx",
        "video": {
          "bitrateKbps": 1000,
          "profile": "baseline",
        },
        "watermarks": [],
      }
    `)
  })

  it('names the one placeholder of 12.2 as it stands and nothing else', () => {
    const { errors, exitCode } = read(fixture('12.2-offline-raw'))
    expect(errors).toEqual([
      'cfg.json:36:27 Data.MixerConfig.ResizeMode: found 0/1/2, a placeholder and not a value; choose from 0 (stretch), 1 (crop to fill), 2 (letterbox)',
    ])
    expect(exitCode).toBe(4)
  })

  it('reads section 4.1 with its placeholders filled in', () => {
    const { job, errors, warnings } = read(fixture('4.1-start'))
    expect(errors).toEqual([])
    expect(job?.outputKey).toBe('xxx.mp4')
    expect(job?.subscription).toEqual({ audio: { kind: 'all' }, video: { kind: 'all' }, maxStreams: 32 })
    expect(warnings).toMatchInlineSnapshot(`
      [
        "Data.TranscodingConfig.Audio.SampleRate: found 4800, used as 48000; write that instead",
        "Data.RecordingConfig.FileType: found "mp4, webm", only mp4 is made; remove the others",
        "Data.LiveConfig: this worker makes a file and does not push a live stream; remove LiveConfig",
      ]
    `)
  })

  it('reads section 4.1 in manual mode, its positions snapped', () => {
    const manual = fixture('4.1-start').replace('"VideoStreamType": 0', '"VideoStreamType": 1')
    expect(read(manual).job?.layout).toEqual({
      kind: 'manual',
      positions: [{ streamId: 'user_type', x: 960, y: 272, width: 960, height: 540, z: 1 }],
    })
  })

  it('names every placeholder of 4.1 as it stands', () => {
    expect(read(fixture('4.1-start-raw')).errors).toMatchInlineSnapshot(`
      [
        "cfg.json:10:17 Internal.Mode: found 0/1, a placeholder and not a value; choose from 0 (single streams), 1 (mix)",
        "cfg.json:11:24 Internal.ChannelType: found 0/1, a placeholder and not a value; choose from 0 (meeting), 1 (live)",
        "cfg.json:49:27 Data.MixerConfig.ResizeMode: found 0/1/2, a placeholder and not a value; choose from 0 (stretch), 1 (crop to fill), 2 (letterbox)",
        "cfg.json:50:34 Data.MixerConfig.MixedVideoLayout: found 0/1/2/3/4/5, a placeholder and not a value; choose from 0 (custom), 1 (tile), 2 (vertical), 3 (single), 4 (tile 2), 5 (vertical 2)",
        "cfg.json:110:25 Data.MixerConfig.WaterMark.Type: found 1/2/3, a placeholder and not a value; choose from 0 (none), 1 (time), 2 (image), 3 (text)",
        "cfg.json:120:32 Data.SubscribeConfig.VideoStreamType: found 0/1, a placeholder and not a value; choose from 0 (automatic), 1 (manual)",
      ]
    `)
  })

  it('reads section 15.1', () => {
    const { job, errors, warnings } = read(fixture('15.1-demo'))
    expect(errors).toEqual([])
    expect(job?.canvas).toEqual({ width: 800, height: 600, fps: 15 })
    expect(job?.keyStream).toBeUndefined()
    expect(warnings).toEqual([
      'Data.TranscodingConfig.Video.Profile: found "highprodile", used as "highprofile"; write that instead',
    ])
  })
})
