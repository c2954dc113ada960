import { describe, expect, it } from 'vitest'
import { defaultConf } from '../../../src/config/conf.ts'
import { parseText } from '../../../src/config/load.ts'
import { settingsUsed } from '../../../src/report/settings.ts'

const CFG = String.raw`{
  // the key is c0mment-s3cret
  "Action": "job.start",
  "Token": "t0ken-s3cret", "Authorization": "Bearer b-s3cret",
  "Data": {
    "LiveConfig": { "Url": "rtmp://h/live/stream-s3cret" },
    "NotifyConfig": [{ "NotifyUrl": "https://user:p4ss-s3cret@example.com/cb?sign=qu3ry-s3cret", "Token": "x-s3cret", "Key": "k3y-s3cret" }],
    "MixerConfig": { "WaterMark": { "Type": 2, "Image": "https://cdn.example.com/logo.png?X-Amz-Signature=sig-s3cret" } },
    "RecordingConfig": { "StorageConfig": {
      "Bucket": "rec",
      "PublicKey": "public-s3cret", "Secret\u004bey": "escaped-s3cret", "SecretKye": "misspelt-s3cret", "apiKey": "own-s3cret",
      "accessKey": ["list-s3cret"], "SecretKey": { "is": "deep-s3cret" },
    } },
  },
}`

describe('the settings used', () => {
  it('has what was asked for, and no secret', () => {
    const used = settingsUsed({ cfg: parseText({ text: CFG, file: '' }).value, conf: defaultConf() })
    expect(JSON.stringify(used)).not.toMatch(/s3cret/)
    expect(used.cfg).toContain('"Bucket": "rec"')
    expect(used.cfg).toContain('https://cdn.example.com/logo.png?***')
    expect(used.cfg).toContain('"PublicKey": ***')
    expect(JSON.parse(used.conf)).toEqual(defaultConf())
  })

  it('names the settings that are not the default', () => {
    const conf = { ...defaultConf(), audio: { ...defaultConf().audio, bitrateKbps: 96 } }
    expect(settingsUsed({ cfg: undefined, conf })).toMatchObject({
      cfg: '',
      changed: [{ name: 'audio.bitrateKbps', value: '96', preset: '128' }],
    })
  })
})
