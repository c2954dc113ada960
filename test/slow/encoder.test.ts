/** What x264 makes of the settings: the same at every run, chunks that can be joined, and no seam between them. */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SPEEDS, type Speed } from '../../src/model/encoding.ts'
import type { Job } from '../../src/model/job.ts'
import { encoderArgs } from '../../src/plan/encoder.ts'
import { makeJob, makeSettings } from '../harness/builders.ts'
import { runFfmpeg } from '../harness/run-ffmpeg.ts'

const FPS = 30
const KBPS = 300

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-encoder-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Asked {
  readonly speed: Speed
  readonly profile?: Job['video']['profile']
  readonly threads?: number
  /** Pictures of the scene, by number. */
  readonly from: number
  readonly to: number
}

/** Something moves before something still, with a camera's noise. */
const SCENE = [
  `color=gray:s=320x180:r=${FPS},noise=alls=90:all_seed=3,gblur=0.8[wall]`,
  `testsrc2=s=96x72:r=${FPS}[head]`,
  `[wall][head]overlay=x='112+40*sin(t)':y=108,noise=alls=5:allf=t:all_seed=7,format=yuv420p`,
].join(';')

const part = ({ from, to }: Pick<Asked, 'from' | 'to'>) =>
  `trim=start_frame=${from}:end_frame=${to},setpts=N/${FPS}/TB`

/** @returns path of the chunk */
async function encode(asked: Asked): Promise<string> {
  const { speed, profile = 'high', threads = 3 } = asked
  const job = makeJob({
    canvas: { width: 320, height: 180, fps: FPS },
    video: { bitrateKbps: KBPS, profile },
  })
  const out = join(folder, `${Object.values(asked).join('-')}.mp4`)
  await runFfmpeg([
    ...['-filter_complex_threads', '1', '-filter_complex', `${SCENE},${part(asked)}[out]`, '-map', '[out]'],
    ...encoderArgs({ job, settings: makeSettings({ speed }), threads, matrix: 'bt709' }),
    ...['-video_track_timescale', String(FPS * 1000), out],
  ])
  return out
}

/** Profile, level and parameter sets as the container has them. */
async function headers(path: string): Promise<string> {
  const bytes = await readFile(path)
  const at = bytes.indexOf('avcC')
  return bytes.toString('hex', at + 4, at + bytes.readUInt32BE(at - 4) - 4)
}

const packets = async (path: string) =>
  (await runFfmpeg(['-i', path, '-c', 'copy', '-f', 'framehash', '-'])).stdout.toString('latin1')

const PROFILES = [
  ['baseline', '42'],
  ['main', '4d'],
  ['high', '64'],
] as const

describe.each(SPEEDS)('%s', (speed) => {
  it.each(PROFILES)('keeps to the %s profile, with the same headers in every chunk', async (profile, idc) => {
    const [first, second] = [
      await encode({ speed, profile, from: 0, to: 70 }),
      await encode({ speed, profile, from: 70, to: 90 }),
    ]
    expect((await headers(first)).slice(2, 4)).toBe(idc)
    expect(await headers(second)).toBe(await headers(first))
  })

  it('makes the same packets at every run, on several threads too', async () => {
    const asked = { speed, from: 0, to: 150 }
    const first = await packets(await encode(asked))
    expect(first.split('\n').length).toBeGreaterThan(150)
    expect(await packets(await encode(asked))).toBe(first)
  })
})

/** PSNR of each picture of a chunk, in dB. */
async function quality(path: string, asked: Pick<Asked, 'from' | 'to'>, skip = 0): Promise<number[]> {
  const graph = [
    `${SCENE},${part(asked)}[scene]`,
    `[0:v]trim=start_frame=${skip},setpts=N/${FPS}/TB[made]`,
    `[made][scene]psnr=stats_file=-`,
  ]
  const { stdout } = await runFfmpeg([
    ...[
      '-i',
      path,
      '-filter_complex_threads',
      '1',
      '-filter_complex',
      graph.join(';'),
      '-f',
      'null',
      '/dev/null',
    ],
  ])
  return [...stdout.toString('latin1').matchAll(/psnr_avg:([\d.]+)/g)].map(([, dB]) => Number(dB))
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length

describe('a chunk that begins in mid scene', () => {
  const [cut, end] = [8 * FPS, 16 * FPS]

  it.each(SPEEDS)(
    '%s: looks as good as a run without a cut, and keeps its share of the rate',
    async (speed) => {
      const whole = await quality(await encode({ speed, from: 0, to: end }), { from: cut, to: end }, cut)
      const chunk = await encode({ speed, from: cut, to: end })
      const alone = await quality(chunk, { from: cut, to: end })
      expect(alone).toHaveLength(end - cut)
      const lost = (from: number, to: number) => mean(whole.slice(from, to)) - mean(alone.slice(from, to))
      expect(lost(0, FPS / 2)).toBeLessThan(1)
      expect(lost(FPS / 2, 2 * FPS)).toBeLessThan(1)
      const kbps = ((await stat(chunk)).size * 8) / 1000 / ((end - cut) / FPS)
      expect(Math.abs(kbps / KBPS - 1)).toBeLessThan(0.05)
    },
  )
})
