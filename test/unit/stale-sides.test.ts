import pino from 'pino'
import { expect, it } from 'vitest'
import type { Done } from '../../src/done-job.ts'
import { JobError } from '../../src/errors.ts'
import type { Output } from '../../src/report/result.ts'
import { removeStaleSides } from '../../src/stale-sides.ts'

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
const log = pino({ level: 'silent' })

it('takes away what was not made anew, and nothing else', async () => {
  const { bucket, removed } = bucketWith()
  await removeStaleSides({ before, output, bucket, log, signal: new AbortController().signal })
  expect(removed.sort()).toEqual(['out.thumbs.jpg', 'out/index.m3u8'])
})

it('does so for a job that is told to stop too: its finished file is in place by then', async () => {
  const { bucket, removed } = bucketWith(['out/index.m3u8'])
  await removeStaleSides({ before, output, bucket, log, signal: AbortSignal.abort(new Error('stopped')) })
  expect(removed).toEqual(['out.thumbs.jpg'])
})
