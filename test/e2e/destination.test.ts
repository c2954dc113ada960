/** Where the finished file goes: other processes that write there too, places where nothing can be put, modes. */
import { mkdir, readFile, readdir, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { heldFfmpeg, isEncoding } from '../harness/held-ffmpeg.ts'
import { JOB_ID, cfgOf, furnish, indexOf, inStorage, until, usePlace } from '../harness/run-worker.ts'

const place = usePlace(furnish)
let cfg: string
const outputs = () => readdir(join(place.bucket, 'out')).catch(() => [])

beforeEach(async () => {
  cfg = await place.write('cfg.json', cfgOf())
})

it('another process that would write the same file is refused before it encodes', async () => {
  const key = { FileNamePrefix: 'out/one.mp4' }
  await place.write('bucket/other.json', indexOf())
  const first = await place.write('first.json', cfgOf(inStorage(key)))
  const second = await place.write(
    'second.json',
    cfgOf({ Internal: { JobId: 'other' }, ...inStorage({ FileNamePrefix: 'alias/./one' }) }),
  )
  await symlink('out', join(place.bucket, 'alias'))
  const { env, letGo } = await heldFfmpeg(place)
  const running = place.start([first], { env })
  await isEncoding(place)

  const refused = await place.run(['--work-dir', join(place.folder, 'work-2'), second])
  expect(refused.code).toBe(1)
  expect(refused.stderr).toMatch(new RegExp(`job ${JOB_ID} \\(process ${running.child.pid}\\) is writing`))
  expect((await place.log('other')).map(({ msg }) => msg)).not.toContain('ffmpeg starts')
  await letGo()
  expect(await running.ended).toMatchObject({ code: 0 })
  expect(await outputs()).toEqual(['one.mp4'])

  // Once it is done, there is nothing in the way.
  expect(await place.run([second])).toMatchObject({ code: 0 })
})

it('what somebody else puts there meanwhile is left as it is', async () => {
  const { env, letGo } = await heldFfmpeg(place)
  const running = place.start([cfg], { env })
  await isEncoding(place)
  await place.write(`bucket/out/${JOB_ID}.mp4`, 'somebody else’s')
  await letGo()
  expect(await running.ended).toMatchObject({ code: 1 })
  expect((await running.ended).stderr).toMatch(/^error: .*something else was put under/m)
  expect(await readFile(join(place.bucket, `out/${JOB_ID}.mp4`), 'utf8')).toBe('somebody else’s')
})

describe('a place where nothing can be put', () => {
  const places: [string, string, RegExp][] = [
    ['behind a link out of the bucket', 'away/x.mp4', /leads out of the bucket/],
    ['under a name that is too long', `o/${'n'.repeat(300)}.mp4`, /ENAMETOOLONG/],
    ['below a file', `${JOB_ID}.json/x.mp4`, /ENOTDIR/],
  ]
  beforeEach(async () => {
    await mkdir(join(place.folder, 'else'))
    await symlink('../else', join(place.bucket, 'away'))
  })

  it.each(places)(
    '%s is found by plan, by validate, and by a run before it encodes',
    async (_, key, says) => {
      const before = await place.bucketFiles()
      const path = await place.write('cfg.json', cfgOf(inStorage({ FileNamePrefix: key })))
      for (const args of [['plan'], ['validate'], []]) {
        const ended = await place.run([...args, path])
        expect(ended).toMatchObject({ code: 1 })
        expect(ended.stdout + ended.stderr).toMatch(says)
      }
      expect((await place.log()).map(({ msg }) => msg)).not.toContain('ffmpeg starts')
      expect(await place.bucketFiles()).toEqual(before)
      expect(await readdir(join(place.folder, 'else'))).toEqual([])
    },
  )
})

it('results, logs and side files have the modes of conf/', async () => {
  const modes = async (folder: string) => {
    const names = (await readdir(folder)).sort()
    return Promise.all(names.map(async (name) => (await stat(join(folder, name))).mode.toString(8).slice(-3)))
  }
  const output = { OWT_OUTPUT_POSTER: 'true', OWT_REPORT_ENABLED: 'true' }
  expect(await place.run([cfg], { env: output })).toMatchObject({ code: 0 })
  expect(new Set(await modes(place.logDir))).toEqual(new Set(['600']))
  const env = { ...output, OWT_LOGS_FILE_MODE: '0640', OWT_STORAGE_FILE_MODE: '0660', OWT_LOGS_KEEP: '0' }
  expect(await place.run(['--force', cfg], { env })).toMatchObject({ code: 0 })
  expect(await modes(place.logDir)).toEqual(['640', '640', '640', '640', '640'])
  expect(await modes(join(place.bucket, 'out'))).toEqual(['660', '660'])
  await until('nothing of the job runs', async () => (await place.processes()).length === 0)
})
