import { describe, expect, it } from 'vitest'
import { type QueuedJob, harmlessText, idOfQueued } from '../../../src/fleet/queued-job.ts'
import { cfgOf, changed } from '../../harness/cfg.ts'

const storage = {
  Vendor: 's3',
  Bucket: 'b',
  PublicKey: 'public',
  SecretKey: 'secret',
  accessKeyId: 'another',
  Authorization: 'made up',
}
const withSecrets = cfgOf({
  Token: 'token',
  Data: {
    RecordingConfig: { StorageConfig: storage, BackupStorageConfig: storage },
    NotifyConfig: [{ NotifyUrl: 'https://user:password@host/cb?sign=1', Key: 'key' }],
  },
})

const jobOf = (cfg: object, more: Partial<QueuedJob> = {}): QueuedJob => ({
  jobId: 'j',
  appId: 'a',
  name: 'job',
  cfgPath: '/a/cfg.json',
  cfg: harmlessText(cfg),
  index: undefined,
  indexAt: undefined,
  updates: undefined,
  done: undefined,
  strict: false,
  force: false,
  language: 'en',
  reach: { network: { allow: [], deny: [] }, index: { keys: [] }, localRoots: [] },
  ...more,
})

describe('what travels on the queue', () => {
  it('has no credentials, no receivers and nothing unknown', () => {
    const text = harmlessText(withSecrets)
    for (const secret of ['public', 'secret', 'another', 'made up', 'token', 'password', 'NotifyConfig'])
      expect(text).not.toContain(secret)
    const { Data } = JSON.parse(text) as { Data: { RecordingConfig: object } }
    expect(Data.RecordingConfig).toMatchObject({ StorageConfig: { Vendor: 's3', Bucket: 'b' } })
  })

  it('is refused where a URL may let in whoever knows it', () => {
    const image = (Image: string) => ({ Data: { MixerConfig: { WaterMark: [{ Type: 2, Image }] } } })
    expect(() => harmlessText(image('https://host/logo.png?sign=1'))).toThrow(
      /^Data\.MixerConfig\.WaterMark\[0\]\.Image: /,
    )
    expect(harmlessText(image('https://host/logo.png'))).toContain('https://host/logo.png')
  })
})

describe('the id of a job', () => {
  const id = idOfQueued(jobOf(cfgOf()))

  it('is that of the request, wherever it was accepted and whoever is told', () => {
    const elsewhere = changed(withSecrets, { Internal: { RequestId: '77' } })
    const same = changed(elsewhere, { Data: { RecordingConfig: { BackupStorageConfig: undefined } } })
    const plain = changed(same, {
      Data: { RecordingConfig: { StorageConfig: { Vendor: 'local', Bucket: 'bucket' } } },
    })
    expect(idOfQueued(jobOf(plain, { cfgPath: '/b/cfg.json', done: '{}' }))).toBe(id)
  })

  it('differs where the film may', () => {
    const others = [
      jobOf(cfgOf({ Data: { TranscodingConfig: { Video: { Fps: 5 } } } })),
      jobOf(cfgOf(), { index: '{}' }),
      jobOf(cfgOf(), { updates: '[]' }),
      jobOf(cfgOf(), { force: true }),
    ]
    expect(new Set([id, ...others.map(idOfQueued)]).size).toBe(5)
  })
})
