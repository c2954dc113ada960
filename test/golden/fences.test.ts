import { writeFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FencedFfmpeg } from '../../src/ffmpeg/guards.ts'
import { probeRecording, probeRecordings } from '../../src/ffmpeg/probe.ts'
import { runFfmpeg } from '../../src/ffmpeg/process.ts'
import { fencedFfmpeg } from '../harness/fenced-ffmpeg.ts'
import { claimingMp4 } from '../harness/claiming-mp4.ts'
import { runFfmpeg as runTestFfmpeg } from '../harness/run-ffmpeg.ts'
import { makeSource } from '../harness/sources.ts'

let folder: string
let ffmpeg: FencedFfmpeg
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-fences-'))
  ffmpeg = await fencedFfmpeg()
})
afterAll(() => rm(folder, { recursive: true }))

const FENCE = { memoryMb: 256, cpuSeconds: 60, fileMb: 10, openFiles: 100 }

function run(
  input: { args: readonly string[]; path: string },
  args: readonly string[],
  fence: Partial<typeof FENCE>,
  to = '-',
) {
  return runFfmpeg({
    ffmpeg,
    fence: { ...FENCE, ...fence },
    inputs: [input],
    outputs: [{ args: ['-loglevel', 'level+info', ...args], to }],
    onStderrLine: () => undefined,
  })
}
const making = (graph: string) => ({ args: ['-f', 'lavfi'], path: graph })

it.runIf(process.platform === 'linux')('there is a prlimit', () => {
  expect(ffmpeg.guards.prlimit).toMatch(/prlimit$/)
})

describe.runIf(process.platform === 'linux')('an ffmpeg gets no more than its fence of', () => {
  it('memory', async () => {
    const path = join(folder, 'long.mp4')
    await runTestFfmpeg(['-f', 'lavfi', '-i', 'color=s=1920x1080:d=4', '-preset', 'ultrafast', path])
    const all = ['-vf', 'reverse', '-f', 'null']
    expect(await run({ args: [], path }, all, {})).toMatchObject({ ok: false, reached: 'memory' })
    expect(await run({ args: [], path }, all, { memoryMb: 1000 })).toEqual({ ok: true })
  })

  it('CPU time', async () => {
    const endless = making('testsrc=s=1280x720:d=1000')
    expect(await run(endless, ['-f', 'null'], { cpuSeconds: 1 })).toMatchObject({ ok: false, reached: 'cpu' })
  })

  it('bytes in a file', async () => {
    const large = making('color=s=1920x1080:d=1')
    const [path, args] = [join(folder, 'large.yuv'), ['-f', 'rawvideo']]
    expect(await run(large, args, { fileMb: 1 }, path)).toMatchObject({ ok: false })
    expect(await run(large, args, { fileMb: 100 }, path)).toEqual({ ok: true })
  })
})

const options = () => ({ ffmpeg, maxPixels: 2 ** 26, stallMs: 60_000 })

it('a file whose edit list repeats its samples without end is left out, by itself and among others', async () => {
  const path = join(folder, 'edits.mp4')
  const edits = Array.from({ length: 1000 }, () => [200_000, 0] as const)
  await writeFile(path, claimingMp4({ samples: 200_000, edits }))
  const refused = { unusable: 'tooManyPackets', detail: '' }
  expect(await probeRecording({ ...options(), path })).toEqual(refused)
  const video = { codec: 'vp8', size: { width: 160, height: 120 }, timesMs: [0, 100, 200] } as const
  const good = await makeSource({ id: 1, container: 'webm', durationMs: 300, video })
  const [first, second] = await probeRecordings([path, good.path], options())
  expect(first).toEqual(refused)
  expect(second).toHaveProperty('probe.video.codec', 'vp8')
})

it('a probe ends after its time, whatever it reads', async () => {
  const path = join(folder, 'long.mp4')
  await writeFile(path, claimingMp4({ samples: 10_000, bytes: 10_000 }))
  expect(await probeRecording({ ...options(), mostMs: 1, path })).toEqual({
    unusable: 'tooMuchTime',
    detail: '0',
  })
})
