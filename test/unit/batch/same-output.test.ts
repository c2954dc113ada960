import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { findSameOutputs } from '../../../src/batch/same-output.ts'
import { defaultConf } from '../../../src/config/conf.ts'
import { type Changes, cfgOf } from '../../harness/run-worker.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'owt-same-'))
  await mkdir(join(home, 'bucket/rec'), { recursive: true })
  await symlink('rec', join(home, 'bucket/alias'))
  return () => rm(home, { recursive: true, force: true })
})

interface Places {
  readonly [name: string]: { readonly main: Changes | string; readonly backup?: Changes }
}

const s3 = (Endpoint: string, key: string) => ({
  ...{ Vendor: 's3', Endpoint, Bucket: 'b', PublicKey: 'k', SecretKey: 's', FileNamePrefix: key },
})

/** The names of the jobs that are refused. */
async function refused(places: Places): Promise<string[]> {
  const conf = { ...defaultConf(), output: { chapters: true, poster: true, thumbnails: true, hls: true } }
  const files = []
  for (const [jobId, { main, backup }] of Object.entries(places)) {
    const local = { Vendor: 'local', Bucket: 'bucket', FileNamePrefix: main }
    const StorageConfig = typeof main === 'string' ? local : main
    const RecordingConfig = { StorageConfig, ...(backup && { BackupStorageConfig: backup }) }
    const path = join(home, `${jobId}.json`)
    await writeFile(path, JSON.stringify(cfgOf({ Internal: { JobId: jobId }, Data: { RecordingConfig } })))
    files.push({ path, jobId })
  }
  const found = await findSameOutputs(files, conf)
  return [...found.values()].map(({ path }) => basename(path, '.json')).sort()
}

it.each([
  ['the same file', { a: { main: 'out/x.mp4' }, b: { main: 'out/x.mp4' } }],
  ['the same file by a link', { a: { main: 'rec/new/x.mp4' }, b: { main: 'alias/new/x.mp4' } }],
  ['a side file of the other', { a: { main: 'out.mp4' }, b: { main: 'out/init.mp4' } }],
  ['a numbered side file of the other', { a: { main: 'x.mp4' }, b: { main: 'x.thumbs-2.mp4' } }],
  [
    'the same object',
    { a: { main: s3('https://h.example', 'x.mp4') }, b: { main: s3('https://H.example/', 'x.mp4') } },
  ],
  [
    'the backup of the other',
    {
      a: { main: 'x.mp4', backup: s3('https://h.example', 'y.mp4') },
      b: { main: s3('https://h.example', 'y.mp4') },
    },
  ],
])('two jobs do not write one key: %s', async (_, places) => {
  expect(await refused({ ...places, c: { main: 'c.mp4' } })).toEqual(['a', 'b'])
})

it('jobs that write other keys go on', async () => {
  const h = 'https://h.example'
  expect(
    await refused({
      ...{ a: { main: 'out/1.mp4' }, b: { main: 'out/2.mp4' }, c: { main: 'rec/1.mp4' } },
      ...{ d: { main: s3(h, '1.mp4') }, e: { main: s3('https://other.example', '1.mp4') } },
      f: { main: { Vendor: 'none' } },
    }),
  ).toEqual([])
})
