import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openTaskBucket } from '../../../src/fleet/task-bucket.ts'
import { openFolder } from '../../../src/storage/local.ts'

const { signal } = new AbortController()
const task = {
  key: 'f'.repeat(64),
  command: { name: 'audio', inputs: [], args: [], output: '{work}/audio.m4a', files: [], durationMs: 1 },
} as const

it('outputs of tasks are put, found, fetched and removed with everything around them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'owt-tasks-'))
  try {
    const [bucketFolder, work] = [join(folder, 'bucket'), join(folder, 'work')]
    await mkdir(join(bucketFolder, 'out'), { recursive: true })
    await mkdir(work)
    await writeFile(join(bucketFolder, 'out/other.mp4'), 'other')
    const storage = openFolder(
      { kind: 'local', folder: bucketFolder, bucket: 'bucket' },
      { localRoots: [], fileMode: '' },
    )
    const bucket = openTaskBucket(storage, 'out/.owt/j1/', 4)
    const to = join(work, 'audio.m4a')
    expect(await bucket.has(task, signal)).toBe(false)
    expect(await bucket.fetch(task, to, signal)).toBeUndefined()
    await writeFile(join(work, 'made'), 'sound')
    const made = { from: join(work, 'made'), undecoded: ['v1'], plan: 'out/.owt/j1/plan-1.json' }
    // Nobody would remove the output of a job that is over.
    expect(await bucket.put(task, made, signal)).toBe(false)
    expect(await bucket.has(task, signal)).toBe(false)
    expect((await storage.keysBelow('out/')).toSorted()).toEqual(['out/other.mp4'])
    await mkdir(join(bucketFolder, 'out/.owt/j1'), { recursive: true })
    await writeFile(join(bucketFolder, made.plan), '{}')
    expect(await bucket.put(task, made, signal)).toBe(true)
    expect(await bucket.has(task, signal)).toBe(true)
    expect(await bucket.fetch(task, to, signal)).toEqual(['v1'])
    expect(await readFile(to, 'utf8')).toBe('sound')
    expect((await readdir(work)).toSorted()).toEqual(['audio.m4a', 'made', 'made.undecoded'])
    const whole = { ...task, key: 'e'.repeat(64) }
    expect(await bucket.put(whole, { ...made, undecoded: [] }, signal)).toBe(true)
    expect(await bucket.fetch(whole, to, signal)).toEqual([])
    await bucket.clear()
    expect(await readdir(join(bucketFolder, 'out'))).toEqual(['other.mp4'])
    await bucket.clear()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
