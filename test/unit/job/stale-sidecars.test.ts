import pino from 'pino'
import { expect, it } from 'vitest'
import type { Done } from '../../../src/records/done.ts'
import { JobError } from '../../../src/errors.ts'
import type { Output } from '../../../src/report/result.ts'
import { removeStaleSidecars } from '../../../src/job/stale-sidecars.ts'

const place = { vendor: 'local', bucket: 'rooms', key: 'out.mp4' }
const output = { ...place, files: [{ key: 'out.jpg', bytes: 3, kind: 'poster' }] } as unknown as Output
const beside = ['out.jpg', 'out.thumbs.jpg', 'out/index.m3u8'].map((key) => ({ key, bytes: 3, version: key }))
const before = { landed: { beside }, result: { output: place } } as unknown as Done

/** A bucket that holds what lay beside the earlier file. */
function bucketWith(refused: string[] = []) {
  const removed: string[] = []
  const bucket = {
    stat: (key: string, options?: { signal?: AbortSignal }) => {
      options?.signal?.throwIfAborted()
      return Promise.resolve({ bytes: 3, version: key })
    },
    remove: (key: string) => {
      if (refused.includes(key)) {
        return Promise.reject(new JobError({ code: 'fileMissing', params: { path: key } }))
      }
      removed.push(key)
      return Promise.resolve()
    },
  }
  return { bucket, removed }
}
const isGiven = () => Promise.resolve(false)
const log = pino({ level: 'silent' })

it('takes away what was not made anew, and nothing else', async () => {
  const { bucket, removed } = bucketWith()
  await removeStaleSidecars({ before, output, bucket, isGiven, log, signal: new AbortController().signal })
  expect(removed.sort()).toEqual(['out.thumbs.jpg', 'out/index.m3u8'])
})

it('does so for a job that is told to stop too: its finished file is in place by then', async () => {
  const { bucket, removed } = bucketWith(['out/index.m3u8'])
  await removeStaleSidecars({
    before,
    output,
    bucket,
    isGiven,
    log,
    signal: AbortSignal.abort(new Error('stopped')),
  })
  expect(removed).toEqual(['out.thumbs.jpg'])
})

const signal = new AbortController().signal

it('never takes away the finished file, even where the record has it among its sidecar files', async () => {
  const { bucket, removed } = bucketWith()
  const recorded = {
    ...before,
    landed: { ...before.landed, beside: [{ key: 'out.mp4', bytes: 3, version: 'out.mp4' }] },
  }
  await removeStaleSidecars({ before: recorded, output, bucket, isGiven, log, signal })
  expect(removed).toEqual([])
})

it.each([
  ['another key', { ...output, key: 'out/index.m3u8' }],
  ['another bucket', { ...output, bucket: 'other' }],
  ['another vendor', { ...output, vendor: 's3' }],
])('touches nothing of a finished file under %s', async (_, elsewhere) => {
  const { bucket, removed } = bucketWith()
  await removeStaleSidecars({ before, output: elsewhere, bucket, isGiven, log, signal })
  expect(removed).toEqual([])
})

it('leaves what has been written again since, and what the job reads', async () => {
  const { bucket, removed } = bucketWith()
  const stat = (key: string) =>
    Promise.resolve({ bytes: 3, version: key === 'out.thumbs.jpg' ? 'another' : key })
  const isRead = (key: string) => Promise.resolve(key === 'out/index.m3u8')
  await removeStaleSidecars({ before, output, bucket: { ...bucket, stat }, isGiven: isRead, log, signal })
  expect(removed).toEqual([])
})
