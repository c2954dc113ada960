/**
 * The demo room's picture against committed frames, and its layout against committed segments.
 *
 * A golden changes on purpose only: `TEST_BLESS=<scenario> npm run test:golden` writes it anew; look at it
 * before it is committed.
 */
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fencedFfmpeg } from '../harness/fenced-ffmpeg.ts'
import { difference, readFrames, readPng, writePng } from '../harness/frames.ts'
import { mixDemo } from './mix.ts'
import { CANVAS, MOMENTS_MS, SCENARIOS } from './scenarios.ts'

/** Encoders differ a little from build to build; another picture, place or moment differs far more. */
const BLOCK_TOLERANCE = 6
const FAR_TOLERANCE = 0.004
/**
 * Releases from 7 on kern text, which moves letters by a pixel or two. Text that is missing or elsewhere changes the
 * mean of a block three times as much as may be.
 */
const KERNED_FAR_TOLERANCE = 0.007

const FOLDER = join(import.meta.dirname, 'pictures')
const bless = process.env['TEST_BLESS']

describe.each(Object.entries(SCENARIOS))('%s', (name, scenario) => {
  it('shows the committed pictures in the committed layout', async () => {
    const { path, result, folder } = await mixDemo(scenario)
    const own = join(FOLDER, name)
    const layout = JSON.stringify(result.segments, null, 1) + '\n'
    const frames = await readFrames(path, MOMENTS_MS.map(frameAt), CANVAS)
    if (bless === name || bless === 'all') {
      await mkdir(own, { recursive: true })
      await writeFile(join(own, 'segments.json'), layout)
      for (const [i, ms] of MOMENTS_MS.entries()) await writePng(join(own, `${ms}.png`), frames[i]!)
    }
    expect(layout).toBe(await readFile(join(own, 'segments.json'), 'utf8'))
    const failures: string[] = []
    const isKerned =
      JSON.stringify(scenario).includes('WaterMark') &&
      (await fencedFfmpeg()).syntax.graphFile === '-/filter_complex'
    const farTolerance = isKerned ? KERNED_FAR_TOLERANCE : FAR_TOLERANCE
    for (const [i, ms] of MOMENTS_MS.entries()) {
      const golden = join(own, `${ms}.png`)
      expect(existsSync(golden), `${golden} is missing`).toBe(true)
      const actual = frames[i]!
      const { block, far, picture } = difference(actual, await readPng(golden, CANVAS))
      const traces = [join(own, `actual_${ms}.png`), join(own, `diff_${ms}.png`)] as const
      if (block <= BLOCK_TOLERANCE && far <= farTolerance) {
        for (const trace of traces) await rm(trace, { force: true })
        continue
      }
      await writePng(traces[0], actual)
      await writePng(traces[1], picture)
      failures.push(`${ms} ms: block ${block.toFixed(2)}, far ${(far * 100).toFixed(2)} %; see ${traces[1]}`)
    }
    expect(failures).toEqual([])
    await rm(folder, { recursive: true })
  })
})

describe('the comparison', () => {
  it('sees a picture that is one second off', async () => {
    const { path, folder } = await mixDemo({ mixer: { MixedVideoLayout: 4 } })
    const [now, later] = await readFrames(path, [frameAt(6000), frameAt(7000)], CANVAS)
    const { far } = difference(now!, later!)
    expect(far).toBeGreaterThan(FAR_TOLERANCE)
    await rm(folder, { recursive: true })
  })
})

function frameAt(ms: number): number {
  return Math.round((ms * CANVAS.fps) / 1000)
}
