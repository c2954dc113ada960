import { describe, expect, it } from 'vitest'
import { callbackOf, withoutPaths } from '../../../src/callback/from-job.ts'
import { EXIT, JobError } from '../../../src/errors.ts'
import { collectFindings } from '../../../src/events/findings.ts'
import { type Warning, say } from '../../../src/messages/index.ts'

const RESULT = collectFindings().resultOf({
  ...{ jobId: 'j', error: undefined, totalMs: 1 },
  versions: { worker: '1', node: '20' },
})

describe('a warning', () => {
  const told = (warning: Warning, isOfSettings = false) =>
    callbackOf({ kind: 'warning', warning, message: say(warning), isOfSettings })

  it('about the settings is none of their business', () => {
    expect(told({ code: 'templateEmpty', params: {} }, true)).toBeUndefined()
  })

  it('names the place once', () => {
    const empty = { code: 'templateEmpty', params: {}, where: 'cfg.json:3:4' } as const
    expect(told(empty)).toEqual({
      kind: 'warning',
      message: 'cfg.json:3:4: a template with no regions is never used; remove it',
    })
    const params = { streamId: 'a_1', name: 'a.webm', reason: 'the file is empty' }
    expect(told({ code: 'recordingSkipped', params, where: 'a.webm' })).toEqual({
      kind: 'warning',
      message: 'a_1: recording "a.webm" is left out: the file is empty',
    })
  })
})

const endOf = (error: JobError | undefined) => callbackOf({ kind: 'ended', result: RESULT, error })

describe('the end', () => {
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
  const folders = ['/srv/jobs of today', '/srv/jobs of today/w']
  it.each([
    ['/srv/jobs of today/cfg.json:3:4: no', 'cfg.json:3:4: no'],
    ['kept as /srv/jobs of today/w/j/finished.mp4', 'kept as j/finished.mp4'],
    ['"/var/lib/x/a.webm" (ENOENT)', '"a.webm" (ENOENT)'],
    ['文件保留为/var/lib/x/a.mp4。', '文件保留为a.mp4。'],
    ['s3://bucket/out/a.mp4, https://host/a/b', 's3://bucket/out/a.mp4, https://host/a/b'],
    ['video 1/2, out/a b/c.mp4', 'video 1/2, out/a b/c.mp4'],
  ])('%s', (text, left) => {
    expect(withoutPaths(text, folders)).toBe(left)
  })
})
