import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { takeFile } from '../../../src/ffmpeg/run-watched.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-take-'))
  return () => rm(folder, { recursive: true, force: true })
})

it('takes what a run has written, and leaves no file', async () => {
  const path = join(folder, 'look.gray')
  await writeFile(path, Uint8Array.of(1, 2, 255))
  expect([...(await takeFile(path))]).toEqual([1, 2, 255])
  expect(await readdir(folder)).toEqual([])
})

it('takes nothing where a run has written nothing', async () => {
  expect(await takeFile(join(folder, 'none'))).toHaveLength(0)
})
