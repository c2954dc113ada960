import { appendFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rmdir, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openStorage } from '../../src/storage/open.ts'
import { type SmallDisk, mayMount, mountDisk } from '../harness/small-disk.ts'
import { KEY, patient, useS3Bench } from '../harness/strict-s3-bench.ts'

const bench = useS3Bench()

describe.skipIf(!mayMount())('a disk of one megabyte', () => {
  let disk: string
  let mounted: SmallDisk

  beforeAll(async () => {
    disk = await mkdtemp(join(tmpdir(), 'owt-full-'))
  })
  beforeEach(() => {
    mounted = mountDisk(disk, 1)
    return () => mounted.unmount()
  })
  afterAll(() => rmdir(disk))

  it('is named when a download does not fit, before any of it is fetched', async () => {
    const bytes = await bench.makeObject(KEY, 3_000_000)
    const into = join(disk, 'in')
    const error = await bench.failureOf(bench.open().fetch(KEY, into))
    expect(error).toMatchObject({ code: 'fetchNoRoom', fault: 'internal', retryable: true })
    expect(error.message).toContain(`needs 3 MB in ${disk}, where `)
    expect(await readdir(disk)).not.toContain('in.part')
    mounted.remount('size=8m')
    await bench.open().fetch(KEY, into)
    expect(await bench.holds(into, bytes)).toBe(true)
  })

  it('is named when it becomes full under a download, which goes on from there once there is room', async () => {
    const bytes = await bench.makeObject(KEY, 600_000)
    const into = join(disk, 'in')
    const fill = () => {
      try {
        appendFileSync(join(disk, 'of others'), Buffer.alloc(2 ** 20))
      } catch {
        // It is full.
      }
    }
    const error = await bench.failureOf(bench.open().fetch(KEY, into, { onBytes: fill }))
    expect(error).toMatchObject({ code: 'diskFull', fault: 'internal', retryable: true })
    expect(error.message).toBe(
      `${into}.part: the disk is full (ENOSPC); free some space there and run the job again`,
    )
    const there = (await stat(`${into}.part`)).size
    bench.front.mend()
    mounted.remount('size=8m')
    await bench.open().fetch(KEY, into)
    expect(await bench.holds(into, bytes)).toBe(true)
    expect(bench.front.requests.map(({ range }) => range)).toEqual([`bytes=${there}-`])
  })

  it('is named when a finished file does not fit, and keeps the one that was there', async () => {
    await mkdir(join(disk, 'mixed'))
    const bucket = openStorage({ kind: 'local', folder: disk, bucket: disk }, patient)
    const small = await bench.makeFile('small.mp4', 1000)
    const large = await bench.makeFile('large.mp4', 3_000_000)
    await bucket.put('mixed/out.mp4', small.path)
    const error = await bench.failureOf(bucket.put('mixed/out.mp4', large.path))
    expect(error).toMatchObject({ code: 'diskFull', fault: 'destination', retryable: true })
    expect(error.message).toContain(join(disk, 'mixed/out.mp4'))
    expect(await readdir(join(disk, 'mixed'))).toEqual(['out.mp4'])
    expect((await readFile(join(disk, 'mixed/out.mp4'))).equals(small.bytes)).toBe(true)
    expect(await readdir(bench.home)).toEqual(['large.mp4', 'small.mp4'])
  })
})
