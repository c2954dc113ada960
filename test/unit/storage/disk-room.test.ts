import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { openDiskRoom } from '../../../src/storage/disk-room.ts'

let folder: string
let freeBytes: number
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-room-'))
  const { bavail, bsize } = await statfs(folder)
  freeBytes = bavail * bsize
  return () => rm(folder, { recursive: true, force: true })
})

/** An object that takes a share of what is free: others may write there meanwhile. */
const share = (part: number) => ({
  ...{ where: 'bucket "b"', key: 'a.webm', folder },
  bytes: Math.floor(freeBytes * part),
})

it('what is on its way counts as taken until it is there, or is not coming any more', async () => {
  const room = openDiskRoom(0)
  const first = await room.take(share(0.6))
  await expect(room.take(share(0.6))).rejects.toMatchObject({
    code: 'fetchNoRoom',
    fault: 'internal',
    retryable: true,
  })
  first.arrived(freeBytes * 0.4)
  const second = await room.take(share(0.6))
  second.over()
  second.over()
  await expect(room.take(share(0.9))).rejects.toMatchObject({ code: 'fetchNoRoom' })
  first.over()
  await room.take(share(0.9))
})

it('leaves free what is to stay so', async () => {
  const room = openDiskRoom(Math.floor((freeBytes * 0.5) / 2 ** 20))
  await expect(room.take(share(0.6))).rejects.toMatchObject({ code: 'fetchNoRoom' })
  await room.take(share(0.2))
  // Nothing is asked for what has come already.
  await openDiskRoom(2 ** 40).take(share(0))
})
