import { link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { StorageTarget } from '../../../src/model/job.ts'
import { type Given, givenTo, refuseReplacing } from '../../../src/job/protect.ts'
import { placesOf, rememberFolders } from '../../../src/storage/file-identity.ts'
import { makeJob } from '../../harness/builders.ts'

let home: string
let folder: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'owt-protect-'))
  folder = join(home, 'bucket')
  await mkdir(join(folder, 'rec'), { recursive: true })
  await writeFile(join(folder, 'rec/bob.mp4'), 'recorded')
  return () => rm(home, { recursive: true, force: true })
})

const settings = { chapters: true, poster: true, thumbnails: true, hls: true }
const recording = (key: string): Given => ({ what: 'recording', name: key, keys: [key] })
const local = (at = folder): StorageTarget => ({ kind: 'local', folder: at, bucket: 'b' })
const s3 = (bucket: string, endpoint = 'https://s3.example.com'): StorageTarget => ({
  ...{ kind: 's3', vendor: 's3', bucket, region: 'r', endpoint, pathStyle: true },
})

async function codeOf(options: {
  outputKey: string
  given: readonly Given[]
  storage?: StorageTarget
  backup?: { target: StorageTarget; outputKey: string }
  files?: readonly string[]
}): Promise<string> {
  const { outputKey, given, storage = local(), backup, files = [] } = options
  const job = { storage, outputKey, media: 'both' as const, ...(backup && { backupStorage: backup }) }
  return refuseReplacing({ job, settings, given, files }).then(
    () => 'goes on',
    (error: { code: string }) => error.code,
  )
}

describe('a recording in a folder', () => {
  it.each([
    ['itself', 'rec/bob.mp4', 'rec/bob.mp4'],
    ['itself, written in another way', 'rec/bob.mp4', 'rec//./bob.mp4'],
    ['that is not there yet', 'rec/late.mp4', 'rec/late.mp4'],
    ['whose folder is not there yet', 'late/late.mp4', 'late/late.mp4'],
    ['that is called like the poster', 'rec/x.jpg', 'rec/x.mp4'],
    ['that is called like the list of thumbnails', 'rec/x.thumbs.vtt', 'rec/x.mp4'],
    ['that is called like a sheet of thumbnails', 'rec/x.thumbs-3.jpg', 'rec/x.mp4'],
    ['that is called like the start of an HLS rendition', 'rec/init.mp4', 'rec.mp4'],
    ['that is called like a segment', 'rec/00004.m4s', 'rec.mp4'],
    ['whose name is broken in another way', 'rec/\ud800.mp4', 'rec/\udfff.mp4'],
  ])('is not written over: %s', async (_, key, outputKey) => {
    expect(await codeOf({ outputKey, given: [recording(key)] })).toBe('outputIsRecording')
  })

  it('is not written over by way of a linked folder, whether it is there or not', async () => {
    await symlink('rec', join(folder, 'alias'))
    const given = [recording('rec/bob.mp4'), recording('rec/late.mp4'), recording('rec/00001.m4s')]
    expect(await codeOf({ outputKey: 'alias/bob.mp4', given })).toBe('outputIsRecording')
    expect(await codeOf({ outputKey: 'alias/late.mp4', given })).toBe('outputIsRecording')
    expect(await codeOf({ outputKey: 'alias.mp4', given })).toBe('outputIsRecording')
  })

  it('is not written over where it is reached by links, nor is any of these links', async () => {
    await symlink('../rec/bob.mp4', join(folder, 'rec/second.mp4'))
    await symlink('second.mp4', join(folder, 'rec/first.mp4'))
    const given = [recording('rec/first.mp4')]
    for (const outputKey of ['rec/first.mp4', 'rec/second.mp4', 'rec/bob.mp4'])
      expect(await codeOf({ outputKey, given })).toBe('outputIsRecording')
  })

  it('is known by another name of the same file, as file systems give it that do not tell case', async () => {
    await link(join(folder, 'rec/bob.mp4'), join(folder, 'rec/BOB.mp4'))
    expect(await codeOf({ outputKey: 'rec/BOB.mp4', given: [recording('rec/bob.mp4')] })).toBe(
      'outputIsRecording',
    )
  })

  it('is not written over by the backup, in the same bucket or in one that holds it', async () => {
    const given = [recording('rec/bob.mp4')]
    const codeWith = (target: StorageTarget, outputKey: string) =>
      codeOf({ outputKey: 'x.mp4', given, backup: { target, outputKey } })
    expect(await codeWith(local(), 'rec/bob.mp4')).toBe('outputIsRecording')
    expect(await codeWith(local(join(folder, 'rec')), 'bob.mp4')).toBe('outputIsRecording')
    expect(await codeWith(s3('b'), 'rec/bob.mp4')).toBe('goes on')
  })

  it('stops no other output', async () => {
    const given = ['rec/bob.mp4', 'rec/x.webm', 'rec/y.jpg', 'rec/x.thumbs-a.jpg', 'init.mp4'].map(recording)
    expect(await codeOf({ outputKey: 'rec/x.mp4', given })).toBe('goes on')
    expect(await codeOf({ outputKey: 'bob.mp4', given })).toBe('goes on')
  })
})

it('tells recordings in S3 by bucket and key, whatever address the service has', async () => {
  const given = [recording('rec/bob.mp4'), recording('rec/00001.m4s')]
  const storage = s3('rooms')
  expect(await codeOf({ storage, given, outputKey: 'rec/bob.mp4' })).toBe('outputIsRecording')
  expect(await codeOf({ storage, given, outputKey: 'rec.mp4' })).toBe('outputIsRecording')
  expect(await codeOf({ storage, given, outputKey: 'rec/Bob.mp4' })).toBe('goes on')
  const backup = { target: s3('rooms', 'http://10.0.0.1:9000'), outputKey: 'rec/bob.mp4' }
  expect(await codeOf({ storage, given, outputKey: 'x.mp4', backup })).toBe('outputIsRecording')
  const elsewhere = { ...backup, target: s3('others') }
  expect(await codeOf({ storage, given, outputKey: 'x.mp4', backup: elsewhere })).toBe('goes on')
})

describe('what else a job reads', () => {
  const job = makeJob({
    watermarks: [
      ...[{ kind: 'image', source: 'logo.jpg', x: 0, y: 0, alpha: 1 } as const],
      ...[{ kind: 'image', source: 'https://example.com/a.jpg', x: 0, y: 0, alpha: 1 } as const],
    ],
  })
  const given = (cfgFolder: string) =>
    givenTo({
      job,
      index: { named: [] },
      cfgPath: join(cfgFolder, 'cfg.mp4'),
      cfgFolder,
      indexAt: { path: join(cfgFolder, 'index.mp4') },
    })

  it.each(['cfg.mp4', 'index.mp4', 'logo.mp4'])('is not written over: %s', async (outputKey) => {
    expect(await codeOf({ outputKey, given: given(folder) })).toBe('outputIsInput')
  })

  it('is known in the bucket too', async () => {
    expect(await codeOf({ outputKey: 'logo.mp4', given: given(home) })).toBe('outputIsInput')
    expect(await codeOf({ outputKey: 'cfg.mp4', given: given(home) })).toBe('goes on')
  })

  it('is not written over by the files of the log', async () => {
    const own = { outputKey: 'x.mp4', given: [recording('rec/bob.mp4')] }
    expect(await codeOf({ ...own, files: [join(folder, 'rec/bob.mp4')] })).toBe('logIsInput')
    expect(await codeOf({ ...own, files: [join(folder, 'rec/bob.html')] })).toBe('goes on')
  })
})

it('looks each folder up once, however many recordings it has', async () => {
  const folders = rememberFolders()
  const looked = new Set<unknown>()
  for (let i = 0; i < 100; i++) looked.add(folders(join(folder, 'rec')))
  expect(looked.size).toBe(1)
  const [place] = await placesOf(join(folder, 'rec/bob.mp4'), folders)
  expect(place).toEqual((await placesOf(join(folder, 'rec/bob.mp4')))[0])
})
