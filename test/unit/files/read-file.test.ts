/** What is named by somebody else may be anything: nothing of it hangs, and nothing is read without end. */
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { selectFiles } from '../../../src/batch/select.ts'
import { defaultConf } from '../../../src/config/conf.ts'
import { JobError } from '../../../src/errors.ts'
import { findIndex } from '../../../src/job/find-index.ts'
import { isLocked, lockJob } from '../../../src/records/job-lock.ts'
import { readCfg } from '../../../src/files/read-cfg.ts'
import { readRegular, readRegularSync, readRegularText } from '../../../src/files/read-file.ts'
import { openStorage, storageSettings } from '../../../src/storage/open.ts'

let folder = ''
const at = (name: string): string => join(folder, name)
const codeOf = (thrown: unknown): string | undefined => (thrown instanceof JobError ? thrown.code : undefined)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-read-'))
  await mkdir(at('.locks'), { mode: 0o700 })
  execFileSync('mkfifo', [at('pipe.json'), at('.locks/job.lock')])
  await mkdir(at('folder.json'))
  await symlink('/dev/zero', at('device.json'))
  await symlink('pipe.json', at('link.json'))
  await writeFile(at('file.json'), '{"a": "中"}')
})
afterAll(() => rm(folder, { recursive: true }))

const NO_FILES = ['pipe.json', 'folder.json', 'device.json', 'link.json']

describe('a name that somebody else has chosen', () => {
  it.each(NO_FILES)('%s is no file, and is not waited for', async (name) => {
    expect(codeOf(await readRegular(at(name), 100).catch((error: unknown) => error))).toBe('notAFile')
    expect(() => readRegularSync(at(name), 100)).toThrow(/not a file; name a file/)
    const cfg = codeOf(await readCfg(at(name)).catch((error: unknown) => error))
    expect(cfg).toBe(name === 'folder.json' ? 'cfgIsFolder' : 'notAFile')
  })

  it('is read to its end, and no further than it may', async () => {
    expect(await readRegularText(at('file.json'))).toBe('{"a": "中"}')
    expect(await readRegularText(at('file.json'), 12)).toBe('{"a": "中"}')
    expect(readRegularSync(at('file.json'), 12).length).toBe(12)
    expect(codeOf(await readRegular(at('file.json'), 11).catch((error: unknown) => error))).toBe(
      'fileTooLarge',
    )
    expect(() => readRegularSync(at('file.json'), 11)).toThrow(/larger than 11 bytes/)
    // Its size is 0 as far as the file system knows.
    expect((await readRegularText('/proc/self/status')).length).toBeGreaterThan(100)
    expect(codeOf(await readRegular('/proc/self/status', 10).catch((e: unknown) => e))).toBe('fileTooLarge')
  })

  it.each(NO_FILES)('%s is no index: code 3', async (name) => {
    const job = { jobId: name.replace('.json', ''), outputKey: 'o.mp4', storage: { bucket: 'b' } }
    const storage = openStorage({ kind: 'local', folder, bucket: 'b' }, storageSettings(defaultConf()))
    const { signal } = new AbortController()
    const common = { job, storage, keys: [], signal }
    const found = await findIndex({ ...common, cfgPath: at('cfg.json') }).catch((error: unknown) => error)
    expect(found).toMatchObject({ code: 'notAFile', exitCode: 3 })
    const inBucket = await storage.readText(name, 100).catch((error: unknown) => error)
    expect(codeOf(inBucket)).toMatch(/^(?:objectNotAFile|keyLeavesBucket)$/)
  })

  it('is no lock', async () => {
    expect(await isLocked({ workFolder: folder, jobId: 'job' })).toBe(false)
    const unlock = await lockJob({ workFolder: folder, jobId: 'job' })
    await unlock()
    expect(await readdir(at('.locks'))).not.toContain('job.lock')
  })

  it('is no job of a folder, and a job that fails where it is named', async () => {
    const { files, passedOver } = await selectFiles([folder, at('device.json')], '/')
    expect(files.map(({ path }) => path)).toEqual([at('device.json')])
    expect(passedOver).toEqual([at('file.json')])
  })
})
