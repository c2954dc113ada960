/** What a recording says of its tracks before it is opened, beside what each release of ffmpeg makes of it. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultConf } from '../../src/config/conf.ts'
import { probeRecording } from '../../src/ffmpeg/probe.ts'
import type { FencedFfmpeg } from '../../src/ffmpeg/types.ts'
import { mendRecording } from '../../src/job/mend-recording.ts'
import { fencedFfmpeg } from '../harness/fenced-ffmpeg.ts'
import { runFfmpeg } from '../harness/run-ffmpeg.ts'

let folder: string
let ffmpeg: FencedFfmpeg
let plain: Buffer
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-mp4-says-'))
  ffmpeg = await fencedFfmpeg()
  const path = join(folder, 'plain.mp4')
  const [picture, tone] = ['testsrc=s=160x120:r=10:d=0.5', 'sine=d=0.5']
  const sources = ['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', tone]
  await runFfmpeg([...sources, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', path])
  plain = await readFile(path)
})
afterAll(() => rm(folder, { recursive: true }))

/** What is found and said of a file. */
async function look(bytes: Buffer) {
  const path = join(folder, 'one.mp4')
  await writeFile(path, bytes)
  const { codecs } = defaultConf().ffmpeg
  const { signal } = new AbortController()
  const options = { ffmpeg, maxPixels: 2 ** 26, codecs, stallMs: 60_000, signal, path }
  const outcome = await probeRecording(options)
  const mended = await mendRecording({ ...options, name: 'one.mp4', outcome, copyPath: `${path}.mkv` })
  if ('unusable' in mended) throw new Error(mended.unusable.code)
  return { rotation: mended.probe.video?.rotation, warnings: mended.warnings }
}

it('nothing is said of a file that says nothing odd', async () => {
  expect(await look(plain)).toEqual({ rotation: 0, warnings: [] })
})

it.each([
  ['left to right', [-1, 0, 0, 1], 0],
  ['top to bottom', [1, 0, 0, -1], 180],
] as const)('a picture that is mirrored %s is upright, and named', async (_, [a, b, c, d], rotation) => {
  const bytes = Buffer.from(plain)
  const at = bytes.indexOf('tkhd', 0, 'latin1') + 4 + 40
  for (const [i, value] of [a, b, 0, c, d].entries()) bytes.writeInt32BE(value * 0x10000, at + 4 * i)
  const params = { name: 'one.mp4', doubt: 'mirrored' }
  const warnings = [{ code: 'pictureDoubtful', params, where: 'one.mp4' }]
  expect(await look(bytes)).toEqual({ rotation, warnings })
})

it('an edit at another speed is named', async () => {
  const bytes = Buffer.from(plain)
  const last = bytes.indexOf('elst', 0, 'latin1')
  bytes.writeInt32BE(0x20000, last - 4 + bytes.readUInt32BE(last - 4) - 4)
  const { warnings } = await look(bytes)
  expect(warnings).toEqual([{ code: 'speedNotFollowed', params: { name: 'one.mp4' }, where: 'one.mp4' }])
})

it.each(['mp4', 'mkv'])('the pictures that its decoder has to keep are known, in %s', async (ending) => {
  for (const references of [1, 16]) {
    const path = join(folder, `kept-${references}.${ending}`)
    const picture = ['-f', 'lavfi', '-i', 'testsrc=s=160x120:r=10:d=2', '-c:v', 'libx264']
    await runFfmpeg([...picture, '-x264-params', `ref=${references}:bframes=0`, path])
    const { codecs } = defaultConf().ffmpeg
    const outcome = await probeRecording({ ffmpeg, maxPixels: 2 ** 26, codecs, stallMs: 60_000, path })
    expect(outcome).toMatchObject({ probe: { video: { references } } })
  }
})
