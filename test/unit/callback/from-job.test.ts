import { describe, expect, it } from 'vitest'
import { endOf, fileOf, plannedOf, warningOf, withoutPaths } from '../../../src/callback/from-job.ts'
import { EXIT, JobError } from '../../../src/errors.ts'
import { outputOf } from '../../../src/report/result.ts'
import { ROOM_MS, makeJob, makeRecording, makeTimeline } from '../../harness/builders.ts'

/** Each change as `+stream medium at s`, `-` where it ends; the stream as a whole unless asked for. */
function changes(timeline: ReturnType<typeof makeTimeline>, media = ['any']): string[] {
  return plannedOf(timeline, 'both')
    .changes.filter(({ medium }) => media.includes(medium))
    .map(({ streamId, medium, isOpen, atMs }) => {
      const what = medium === 'any' ? streamId : `${streamId} ${medium}`
      return `${isOpen ? '+' : '-'}${what} ${(atMs - ROOM_MS) / 1000}`
    })
}

describe('plannedOf', () => {
  it('tells when each stream joins and leaves, in the order of time', () => {
    const timeline = makeTimeline([
      makeRecording({ streamId: 'a_1' }),
      makeRecording({ streamId: 'b_1', atMs: 3000, lengthMs: 7000 }),
      makeRecording({ streamId: 'c_2', atMs: 1000, lengthMs: 2000 }),
    ])
    expect(changes(timeline)).toEqual(['+a_1 0', '+c_2 1', '-c_2 3', '+b_1 3', '-a_1 10', '-b_1 10'])
    expect(plannedOf(timeline, 'both')).toMatchObject({ startMs: ROOM_MS, endMs: ROOM_MS + 10_000 })
  })

  it('has one stay for clips that touch or overlap, another for one that comes back', () => {
    const timeline = makeTimeline([
      makeRecording({ name: '1.webm', lengthMs: 4000 }),
      makeRecording({ name: '2.webm', atMs: 3000, lengthMs: 3000 }),
      makeRecording({ name: '3.webm', atMs: 8000, lengthMs: 1000 }),
    ])
    expect(changes(timeline)).toEqual(['+a_1 0', '-a_1 6', '+a_1 8', '-a_1 9'])
  })

  it('tells picture and sound apart', () => {
    const timeline = makeTimeline([
      makeRecording({ streamId: 'a_1', video: null }),
      makeRecording({ streamId: 'b_2', audio: null, atMs: 1000, lengthMs: 2000 }),
    ])
    expect(changes(timeline, ['audio', 'video'])).toEqual([
      '+a_1 audio 0',
      '+b_2 video 1',
      '-b_2 video 3',
      '-a_1 audio 10',
    ])
  })

  it('ends with the output, and begins with it', () => {
    const job = { keyStream: { streamId: 'a_1', idleMs: 2000 } }
    const timeline = makeTimeline(
      [
        makeRecording({ streamId: 'a_1', lengthMs: 3000 }),
        makeRecording({ streamId: 'b_1', atMs: -1000 }),
        makeRecording({ streamId: 'c_1', atMs: 7000 }),
      ],
      { job },
    )
    expect(changes(timeline)).toEqual(['+b_1 0', '+a_1 0', '-a_1 3', '-b_1 5'])
  })
})

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

describe('warningOf', () => {
  it('names the place once', () => {
    const empty = { code: 'templateEmpty', params: {}, where: 'cfg.json:3:4' } as const
    expect(warningOf(empty)).toEqual({
      kind: 'warning',
      message: 'cfg.json:3:4: a template with no regions is never used; remove it',
    })
    const params = { streamId: 'a_1', name: 'a.webm', reason: 'the file is empty' }
    expect(warningOf({ code: 'recordingSkipped', params, where: 'a.webm' })).toEqual({
      kind: 'warning',
      message: 'a_1: recording "a.webm" is left out: the file is empty',
    })
  })
})

describe('endOf', () => {
  const stopped = { code: 'stopped', params: { signal: 'SIGINT' } } as const
  const running = { code: 'jobRunning', params: { jobId: 'j', pid: 1 } } as const

  it('is what became of the job', () => {
    const message = 'stopped by SIGINT; nothing was uploaded'
    expect(endOf(undefined)).toEqual({ kind: 'ended' })
    expect(endOf(new JobError(stopped, { exitCode: EXIT.interrupted }))).toEqual({
      kind: 'failed',
      exitCode: 1,
      message,
      isStopped: true,
      uploadFault: 'transfer',
    })
    expect(endOf(new JobError({ code: 'internal', params: { detail: 'x' } }))).toMatchObject({
      kind: 'failed',
      exitCode: 1,
      isStopped: false,
    })
    expect(endOf(new JobError(running, { exitCode: EXIT.running }))).toMatchObject({
      kind: 'refused',
      exitCode: 2,
    })
  })
})

describe('the fault of an upload', () => {
  const upload = (cause: JobError) =>
    endOf(
      new JobError({ code: 'uploadFailed', params: { reason: cause.message, path: '/w/f.mp4' } }, { cause }),
    )
  const where = 's3://b'

  it.each([
    ['bucket', new JobError({ code: 'secretRefused', params: { where, host: 'h' } }, { fault: 'config' })],
    ['bucket', new JobError({ code: 'bucketMissing', params: { where, host: 'h' } }, { fault: 'config' })],
    [
      'transfer',
      new JobError({ code: 'storageTimeout', params: { where, host: 'h' } }, { fault: 'destination' }),
    ],
    [
      'file',
      new JobError({ code: 'fileFailed', params: { path: '/f', code: 'EIO' } }, { fault: 'destination' }),
    ],
    [
      'file',
      new JobError({ code: 'diskFull', params: { path: '/f', code: 'ENOSPC' } }, { fault: 'destination' }),
    ],
  ])('is told as %s', (uploadFault, cause) => {
    expect(upload(cause)).toMatchObject({ kind: 'failed', uploadFault })
  })

  it('is that of the first bucket where there are two', () => {
    const [first, second] = ['no', 'neither']
    const cause = new JobError(
      { code: 'accessKeyUnknown', params: { where, host: 'h' } },
      { fault: 'config' },
    )
    const both = new JobError({ code: 'bothUploadsFailed', params: { first, second } }, { cause })
    expect(upload(both)).toMatchObject({ uploadFault: 'bucket' })
  })
})

describe('withoutPaths', () => {
  const folders = ['/srv/jobs of today', '/srv/jobs of today/work']
  it.each([
    ['/srv/jobs of today/cfg.json:3:4: no', 'cfg.json:3:4: no'],
    ['kept as /srv/jobs of today/work/j/finished.mp4', 'kept as j/finished.mp4'],
    ['"/var/lib/x/a.webm" (ENOENT)', '"a.webm" (ENOENT)'],
    ['文件保留为/var/lib/x/a.mp4。', '文件保留为a.mp4。'],
    ['s3://bucket/out/a.mp4, https://host/a/b', 's3://bucket/out/a.mp4, https://host/a/b'],
    ['video 1/2, out/a b/c.mp4', 'video 1/2, out/a b/c.mp4'],
  ])('%s', (text, left) => {
    expect(withoutPaths(text, folders)).toBe(left)
  })
})
