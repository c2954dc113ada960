import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultConf } from '../../src/config/conf.ts'
import { decodes } from '../../src/ffmpeg/decodes.ts'
import { UNGUARDED } from '../../src/ffmpeg/guards.ts'
import { probeRecording, probeRecordings } from '../../src/ffmpeg/probe.ts'
import { runFfmpeg } from '../../src/ffmpeg/process.ts'
import { fencedFfmpeg } from '../harness/fenced-ffmpeg.ts'
import { claimingMp4 } from '../harness/claiming-mp4.ts'
import { runFfmpeg as runTestFfmpeg } from '../harness/run-ffmpeg.ts'
import { makeSource } from '../harness/sources.ts'
import type { FencedFfmpeg } from '../../src/ffmpeg/types.ts'

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

const options = () => ({ ffmpeg, maxPixels: 2 ** 26, codecs: defaultConf().ffmpeg.codecs, stallMs: 60_000 })

it('a picture whose decoder keeps more reference pictures than its fence has room for is no use', async () => {
  const decodesWith = async (references: number) => {
    const path = join(folder, `references-${references}.mp4`)
    await runTestFfmpeg([
      ...['-f', 'lavfi', '-i', 'color=gray:s=5120x2880:r=10:d=2.2', '-preset', 'ultrafast'],
      ...['-x264-params', `ref=${references}:bframes=0:keyint=1000:threads=1`, path],
    ])
    const outcome = await probeRecording({ ...options(), path })
    if (!('probe' in outcome)) throw new Error('it cannot be probed')
    const fences = { ...ffmpeg.fences, decode: () => ({ ...FENCE, memoryMb: 360 }) }
    const { maxPixels, stallMs } = options()
    const { signal } = new AbortController()
    const trial = { maxPixels, stallMs, path, probe: outcome.probe, medium: 'video', signal } as const
    return decodes({ ...trial, ffmpeg: { ...ffmpeg, fences } })
  }
  expect(await decodesWith(16)).toBe(false)
  expect(await decodesWith(1)).toBe(true)
})

it('where nothing holds it, an ffmpeg still refuses to take too much at once', async () => {
  const unguarded = { ...ffmpeg, guards: UNGUARDED }
  const path = join(folder, 'picture.mp4')
  await runTestFfmpeg(['-f', 'lavfi', '-i', 'color=s=1920x1080:d=0.2:r=10', '-preset', 'ultrafast', path])
  const decode = (memoryMb: number) =>
    runFfmpeg({
      ffmpeg: unguarded,
      fence: { ...FENCE, memoryMb },
      inputs: [{ args: [], path }],
      outputs: [{ args: ['-loglevel', 'level+info', '-f', 'null'], to: '-' }],
      onStderrLine: () => undefined,
    })
  expect(await decode(1)).toMatchObject({ ok: false, reached: 'memory' })
  expect(await decode(256)).toEqual({ ok: true })
  const claims = join(folder, 'claims.mp4')
  await writeFile(claims, claimingMp4({ samples: 80_000_000 }))
  expect(await probeRecording({ ...options(), ffmpeg: unguarded, path: claims })).toHaveProperty('unusable')
})

describe('what a recording says of itself is held against what is decoded', () => {
  const makeJpeg = async () => {
    const path = join(folder, 'jpeg.mkv')
    const [picture, tone] = ['testsrc=s=160x120:r=10:d=0.5', 'sine=d=0.5']
    const sources = ['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', tone]
    await runTestFfmpeg([...sources, '-c:v', 'mjpeg', '-c:a', 'libopus', path])
    return path
  }

  it('a codec that is not listed', async () => {
    const path = await makeJpeg()
    const said = (detail: string) => ({ code: 'codecRefused', params: { detail } })
    const outcome = await probeRecording({ ...options(), path })
    expect(outcome).toMatchObject({
      lostPicture: false,
      refused: { video: said('mjpeg') },
      codecs: { audio: 'opus' },
    })
    if ('unusable' in outcome) throw new Error('it cannot be used')
    expect(outcome.refused.audio).toBeUndefined()
    expect(outcome.probe.video).toBeUndefined()
    expect(outcome.timing.video).toBeUndefined()
    const none = await probeRecording({ ...options(), codecs: ['h264'], path })
    expect(none).toEqual({ unusable: 'codecRefused', detail: 'mjpeg, opus' })
    const all = await probeRecording({ ...options(), codecs: ['mjpeg', 'opus'], path })
    expect(all).toMatchObject({ refused: {}, codecs: { video: 'mjpeg' } })
  })

  it('a codec that it has not said: no other decoder is reached', async () => {
    const path = await makeJpeg()
    const found = await probeRecording({ ...options(), codecs: ['mjpeg', 'opus'], path })
    if ('unusable' in found) throw new Error('it cannot be used')
    const { signal } = new AbortController()
    const { maxPixels, stallMs } = options()
    const trial = { ffmpeg, maxPixels, stallMs, path, probe: found.probe, signal } as const
    expect(await decodes({ ...trial, medium: 'video' })).toBe(true)
    expect(await decodes({ ...trial, codecs: ['vp8', 'opus'], medium: 'video' })).toBe(false)
    expect(await decodes({ ...trial, codecs: ['vp8', 'opus'], medium: 'audio' })).toBe(true)
  })

  it('a size that is too large', async () => {
    const video = { codec: 'vp8', size: { width: 160, height: 120 }, timesMs: [0, 100, 200] } as const
    const audio = { codec: 'opus' } as const
    const { path } = await makeSource({ id: 1, container: 'webm', durationMs: 300, video })
    const heard = await makeSource({ id: 1, container: 'webm', durationMs: 300, video, audio })
    const detail = '160 x 120'
    const refused = { unusable: 'pictureTooLarge', detail }
    expect(await probeRecording({ ...options(), maxPixels: 160 * 120 - 1, path })).toEqual(refused)
    expect(await probeRecording({ ...options(), maxPixels: 200 * 200, path })).toMatchObject({ refused: {} })
    expect(await probeRecording({ ...options(), maxPixels: 256, path: heard.path })).toMatchObject({
      refused: { video: { code: 'pictureTooLarge', params: { detail } } },
      probe: { audio: { codec: 'opus', sampleRate: 48_000 } },
    })
  })
})

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
  // ffmpeg follows edit lists while it opens a file: it is not even started.
  const none = { ...ffmpeg, path: join(folder, 'none') }
  expect(await probeRecording({ ...options(), ffmpeg: none, path })).toEqual(refused)
})

it('a file with more packets than it may have is read once, and the others beside it are not blamed', async () => {
  const starts = join(folder, 'starts')
  const counting = join(folder, 'counting-ffmpeg')
  await writeFile(counting, `#!/bin/sh\necho >> '${starts}'\nexec '${ffmpeg.path}' "$@"\n`, { mode: 0o755 })
  const path = join(folder, 'many.mp4')
  await writeFile(path, claimingMp4({ samples: 150_000, bytes: 150_000 }))
  const audio = { codec: 'opus' } as const
  const good = await makeSource({ id: 1, container: 'webm', durationMs: 300, audio })
  const counted = { ...options(), ffmpeg: { ...ffmpeg, path: counting, guards: UNGUARDED } }
  const [first, second] = await probeRecordings([path, good.path], counted)
  expect(first).toEqual({ unusable: 'tooManyPackets', detail: '' })
  expect(second).toHaveProperty('probe.audio.codec', 'opus')
  // Releases from 7 on fail at its video first, and read it once more for its audio.
  const runs = ffmpeg.syntax.ratePassesThrough ? 2 : 4
  expect(await readFile(starts, 'utf8')).toBe('\n'.repeat(runs))
})

it('a probe ends after its time, whatever it reads', async () => {
  const path = join(folder, 'long.mp4')
  await writeFile(path, claimingMp4({ samples: 10_000, bytes: 10_000 }))
  expect(await probeRecording({ ...options(), mostMs: 1, path })).toEqual({
    unusable: 'tooMuchTime',
    detail: '0',
  })
})
