import { expect, it } from 'vitest'
import { defaultConf } from '../../../src/config/conf.ts'
import { openCollector } from '../../../src/fleet/collect.ts'
import type { DistributedJob } from '../../../src/job/executor.ts'
import { closedBucket } from '../../../src/storage/closed.ts'

it('a bucket that cannot be cleared does not fail a job that is done', async () => {
  const warned: string[] = []
  const note = (_: object, text: string) => void warned.push(text)
  const storage = { ...closedBucket('rooms'), keysBelow: () => Promise.reject(new Error('not allowed')) }
  const log = { debug: note, info: note, warn: note, error: note }
  const job = { jobId: 'j1', outputKey: 'out/j1.mp4' } as DistributedJob['job']
  const at = { work: '/w', font: '/f', files: new Map() }
  const { signal } = new AbortController()
  const warn = () => undefined
  const of = { job, conf: defaultConf(), storage, makers: {}, at, objects: new Map(), log, warn, signal }
  await (await openCollector(of))?.close(true)
  expect(warned).toEqual(['tasks left in the bucket'])
})
