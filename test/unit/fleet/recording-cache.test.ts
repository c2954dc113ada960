import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { openRecordingCache } from '../../../src/fleet/recording-cache.ts'
import { closedBucket } from '../../../src/storage/closed.ts'
import type { Storage } from '../../../src/storage/storage.ts'

const MB = 2 ** 20
const bucket = {
  kind: 's3',
  vendor: 's3',
  bucket: 'rooms',
  region: '',
  endpoint: 'http://localhost',
  pathStyle: true,
} as const
const { signal } = new AbortController()

let folder: string
let transfers: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-cache-'))
  await mkdir(join(folder, 'task'))
  transfers = []
  return () => rm(folder, { recursive: true, force: true })
})

/** A remote bucket whose objects have 1 MB and the version "v". */
const storage: Storage = {
  ...closedBucket('rooms'),
  async fetch(key, path) {
    if (!(await readFile(path).catch(() => undefined))) {
      transfers.push(key)
      await writeFile(path, Buffer.alloc(MB, key))
    }
    return { path, bytes: MB, version: 'v', identity: 'v' }
  },
}

const into = (name: string) => join(folder, 'task', name)
const open = (maxMb = 10) => openRecordingCache({ workFolder: folder, maxMb })
const from = (name: string) => ({ bucket, storage, into: into(name), signal })

describe('recordings for tasks', () => {
  it('are fetched once, also for several tasks at a time', async () => {
    const cache = await open()
    const object = { key: 'a', identity: 'v' }
    const paths = await Promise.all([cache.bring(object, from('1')), cache.bring(object, from('2'))])
    expect(paths).toEqual([into('1'), into('2')])
    expect(await (await open()).bring(object, from('3'))).toBe(into('3'))
    expect(transfers).toEqual(['a'])
    expect((await readFile(into('3'))).equals(Buffer.alloc(MB, 'a'))).toBe(true)
  })

  it('are removed beyond the limit, the least recently used first, and stay with their task', async () => {
    const cache = await open(2)
    for (const key of ['a', 'b', 'a', 'c']) await cache.bring({ key }, from(`${transfers.length}-${key}`))
    expect(transfers).toEqual(['a', 'b', 'c'])
    await cache.bring({ key: 'a' }, from('again-a'))
    expect(transfers).toEqual(['a', 'b', 'c'])
    await cache.bring({ key: 'b' }, from('again-b'))
    expect(transfers).toEqual(['a', 'b', 'c', 'b'])
    expect((await readFile(into('1-b'))).equals(Buffer.alloc(MB, 'b'))).toBe(true)
    const kept = (await readdir(join(folder, '.fetched'))).filter((name) => !name.endsWith('.lock'))
    expect(kept).toHaveLength(2)
  })

  it('are those that were planned with, or none', async () => {
    const cache = await open()
    await expect(cache.bring({ key: 'a', identity: 'older' }, from('1'))).rejects.toMatchObject({
      code: 'recordingsChanged',
      retryable: true,
    })
  })

  it('are used in place in a folder', async () => {
    const path = join(folder, 'in-bucket')
    const local: Storage = {
      ...storage,
      fetch: () => Promise.resolve({ path, bytes: 1, version: 'v', identity: 'v' }),
    }
    const cache = await open()
    expect(await cache.bring({ key: 'a' }, { ...from('1'), storage: local })).toBe(path)
    expect(await readdir(join(folder, '.fetched'))).toEqual([])
  })
})
