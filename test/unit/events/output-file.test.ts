import { describe, expect, it } from 'vitest'
import { fileOf } from '../../../src/events/output-file.ts'
import { outputOf } from '../../../src/report/result.ts'
import { makeJob, makeRecording, makeTimeline } from '../../harness/builders.ts'

describe('fileOf', () => {
  const timeline = makeTimeline([makeRecording()])
  const file = (changes: Parameters<typeof makeJob>[0]) => {
    const job = makeJob(changes)
    return fileOf({
      output: outputOf({ job, timeline, bytes: 1 }),
      startMs: timeline.startMs,
      streamIds: [],
      media: job.media,
      storage: job.storage,
      isBackup: false,
    })
  }
  const s3 = {
    kind: 's3',
    vendor: 'aliyun',
    bucket: 'rec',
    region: 'cn-beijing',
    endpoint: 'https://oss-cn-beijing.aliyuncs.com',
    credentials: { accessKeyId: 'access', secretAccessKey: 'secret' },
  } as const

  it('has an address though text in it is not well-formed', () => {
    expect(file({ outputKey: 'a/\ud800.mp4' }).url).toBe('local://bucket/a/%EF%BF%BD.mp4')
  })

  it('has an address, with no credential and no path of this machine in it', () => {
    const outputKey = 'a b/房间.mp4'
    const at = (storage: Parameters<typeof makeJob>[0]) => file({ outputKey, ...storage }).url
    expect([
      at({}),
      at({ storage: { ...s3, pathStyle: true } }),
      at({ storage: { ...s3, pathStyle: false } }),
    ]).toEqual([
      'local://bucket/a%20b/%E6%88%BF%E9%97%B4.mp4',
      'https://oss-cn-beijing.aliyuncs.com/rec/a%20b/%E6%88%BF%E9%97%B4.mp4',
      'https://rec.oss-cn-beijing.aliyuncs.com/a%20b/%E6%88%BF%E9%97%B4.mp4',
    ])
  })

  it('has no size and no codec of what it does not hold', () => {
    expect(file({ media: 'audio' })).toMatchObject({ width: 0, height: 0, videoCodec: '', audioCodec: 'aac' })
    expect(file({ media: 'video' })).toMatchObject({
      width: 640,
      height: 360,
      videoCodec: 'h264',
      audioCodec: '',
    })
  })
})
