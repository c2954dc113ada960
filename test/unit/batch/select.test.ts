import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseText } from '../../../src/config/load.ts'
import { isCfgLike, isJson, listedPaths } from '../../../src/batch/cfg-like.ts'
import { selectFiles } from '../../../src/batch/select.ts'

const cfg = (JobId: string) => JSON.stringify({ Action: 'job.start', Internal: { JobId }, Data: {} })
const INDEX = JSON.stringify({ JobId: 'a', StartTime: 1, Files: [] })

let folder: string
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'owt-select-')))
  const files: Record<string, string> = {
    'jobs/job-10.json': cfg('ten'),
    'jobs/job-2.json': cfg('two'),
    'jobs/index.json': INDEX,
    'jobs/broken.json': '{ "Action": "job.start", "Internal": {',
    'jobs/notes.txt': 'no job',
    'jobs/sub/cfg.json': cfg('sub'),
    'jobs/sub/other.json': cfg('never'),
    'jobs/sub/deep/cfg.json': cfg('deep'),
    'jobs/.hidden/cfg.json': cfg('hidden'),
    'lists/list.txt': '\uFEFF# all of them\r\n../jobs/job-2.json\r\n\r\n  gone.json  \n../jobs/*/cfg.json\n',
    'lists/odd.txt': '../jobs/index.json\n../empty\n',
    'empty/a.txt': '',
    'a*b/cfg.json': cfg('starred'),
    'plain.cfg': `// a job\n${cfg('plain')}`,
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  await symlink('..', join(folder, 'jobs/sub/up'))
  await symlink('job-2.json', join(folder, 'jobs/same.json'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const select = async (...named: string[]) => {
  const { files, passedOver } = await selectFiles(named, folder)
  return {
    files: files.map(({ path, jobId }) => `${relative(folder, path)} ${jobId}`),
    passedOver: passedOver.map((path) => relative(folder, path)),
  }
}

describe('a batch is of', () => {
  it("a folder's own files and cfg.json of the folders in it, numbers in order", async () => {
    expect(await select('jobs')).toEqual({
      files: [
        'jobs/broken.json broken',
        'jobs/job-2.json two',
        'jobs/job-10.json ten',
        'jobs/sub/cfg.json sub',
      ],
      passedOver: ['jobs/index.json'],
    })
  })

  it('a list, relative to itself; what it names is a job, there or not', async () => {
    expect(await select('lists/list.txt')).toEqual({
      files: ['jobs/job-2.json two', 'lists/gone.json gone', 'jobs/sub/cfg.json sub'],
      passedOver: [],
    })
    expect((await select('lists/odd.txt')).files).toEqual(['jobs/index.json index'])
  })

  it('a glob, at any depth with **, not round in circles', async () => {
    expect((await select('jobs/*.json')).passedOver).toEqual(['jobs/index.json'])
    expect((await select('jobs/**/cfg.json')).files).toEqual([
      'jobs/sub/cfg.json sub',
      'jobs/sub/deep/cfg.json deep',
    ])
    expect((await select('**/job-?.json')).files).toEqual(['jobs/job-2.json two'])
    expect((await select(join(folder, 'jobs/*/d*/cfg.json'))).files).toEqual(['jobs/sub/deep/cfg.json deep'])
  })

  it('several paths, each file once', async () => {
    const named = ['jobs/job-10.json', 'jobs/same.json', 'jobs/job-2.json', 'jobs/job-1*.json', 'plain.cfg']
    expect((await select(...named)).files).toEqual([
      'jobs/job-10.json ten',
      'jobs/same.json two',
      'plain.cfg plain',
    ])
  })

  it('a file that is called like a glob', async () => {
    expect((await select('a*b/cfg.json')).files).toEqual(['a*b/cfg.json starred'])
    expect((await select('a*b')).files).toEqual(['a*b/cfg.json starred'])
  })

  it.each([
    [['nowhere'], 'fileMissing', /nowhere: there is no such file/],
    [['jobs', 'nowhere.json'], 'fileMissing', /nowhere\.json/],
    [['empty'], 'batchEmpty', /^no job was found in empty; name a folder/],
    [['empty', 'no*/x'], 'batchEmpty', /^no job was found in empty, no\*\/x; name/],
    [['jobs/index.json'], 'batchEmpty', /in jobs\/index\.json, 1 JSON file without .* skipped; name/],
  ])('%j: %s', async (named, code, message) => {
    const says = expect.stringMatching(message) as unknown
    await expect(select(...named)).rejects.toMatchObject({ code, exitCode: 1, message: says })
  })
})

it.each([
  [cfg('a'), true],
  ['// remark\n{ "action": "x", "Internal": {}, }', true],
  ['{ "Internal": { "JobId": "a" ', true],
  ['', true],
  [INDEX, false],
  ['{ "Data": {} }', false],
  ['[1, 2]', false],
  ['{ "Files": { "Action": 1, "Internal": 2, "Data": 3 } }', false],
])('%j is a job: %s', (text, is) => {
  expect(isCfgLike(parseText({ text, file: '' }))).toBe(is)
})

it('a list is told from JSON by its name, else by how it begins', () => {
  expect(isJson('a.JSON', 'jobs/a.json')).toBe(true)
  expect(isJson('a.cfg', '\uFEFF\n /* job */ {}')).toBe(true)
  expect(isJson('a.txt', '/jobs/a.json\n')).toBe(false)
  expect(isJson('a', '# {}\na.json\n')).toBe(false)
  expect(listedPaths('a b.json\n\t#no\n c#d \n')).toEqual(['a b.json', 'c#d'])
})
