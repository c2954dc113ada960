/** What reaches the log, and who may read it. */
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { type Logger, openLog } from '../../../src/records/log.ts'

const SECRET = 's3cr3t-9f2c'
let folder: string
let log: Logger
const open = (mode = 0o600) => openLog({ path: join(folder, 'logs/job.log'), level: 'trace', keep: 1, mode })
const written = () => readFile(join(folder, 'logs/job.log'), 'utf8')

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-log-'))
  log = open()
  return () => rm(folder, { recursive: true, force: true })
})

it.each([
  ['of a secret', { token: SECRET }],
  ['that nobody knows', { whatever: SECRET }],
  ['of a secret, deep in what is known', { output: { files: [{ key: 'k', SecretKey: SECRET }] } }],
  ['of an object that nobody knows', { job: { name: SECRET } }],
  ['of a list that nobody knows', { many: [SECRET] }],
  ['of a number that is called like a secret', { password: 4711 }],
])('holds no value of a field %s', async (_, facts) => {
  log.info(facts, 'said')
  expect(await written()).toContain('[withheld]')
  expect(await written()).not.toMatch(new RegExp(`${SECRET}|4711`))
})

it.each([
  `https://user:${SECRET}@host/path`,
  `https://${SECRET}@host/path`,
  `https://host/path?sign=${SECRET}`,
  `https://host/path#${SECRET}`,
  `rtmp://host/live/${SECRET}`,
])('shows of %s what is harmless, wherever it stands', async (url) => {
  log.info({ line: `ffmpeg -i ${url} x`, output: { path: url }, err: new Error(`no answer from ${url}`) })
  log.warn(`no answer from ${url}`)
  const text = await written()
  expect(text.match(/:\/\/host\//g)?.length).toBeGreaterThan(3)
  expect(text).not.toContain(SECRET)
})

it('shows of an error what it says, and nothing that hangs on it', async () => {
  const request = { headers: { authorization: SECRET } }
  const cause = Object.assign(new Error('refused'), { code: 'EPROTO', request, $response: { body: SECRET } })
  log.error({ err: cause, code: 'storageFailed' }, 'failed')
  const [line = ''] = (await written()).split('\n')
  expect(JSON.parse(line)).toMatchObject({
    ...{ msg: 'failed', code: 'storageFailed' },
    err: { type: 'Error', message: 'refused', code: 'EPROTO', request: '[withheld]' },
  })
  expect(line).not.toContain(SECRET)
})

it('shows what is measured and counted', async () => {
  log.info({ frames: 25, isUsable: true, timings: { fetchMs: 1 }, budget: { cores: 2 } })
  expect(JSON.parse(await written())).toMatchObject({
    ...{ frames: 25, isUsable: true, timings: { fetchMs: 1 }, budget: { cores: 2 } },
  })
})

it.each([
  [0o600, 0o700],
  [0o640, 0o750],
  [0o644, 0o755],
])('is a file of mode %o in a folder of mode %o', async (mode, ofFolder) => {
  await rm(join(folder, 'logs'), { recursive: true })
  const before = process.umask(0o022)
  open(mode)
  process.umask(before)
  expect((await stat(join(folder, 'logs/job.log'))).mode & 0o777).toBe(mode)
  expect((await stat(join(folder, 'logs'))).mode & 0o777).toBe(ofFolder)
  expect(await readdir(join(folder, 'logs'))).toEqual(['job.log'])
})
