import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { defaultConf } from '../../../src/config/conf.ts'
import { holdDestination, refuseUnusableDestination } from '../../../src/job/destination.ts'
import { noLog } from '../../../src/records/log.ts'
import type { StorageTarget } from '../../../src/model/job.ts'
import { openStorage, storageSettings } from '../../../src/storage/open.ts'

let home: string
let target: StorageTarget
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'owt-destination-'))
  await mkdir(join(home, 'bucket'))
  await mkdir(join(home, 'else'))
  await symlink('../else', join(home, 'bucket/away'))
  target = { kind: 'local', folder: join(home, 'bucket'), bucket: 'b' }
  return () => rm(home, { recursive: true, force: true })
})

const open = (where: StorageTarget) => openStorage(where, storageSettings(defaultConf()))

function options(outputKey: string, more: { jobId?: string; hls?: boolean; backup?: string } = {}) {
  const { jobId = 'one', hls = false, backup } = more
  const backupStorage = backup === undefined ? {} : { backupStorage: { target, outputKey: backup } }
  return {
    job: { storage: target, outputKey, media: 'both' as const, ...backupStorage },
    settings: { chapters: true, poster: hls, thumbnails: hls, hls },
    storage: open(target),
    backup: backup === undefined ? undefined : open(target),
    ...{ log: noLog(), signal: new AbortController().signal, jobId, workFolder: join(home, 'work') },
  }
}
const hold = (...of: Parameters<typeof options>) => holdDestination(options(...of))
const files = async () => (await readdir(join(home, 'bucket'), { recursive: true })).sort()

it('is had with all that lies beside the finished file, by one job at a time', async () => {
  const held = await hold('x.mp4', { hls: true })
  expect(await files()).toContain('x/.init.mp4.lock')
  const refused = { code: 'outputClaimed' }
  for (const key of ['x.mp4', './/x.mp4', 'x/init.mp4', 'x/index.m3u8', 'x.jpg'])
    await expect(hold(key, { jobId: 'two' })).rejects.toMatchObject(refused)
  await (await hold('y.mp4', { jobId: 'two' })).release()
  await held.release()
  expect(await files()).toEqual(['away'])
})

it('of which a part is taken is left as a whole', async () => {
  const held = await hold('x.jpg')
  await expect(hold('x.mp4', { jobId: 'two', hls: true })).rejects.toMatchObject({ code: 'outputClaimed' })
  await (await hold('x.mp4', { jobId: 'three' })).release()
  await held.release()
})

it('is the backup’s alone where the job’s own cannot be used', async () => {
  const held = await hold('away/x.mp4', { backup: 'kept/x.mp4' })
  expect(await files()).toEqual(['away', 'kept', 'kept/.x.mp4.lock'])
  expect(held.seen).toEqual({ main: undefined, backup: { version: undefined } })
  await held.release()
  await expect(hold('away/x.mp4')).rejects.toMatchObject({ code: 'keyLeavesBucket' })
  await expect(hold('away/x.mp4', { backup: 'away/y.mp4' })).rejects.toMatchObject({
    code: 'keyLeavesBucket',
  })
})

it('is one where the backup is the same', async () => {
  await (await hold('x.mp4', { backup: 'x.mp4' })).release()
})

it('knows what was there before', async () => {
  await writeFile(join(home, 'bucket/x.mp4'), 'older')
  const held = await hold('x.mp4', { backup: 'y.mp4' })
  expect(held.seen).toEqual({
    main: { version: (await open(target).stat('x.mp4'))?.version },
    backup: { version: undefined },
  })
  await held.release()
})

it('is not gone on with once another process may have it', async () => {
  const held = await hold('x.mp4')
  await held.refuseLost()
  await rm(join(home, 'bucket/.x.mp4.lock'))
  await writeFile(join(home, 'bucket/.x.mp4.lock'), 'another')
  await expect(held.refuseLost()).rejects.toMatchObject({ code: 'claimLost' })
  await held.release()
})

it('is looked at without leaving anything', async () => {
  await refuseUnusableDestination({ ...options('new/x.mp4', { hls: true }), isLook: true })
  await expect(refuseUnusableDestination({ ...options('away/x.mp4'), isLook: true })).rejects.toMatchObject({
    code: 'keyLeavesBucket',
  })
  expect(await files()).toEqual(['away'])
})
