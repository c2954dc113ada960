import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { defaultConf } from '../../../src/config/conf.ts'
import { fetchWatermarks } from '../../../src/job/fetch-watermarks.ts'
import type { Settings } from '../../../src/model/job.ts'
import { closedBucket } from '../../../src/storage/closed.ts'
import { openStorage, storageSettings } from '../../../src/storage/open.ts'
import { makeJob } from '../../harness/builders.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'owt-marks-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

/** What is warned of pictures by these paths; files are texts, so that none gets as far as ffmpeg. */
async function warned(isConfined: boolean, sources: readonly string[], storage = closedBucket('b')) {
  const watermarks = sources.map((source) => ({ kind: 'image', source })) as unknown as Settings['watermarks']
  const { warnings } = await fetchWatermarks({
    job: makeJob({ watermarks }),
    cfgFolder: join(home, 'job'),
    storage,
    folder: home,
    ffmpeg: {} as Parameters<typeof fetchWatermarks>[0]['ffmpeg'],
    ...{ maxPixels: 1, stallMs: 1, proxies: undefined, network: { allow: [], deny: [] }, isConfined },
    signal: new AbortController().signal,
  })
  return warnings.map(({ code }) => code)
}

it('a picture comes from nowhere but the folder of cfg.json where local buckets have roots', async () => {
  const [found, missing] = ['watermarkNoPicture', 'watermarkMissing']
  await mkdir(join(home, 'job'))
  await writeFile(join(home, 'text'), 'x')
  await writeFile(join(home, 'job', 'text'), 'x')
  await symlink(join(home, 'text'), join(home, 'job', 'link'))
  const sources = ['text', join(home, 'text'), join(home, 'job', 'text'), '../text', 'link']
  expect(await warned(false, sources)).toEqual([found, found, found, found, found])
  expect(await warned(true, sources)).toEqual([found, missing, missing, missing, missing])
})

it('a picture of the bucket is no larger than one from anywhere else', async () => {
  const folder = join(home, 'bucket')
  await mkdir(join(home, 'job'))
  await mkdir(folder)
  await writeFile(join(folder, 'logo'), 'x')
  await truncate(join(folder, 'logo'), 33 * 2 ** 20)
  const storage = openStorage({ kind: 'local', folder, bucket: 'b' }, storageSettings(defaultConf()))
  expect(await warned(false, ['logo'], storage)).toEqual(['watermarkMissing'])
  await truncate(join(folder, 'logo'), 1)
  expect(await warned(false, ['logo'], storage)).toEqual(['watermarkNoPicture'])
})
