/** Every job of the gallery: planned as it lies there, and made on a small canvas. */
import { cp, mkdir, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'jsonc-parser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Result } from '../../src/report/result.ts'
import { readFinished } from '../harness/finished-file.ts'
import {
  type Changes,
  HOME,
  type Workplace,
  changed,
  expectFailure,
  makeWorkplace,
} from '../harness/run-worker.ts'

const GALLERY = join(HOME, 'mixer/gallery')
const DEMO_ID = 'job-demo-20261122-0001'
const FRAMES = 601
const LENGTH_MS = 20033.333
/** The small canvas is the published one divided by this. */
const SMALLER = 4

const TILE_2 = [
  '0 | alice_1 0,0 1280x720',
  '900 | alice_1 0,180 640x360 | bob_1 640,180 640x360',
  '4500 | alice_1 0,0 640x360 | bob_1 640,0 640x360 | alice_2 320,360 640x360',
  '8433.333 | alice_1 0,0 640x360 | bob_1 640,0 640x360 | alice_2 0,360 640x360 | carol_1 640,360 640x360',
  '16533.333 | alice_1 0,0 640x360 | bob_1 640,0 640x360 | alice_2 320,360 640x360',
  '17066.667 | alice_1 0,180 640x360 | bob_1 640,180 640x360',
]

/** What each shows: where a segment begins, and everybody's rectangle. */
const EXPECTED: Record<string, readonly string[]> = {
  'audio-only.json': [],
  'layout-custom.json': [
    '0 | alice_1 0,0 1280x720',
    '900 | alice_1 0,0 640x720 | bob_1 640,0 640x720',
    '4500 | alice_1 0,0 854x720 | bob_1 854,0 426x360 | alice_2 854,360 426x360',
    '8433.333 | alice_1 0,0 960x540 | bob_1 960,0 320x180 | alice_2 960,180 320x180 | carol_1 960,360 320x180',
    '16533.333 | alice_1 0,0 854x720 | bob_1 854,0 426x360 | alice_2 854,360 426x360',
    '17066.667 | alice_1 0,0 640x720 | bob_1 640,0 640x720',
  ],
  'layout-single.json': [
    '0 | alice_1 0,0 1280x720',
    '4500 | alice_2 0,0 1280x720',
    '17066.667 | alice_1 0,0 1280x720',
  ],
  'layout-tile.json': [
    '0 | alice_1 0,0 1280x720',
    '900 | alice_1 0,180 640x360 | bob_1 640,180 640x360',
    '4500 | alice_1 0,120 854x480 | bob_1 854,120 426x240 | alice_2 854,360 426x240',
    '8433.333 | alice_1 0,0 640x360 | bob_1 640,0 640x360 | alice_2 0,360 640x360 | carol_1 640,360 640x360',
    '16533.333 | alice_1 0,120 854x480 | bob_1 854,120 426x240 | alice_2 854,360 426x240',
    '17066.667 | alice_1 0,180 640x360 | bob_1 640,180 640x360',
  ],
  'layout-tile-2.json': TILE_2,
  'layout-vertical.json': [
    '0 | alice_1 0,0 1280x720',
    '900 | alice_1 0,0 1024x720 | bob_1 1024,0 256x180',
    '4500 | alice_2 0,0 1024x720 | alice_1 1024,0 256x180 | bob_1 1024,180 256x180',
    '8433.333 | alice_2 0,0 1024x720 | alice_1 1024,0 256x180 | bob_1 1024,180 256x180 | carol_1 1024,360 256x180',
    '16533.333 | alice_2 0,0 1024x720 | alice_1 1024,0 256x180 | bob_1 1024,180 256x180',
    '17066.667 | alice_1 0,0 1024x720 | bob_1 1024,0 256x180',
  ],
  'layout-vertical-2.json': [
    '0 | alice_1 0,0 1280x720',
    '900 | alice_1 0,0 1280x720 | bob_1 0,600 214x120',
    '4500 | alice_2 0,0 1280x720 | alice_1 0,600 214x120 | bob_1 214,600 212x120',
    '8433.333 | alice_2 0,0 1280x720 | alice_1 0,600 214x120 | bob_1 214,600 212x120 | carol_1 426,600 214x120',
    '16533.333 | alice_2 0,0 1280x720 | alice_1 0,600 214x120 | bob_1 214,600 212x120',
    '17066.667 | alice_1 0,0 1280x720 | bob_1 0,600 214x120',
  ],
  'positions-manual.json': [
    '0 | alice_1 900,36 340x256',
    '900 | alice_1 900,36 340x256 | bob_1 860,240 340x192',
    '4500 | alice_2 0,0 1280x720 | alice_1 900,36 340x256 | bob_1 860,240 340x192',
    '17066.667 | alice_1 900,36 340x256 | bob_1 860,240 340x192',
  ],
  'resize-crop.json': TILE_2,
  'resize-stretch.json': TILE_2,
  // Carol is not heard, so she is gone with her last picture, before her sound ends.
  'subscribe.json': [
    '0 | alice_1 0,0 1280x720',
    '4500 | alice_1 0,0 1024x720 | alice_2 1024,0 256x180',
    '8433.333 | alice_1 0,0 1024x720 | alice_2 1024,0 256x180 | carol_1 1024,180 256x180',
    '16466.667 | alice_1 0,0 1024x720 | alice_2 1024,0 256x180',
    '17066.667 | alice_1 0,0 1280x720',
  ],
  'updates.json': [
    '0 | alice_1 0,0 1280x720',
    '900 | alice_1 0,180 640x360 | bob_1 640,180 640x360',
    '4500 | alice_2 0,0 1024x720 | alice_1 1024,0 256x180 | bob_1 1024,180 256x180',
    '8433.333 | alice_2 0,0 1024x720 | alice_1 1024,0 256x180 | bob_1 1024,180 256x180 | carol_1 1024,360 256x180',
    '14000 | alice_2 0,0 1024x720 | alice_1 1024,0 256x180 | bob_1 1024,180 256x180',
    '17066.667 | alice_1 0,0 1024x720 | bob_1 1024,0 256x180',
  ],
  'watermarks.json': TILE_2,
}

/** Only what a job is meant to warn of. */
const WARNINGS: Record<string, readonly string[]> = {
  'positions-manual.json': ['streamNeverSeen'],
}

let place: Workplace
beforeAll(async () => {
  place = await makeWorkplace()
  const bucket = join(HOME, 'mixer/bucket')
  await cp(join(bucket, 'urtc'), join(place.bucket, 'urtc'), { recursive: true })
  await cp(join(bucket, `${DEMO_ID}.json`), join(place.bucket, `${DEMO_ID}.json`))
  await mkdir(join(place.folder, 'gallery'))
  await cp(join(GALLERY, 'logo.png'), join(place.folder, 'gallery/logo.png'))
})
afterAll(() => place?.remove())

it('is all of the gallery', async () => {
  const files = (await readdir(GALLERY)).filter((name) => name.endsWith('.json'))
  expect(files.sort()).toEqual([...Object.keys(EXPECTED), 's3.json'].sort())
})

describe.each(Object.entries(EXPECTED))('%s', (name, rows) => {
  const warnings = WARNINGS[name] ?? []

  it('is planned as it should be', async () => {
    const ended = await place.run(['plan', '--strict', '--json', join(GALLERY, name)])
    expect(ended).toMatchObject({ code: 0 })
    const result = JSON.parse(ended.stdout) as Result
    expect(result.segments.map(rowOf)).toEqual(rows)
    expectWhole(result)
    expect(result.warnings.map(({ code }) => code)).toEqual(warnings)
  })

  it('is made as it is planned', async () => {
    const cfg = smaller(
      parse(await readFile(join(GALLERY, name), 'utf8'), [], { allowTrailingComma: true }) as Changes,
    )
    const path = await place.write(`gallery/${name}`, cfg)
    const ended = await place.run(['--strict', '--json', path], { env: { OWT_VIDEO_PRESET: 'ultrafast' } })
    expect(ended).toMatchObject({ code: 0 })
    const result = JSON.parse(ended.stdout) as Result
    const { output, segments } = result
    expect(result.warnings.map(({ code }) => code)).toEqual(warnings)
    expect(result.skipped).toEqual([])
    // The same people at the same times, in rectangles that are about a quarter of the published ones.
    expect(segments.map(peopleOf)).toEqual(rows.map((row) => row.replaceAll(/ \d+,\d+ \d+x\d+/g, '')))
    expectWhole(result)

    const file = await readFinished(output?.path ?? '')
    expect(output).toMatchObject({ key: `output/${name.replace('.json', '.mp4')}`, durationMs: LENGTH_MS })
    expect(file.audio?.startMs).toBe(0)
    expect(Math.abs((file.audio?.endMs ?? 0) - LENGTH_MS)).toBeLessThan(1000 / 30)
    if (name === 'audio-only.json') {
      expect(output).toMatchObject({ frames: null, width: null, height: null, fps: null, videoCodec: null })
      expect(file.video).toBeUndefined()
    } else {
      expect(output).toMatchObject({ frames: FRAMES, width: 320, height: 180 })
      expect(file.video?.frames).toBe(FRAMES)
    }
  })
})

describe('s3.json', () => {
  it('says which credentials are to be filled in', async () => {
    const ended = await place.run([join(GALLERY, 's3.json')])
    await expectFailure({ place, ended, code: 1, jobId: DEMO_ID, says: /no credentials were found/ })
    expect(ended.stderr).toBe(
      'error: ucloud bucket "my-recordings": no credentials were found; give PublicKey and SecretKey in StorageConfig, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY\n',
    )
  })
})

type Segment = Result['segments'][number]

function rowOf({ startMs, layout }: Segment): string {
  return [startMs, ...layout.map((p) => `${p.streamId} ${p.x},${p.y} ${p.width}x${p.height}`)].join(' | ')
}

function peopleOf({ startMs, layout }: Segment): string {
  return [startMs, ...layout.map(({ streamId }) => streamId)].join(' | ')
}

/** Segments follow one another from 0 to the end without a hole. */
function expectWhole({ segments }: Result): void {
  if (segments.length === 0) return
  expect(segments.map(({ startMs }) => startMs)).toEqual([
    0,
    ...segments.slice(0, -1).map(({ endMs }) => endMs),
  ])
  expect(segments.at(-1)?.endMs).toBe(LENGTH_MS)
}

/** The job on a small canvas, with everything that is given in pixels. */
function smaller(cfg: Changes): Changes {
  const { PositionConfig, WaterMark } = (cfg as { Data: { MixerConfig: Record<string, unknown> } }).Data
    .MixerConfig
  const positions = PositionConfig as { Region: Record<string, number> }[] | undefined
  const marks = WaterMark as { X: number; Y: number }[] | undefined
  const toFour = (value: number) => Math.round(value / SMALLER / 4) * 4
  return changed(cfg, {
    Data: {
      TranscodingConfig: { Video: { Width: 1280 / SMALLER, Height: 720 / SMALLER, BitRate: 200 } },
      MixerConfig: {
        ...(positions && {
          PositionConfig: positions.map((one) => ({
            ...one,
            Region: Object.fromEntries(
              Object.entries(one.Region).map(([key, value]) => [key, key === 'Z' ? value : toFour(value)]),
            ),
          })),
        }),
        ...(marks && {
          WaterMark: marks.map((mark) => ({ ...mark, X: mark.X / SMALLER, Y: mark.Y / SMALLER })),
        }),
      },
    },
  })
}
