/** What happens to a job while it encodes: its recordings change, or it is killed and its claim is left behind. */
import { readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { heldFfmpeg, isEncoding } from '../harness/held-ffmpeg.ts'
import { BOB, JOB_ID, cfgOf, expectFailure, furnish, usePlace } from '../harness/run-worker.ts'

const place = usePlace(furnish)
let cfg: string
const outputs = () => readdir(join(place.bucket, 'out')).catch(() => [])

beforeEach(async () => {
  cfg = await place.write('cfg.json', cfgOf())
})

it('what a killed process has claimed is free', async () => {
  const { env } = await heldFfmpeg(place)
  const running = place.start([cfg], { env })
  await isEncoding(place)
  running.child.kill('SIGKILL')
  await running.ended
  expect(await outputs()).toEqual([`.${JOB_ID}.mp4.lock`])
  expect(await place.run([cfg])).toMatchObject({ code: 0 })
  expect(await outputs()).toEqual([`${JOB_ID}.mp4`])
})

describe('a recording that changes after it was looked at', () => {
  const changes: [string, (path: string) => Promise<void>][] = [
    ['keeping its length and time', (path) => rewrite(path)],
    ['by growing', (path) => writeFile(path, 'more', { flag: 'a' })],
    ['by going away', (path) => rm(path)],
  ]
  async function rewrite(path: string): Promise<void> {
    const { atime, mtime } = await stat(path)
    await writeFile(path, await readFile(path))
    await utimes(path, atime, mtime)
  }

  it.each(changes)('%s fails the job before anything is uploaded', async (_, change) => {
    const path = join(place.bucket, 'rec', BOB.Name)
    const bytes = await readFile(path)
    const { env, letGo } = await heldFfmpeg(place)
    const running = place.start([cfg], { env })
    await isEncoding(place)
    await change(path)
    await letGo()
    const ended = await running.ended
    await expectFailure({ place, ended, code: 1, says: /the recording "bob\.mp4" changed after/ })
    expect(await outputs()).toEqual([])
    // The next run takes it as it is now.
    await writeFile(path, bytes)
    expect(await place.run([cfg])).toMatchObject({ code: 0 })
    expect((await place.result()).streams).toHaveLength(2)
  })
})
