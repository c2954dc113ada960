import { describe, expect, it } from 'vitest'
import { JobError } from '../../../src/errors.ts'
import type { SidecarFile } from '../../../src/model/sidecar.ts'
import { contentTypeOf } from '../../../src/plan/output-keys.ts'
import { putAll } from '../../../src/storage/put-all.ts'
import { putWithBackup } from '../../../src/storage/put-with-backup.ts'
import type { Storage } from '../../../src/storage/storage.ts'

/** A bucket in memory that notes what is asked of it. @param refused keys that cannot be put */
function makeBucket(refused: readonly string[] = [], there: readonly string[] = []) {
  const keys = new Set(there)
  const asked: string[] = []
  const no = () => Promise.reject(new Error('not asked for here'))
  const storage: Storage = {
    name: 'memory',
    stat: (key) => Promise.resolve(keys.has(key) ? { bytes: 1, version: key } : undefined),
    async put(key, _from, options) {
      // As on a network: some arrive later than others.
      await new Promise((resolve) => setTimeout(resolve, key.length))
      options?.signal?.throwIfAborted()
      asked.push(`put ${key}`)
      if (refused.includes(key)) {
        const params = { where: 'memory', key, code: 'AccessDenied', doing: 'write' } as const
        throw new JobError({ code: 'accessDenied', params }, { fault: 'destination' })
      }
      keys.add(key)
      options?.onBytes?.(1)
      return { bytes: 1, version: key }
    },
    list: no,
    keysBelow: no,
    remove(key) {
      asked.push(`remove ${key}`)
      keys.delete(key)
      return Promise.resolve()
    },
    ...{ fetch: no, readText: no, identify: no, claim: no },
    ...{ refuseUnusable: () => Promise.resolve(), close: () => undefined },
  }
  return { storage, asked, keys: () => [...keys].sort() }
}

const sidesOf = (stem: string): SidecarFile[] => [
  { kind: 'poster', key: `${stem}.jpg`, path: '/p' },
  { kind: 'hls', key: `${stem}/index.m3u8`, path: '/i' },
  ...Array.from({ length: 9 }, (_, i) => ({ kind: 'hls' as const, key: `${stem}/${i}.m4s`, path: '/s' })),
]
const put = (bucket: ReturnType<typeof makeBucket>, signal?: AbortSignal) =>
  putAll({
    ...{ storage: bucket.storage, key: 'a.mp4', fromPath: '/a', sidecars: sidesOf('a') },
    options: signal ? { signal } : {},
  })

describe('a finished file and its sidecar files', () => {
  it('are put in an order in which the finished file is the last', async () => {
    const bucket = makeBucket()
    const { stored, sidecars } = await put(bucket)
    expect(stored).toEqual({ bytes: 1, version: 'a.mp4' })
    expect(sidecars.map(({ key, kind }) => ({ key, kind }))).toEqual(
      sidesOf('a').map(({ key, kind }) => ({ key, kind })),
    )
    expect(bucket.asked).toHaveLength(12)
    expect(bucket.asked.at(-1)).toBe('put a.mp4')
  })

  it.each([['a/3.m4s'], ['a.mp4']])('leave nothing there when %s cannot be put', async (key) => {
    const bucket = makeBucket([key])
    await expect(put(bucket)).rejects.toMatchObject({ code: 'accessDenied' })
    expect(bucket.keys()).toEqual([])
  })

  it('take nothing from an older finished file', async () => {
    const bucket = makeBucket(['a.mp4'], ['a.mp4', 'a.jpg'])
    await expect(put(bucket)).rejects.toMatchObject({ code: 'accessDenied' })
    expect(bucket.keys()).toContain('a.jpg')
    expect(bucket.asked.filter((one) => one.startsWith('remove'))).toEqual([])
  })

  it('leave nothing there when they are stopped', async () => {
    const bucket = makeBucket()
    const stop = new AbortController()
    const reason = new Error('stopped')
    setTimeout(() => stop.abort(reason), 15)
    await expect(put(bucket, stop.signal)).rejects.toBe(reason)
    expect(bucket.asked.length).toBeGreaterThan(0)
    expect(bucket.keys()).toEqual([])
  })

  it('go to the second bucket together, under its own names', async () => {
    const [first, second] = [makeBucket(['a/8.m4s']), makeBucket()]
    let moved = 0
    const landed = await putWithBackup({
      main: { storage: first.storage, key: 'a.mp4' },
      backup: { storage: second.storage, key: 'kept/b.mp4' },
      fromPath: '/a',
      sidecarsOf: (key) => Promise.resolve(sidesOf(key.replace('.mp4', ''))),
      options: { onBytes: (bytes) => (moved += bytes) },
    })
    expect(landed).toMatchObject({ backedUp: true, key: 'kept/b.mp4', mainFailure: { code: 'accessDenied' } })
    expect(landed.sidecars.map(({ key }) => key)).toEqual(sidesOf('kept/b').map(({ key }) => key))
    expect(first.keys()).toEqual([])
    expect(second.keys()).toHaveLength(12)
    expect(moved).toBe(12)
  })
})

describe('what is under the key of the finished file by then', () => {
  const putOver = (bucket: ReturnType<typeof makeBucket>, version: string | undefined) =>
    putAll({
      ...{ storage: bucket.storage, key: 'a.mp4', fromPath: '/a', sidecars: sidesOf('a') },
      ...{ seen: { version }, options: {} },
    })

  it('is replaced where it is what was there before, or nothing', async () => {
    for (const [bucket, version] of [
      [makeBucket([], ['a.mp4']), 'a.mp4'],
      [makeBucket(), 'a.mp4'],
      [makeBucket(), undefined],
    ] as const)
      expect(await putOver(bucket, version)).toMatchObject({ stored: { version: 'a.mp4' } })
  })

  it.each([['older'], [undefined]])(
    'is left alone where %s was there before, and so are all its sidecar files',
    async (version) => {
      const bucket = makeBucket([], ['a.mp4', 'a.jpg'])
      await expect(putOver(bucket, version)).rejects.toMatchObject({ code: 'outputReplaced' })
      expect(bucket.asked).toEqual([])
    },
  )

  it('is replaced where the credentials may not look', async () => {
    const bucket = makeBucket()
    const params = { where: 'memory', key: 'a.mp4', code: 'AccessDenied', doing: 'read' } as const
    const denied = new JobError({ code: 'accessDenied', params }, { fault: 'config' })
    const storage = { ...bucket.storage, stat: () => Promise.reject(denied) }
    const stored = putOver({ ...bucket, storage }, undefined)
    expect(await stored).toMatchObject({ stored: { version: 'a.mp4' } })
  })

  it('is put, with its sidecars, into a bucket that the service does not know by itself', async () => {
    const bucket = makeBucket()
    const params = { where: 'memory', host: 'localhost' }
    const missing = new JobError({ code: 'bucketMissing', params }, { fault: 'config' })
    const storage = { ...bucket.storage, stat: () => Promise.reject(missing) }
    expect(await put({ ...bucket, storage })).toMatchObject({ stored: { version: 'a.mp4' } })
  })
})

describe('the type of an object', () => {
  it.each([
    ['a.mp4', 'video/mp4'],
    ['a/00000.m4s', 'video/iso.segment'],
    ['a/index.m3u8', 'application/vnd.apple.mpegurl'],
    ['a.thumbs.jpg', 'image/jpeg'],
    ['a.thumbs.vtt', 'text/vtt'],
    ['a.json', undefined],
    ['mp4', undefined],
  ])('%s', (key, type) => {
    expect(contentTypeOf(key)).toBe(type)
  })
})
