import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultConf } from '../../../src/config/conf.ts'
import { findIndex } from '../../../src/job/find-index.ts'
import { openStorage, storageSettings } from '../../../src/storage/open.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-index-'))
  await mkdir(join(folder, 'bucket'))
})
afterEach(() => rm(folder, { recursive: true }))

async function put(key: string, root: string): Promise<void> {
  const path = join(folder, 'bucket', key)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, JSON.stringify({ JobId: 'job-1', Root: root, Files: [] }))
}

function find(keys: readonly string[] = defaultConf().index.keys): Promise<string> {
  const target = { kind: 'local', folder: join(folder, 'bucket'), bucket: 'b' } as const
  return findIndex({
    job: { jobId: 'job-1', outputKey: 'out/job-1.mp4', storage: { bucket: 'b' } },
    cfgPath: join(folder, 'cfg.json'),
    storage: openStorage(target, storageSettings(defaultConf())),
    keys,
    signal: new AbortController().signal,
  }).then(({ at }) => ('keys' in at ? at.keys[0] : at.path))
}

describe('an index beside its recordings', () => {
  it('is found in the folder that it names as its Root', async () => {
    await put('dir1/dir2/job-1.json', '/dir1/dir2/')
    await put('dir1/other.json', 'dir1')
    expect(await find()).toBe('dir1/dir2/job-1.json')
  })

  it('comes after the keys of conf/', async () => {
    await put('dir1/job-1.json', 'dir1')
    await put('job-1/index.json', 'elsewhere')
    expect(await find()).toBe('job-1/index.json')
  })

  it('is not one that names another Root, no index, or behind a link', async () => {
    await put('copies/job-1.json', 'dir1')
    await mkdir(join(folder, 'bucket', 'text'))
    await writeFile(join(folder, 'bucket', 'text', 'job-1.json'), 'not an index')
    await mkdir(join(folder, 'outside'))
    await writeFile(join(folder, 'outside', 'job-1.json'), '{"Root":"link","Files":[]}')
    await symlink(join(folder, 'outside'), join(folder, 'bucket', 'link'))
    await expect(find()).rejects.toMatchObject({ code: 'indexMissing' })
  })

  it('is not chosen among several: they are named', async () => {
    await put('dir1/job-1.json', 'dir1')
    await put('dir2/job-1.json', 'dir2')
    await expect(find()).rejects.toThrow(/dir[12]\/job-1\.json, .*dir[12]\/job-1\.json; name it with --index/)
  })

  it('is not looked for where conf/ names no key, nor beyond a thousand', async () => {
    await put('dir1/job-1.json', 'dir1')
    await expect(find([])).rejects.toMatchObject({ code: 'indexMissing' })
    for (let i = 0; i < 1000; i++) await writeFile(join(folder, 'bucket', `${i}.webm`), '')
    await expect(find()).rejects.toMatchObject({ code: 'indexMissing' })
  })
})
