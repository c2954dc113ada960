import { describe, expect, it } from 'vitest'
import { senderOf } from '../../../src/callback/sender.ts'
import { parseCfg } from '../../../src/config/cfg.ts'
import { request } from '../config/help.ts'

const cfgOf = (text: string) => parseCfg({ text, file: 'cfg.json' })
const NotifyConfig = [{ ServiceType: 'job.mixer', NotifyUrl: 'http://h/cb', Token: 't', Key: 'k' }]
const target = { service: 'job.mixer', dialect: 'ucloud', url: 'http://h/cb', token: 't', key: 'k' }

describe('senderOf', () => {
  it('reads who is told, and what they are told of the job', () => {
    expect(senderOf(cfgOf(request({ NotifyConfig })))).toEqual({
      jobId: 'job-1',
      roomId: 'room',
      appId: 'app',
      requestId: '7',
      token: 'top-token-value',
      targets: [target],
    })
  })

  it.each([
    ['a value that is not allowed', request({ NotifyConfig, 'TranscodingConfig.Video.Width': 641 })],
    ['a job id that is none', request({ NotifyConfig, '/Internal.JobId': '../x' })],
    ['no output at all', request({ NotifyConfig, TranscodingConfig: undefined, RecordingConfig: undefined })],
    ['a placeholder', request({ NotifyConfig }).replace('"Mode": 1', '"Mode": 0/1')],
    ['an entry that is none', request({ NotifyConfig: [...NotifyConfig, 'x', { NotifyUrl: 'http://no' }] })],
  ])('still reads it from a file with %s', (_, text) => {
    expect(senderOf(cfgOf(text)).targets).toEqual([target])
  })

  it.each([
    ['brackets out of step', request({ NotifyConfig }).slice(0, -5)],
    ['nothing in it', ''],
    ['no object in it', '[1, 2]'],
    ['null in it', 'null'],
    ['a placeholder for the receiver', request({ NotifyConfig }).replace('"http://h/cb"', 'xxx')],
    ['no entry that is open', request({ NotifyConfig: { ...NotifyConfig[0], Status: 'close' } })],
  ])('tells nobody of a file with %s', (_, text) => {
    expect(senderOf(cfgOf(text)).targets).toEqual([])
  })
})
