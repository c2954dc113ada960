import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printGraph } from '../../../src/graph/print.ts'
import { input } from '../../../src/graph/node.ts'
import { type TileShape, tileShape } from '../../../src/graph/tile.ts'
import type { Fit } from '../../../src/model/job.ts'
import type { FrameRange } from '../../../src/model/timeline.ts'
import { makeClip, makeRecording, makeVideo } from '../../harness/builders.ts'

type Video = Parameters<typeof makeVideo>[0]

const clipOf = (video: Video, offsetMs = 0) =>
  makeClip({ offsetMs, recording: makeRecording({ video: makeVideo(video) }) })

function shapeOf(options: {
  fit: Fit
  video?: Video
  region?: { width: number; height: number }
  uses?: readonly FrameRange[]
}): TileShape {
  const { fit, video = {}, region = { width: 320, height: 180 } } = options
  const uses = options.uses ?? [{ startFrame: 0, endFrame: 100 }]
  return tileShape({ fit, clip: clipOf(video), region, uses, fps: 10 })
}

/** The shape with its filters as ffmpeg reads them. */
function printed(options: Parameters<typeof shapeOf>[0]) {
  const { filters, ...place } = shapeOf(options)
  const graph = printGraph({
    out: { kind: 'filtered', medium: 'video', filters, from: [input('video', 0)] },
  })
  return { filters: graph.trim().replace('[0:V:0]', '').replace('[out]', ''), ...place }
}

const sized = (width: number, height: number, more: Video = {}): Video => ({
  sizes: [{ fromMs: 0, width, height }],
  ...more,
})

const CHANGING: Video = {
  sizes: [
    { fromMs: 0, width: 640, height: 360 },
    { fromMs: 2000, width: 480, height: 640 },
    { fromMs: 6000, width: 320, height: 240 },
  ],
}

describe('pictures of one shape', () => {
  it('of the region’s shape fill it, whatever the fit', () => {
    for (const fit of ['stretch', 'contain', 'cover'] as const) {
      expect(printed({ fit })).toEqual({
        filters: 'scale=w=320:h=180:flags=bicubic',
        width: 320,
        height: 180,
        x: 0,
        y: 0,
        onBackdrop: false,
      })
    }
  })

  it('4:3 in 16:9: letterbox, crop, stretch', () => {
    const video = sized(640, 480)
    expect(printed({ fit: 'contain', video })).toEqual({
      filters: 'scale=w=240:h=180:flags=bicubic',
      width: 240,
      height: 180,
      x: 40,
      y: 0,
      onBackdrop: false,
    })
    expect(printed({ fit: 'cover', video })).toEqual({
      filters: 'scale=w=320:h=240:flags=bicubic,crop=w=320:h=180:x=0:y=30',
      width: 320,
      height: 180,
      x: 0,
      y: 0,
      onBackdrop: false,
    })
    expect(printed({ fit: 'stretch', video })).toEqual({
      filters: 'scale=w=320:h=180:flags=bicubic',
      width: 320,
      height: 180,
      x: 0,
      y: 0,
      onBackdrop: false,
    })
  })

  it.each([
    [90, 'transpose=dir=clock'],
    [180, 'hflip,vflip'],
    [270, 'transpose=dir=cclock'],
  ] as const)('a turn by %d degrees is done on the scaled picture', (rotation, turn) => {
    const lies = rotation !== 180
    expect(printed({ fit: 'contain', video: sized(640, 360, { rotation }) })).toEqual({
      filters: `scale=w=${lies ? 180 : 320}:h=${lies ? 102 : 180}:flags=bicubic,${turn}`,
      width: lies ? 102 : 320,
      height: 180,
      x: lies ? 108 : 0,
      y: 0,
      onBackdrop: false,
    })
    expect(printed({ fit: 'cover', video: sized(640, 360, { rotation }) }).filters).toBe(
      lies
        ? `scale=w=568:h=320:flags=bicubic,${turn},crop=w=320:h=180:x=0:y=194`
        : `scale=w=320:h=180:flags=bicubic,${turn}`,
    )
  })

  it('pixels that are not square', () => {
    // 720 x 576 with pixels of 64:45 is 16:9.
    const video = sized(720, 576, { pixelAspect: 64 / 45 })
    expect(printed({ fit: 'contain', video })).toMatchObject({ width: 320, height: 180, x: 0, y: 0 })
    expect(printed({ fit: 'contain', video: { ...video, rotation: 90 } })).toMatchObject({
      filters: 'scale=w=180:h=102:flags=bicubic,transpose=dir=clock',
      width: 102,
      height: 180,
    })
  })

  it('sizes of one shape are steady, though they differ', () => {
    const video: Video = {
      sizes: [
        { fromMs: 0, width: 1280, height: 720 },
        { fromMs: 2000, width: 320, height: 180 },
        { fromMs: 4000, width: 642, height: 360 },
      ],
    }
    expect(printed({ fit: 'contain', video })).toMatchObject({
      filters: 'scale=w=320:h=180:flags=bicubic',
      onBackdrop: false,
    })
  })

  it('only sizes that are shown count', () => {
    const at = (startFrame: number, endFrame: number) =>
      printed({ fit: 'contain', video: CHANGING, uses: [{ startFrame, endFrame }] }).filters
    expect(at(0, 20)).toBe('scale=w=320:h=180:flags=bicubic')
    expect(at(20, 60)).toBe('scale=w=136:h=180:flags=bicubic')
    expect(at(70, 100)).toBe('scale=w=240:h=180:flags=bicubic')
    // Pictures before the first size is known have that size.
    const late = { ...CHANGING, fromMs: 5000, sizes: [{ fromMs: 5000, width: 640, height: 480 }] }
    expect(printed({ fit: 'contain', video: late, uses: [{ startFrame: 0, endFrame: 5 }] }).filters).toBe(
      'scale=w=240:h=180:flags=bicubic',
    )
  })
})

describe('pictures whose shape changes', () => {
  it('contain: each is fitted by its own size and centred on a backdrop', () => {
    expect(printed({ fit: 'contain', video: CHANGING })).toMatchInlineSnapshot(`
      {
        "filters": "scale=w=2*round(min(320\\,180*iw*1/ih)/2):h=2*round(min(180\\,320/(iw*1/ih))/2):flags=bicubic:eval=frame",
        "frame": {
          "height": 180,
          "width": 320,
        },
        "height": 180,
        "onBackdrop": true,
        "width": 320,
        "x": 0,
        "y": 0,
      }
    `)
  })

  it('contain, turned: the region is turned, not the picture', () => {
    expect(printed({ fit: 'contain', video: { ...CHANGING, rotation: 90 } })).toMatchInlineSnapshot(`
      {
        "filters": "scale=w=2*round(min(180\\,320*iw*1/ih)/2):h=2*round(min(320\\,180/(iw*1/ih))/2):flags=bicubic:eval=frame,pad=width=max(iw\\,180):height=max(ih\\,320):x=2*floor((ow-iw)/4):y=2*floor((oh-ih)/4):eval=frame:color=black@0,transpose=dir=clock",
        "frame": {
          "height": 320,
          "width": 180,
        },
        "height": 180,
        "onBackdrop": true,
        "width": 320,
        "x": 0,
        "y": 0,
      }
    `)
  })

  it('cover: each fills the region, its middle is kept', () => {
    expect(printed({ fit: 'cover', video: CHANGING })).toMatchInlineSnapshot(`
      {
        "filters": "scale=w=2*round(min(4096\\,max(320\\,180*iw*1/ih))/2):h=2*round(min(4096\\,max(180\\,320/(iw*1/ih)))/2):flags=bicubic:eval=frame,pad=width=max(iw\\,320):height=max(ih\\,426):x=2*floor((ow-iw)/4):y=2*floor((oh-ih)/4):eval=frame,crop=w=320:h=180:x=0:y=122",
        "frame": {
          "height": 426,
          "width": 320,
        },
        "height": 180,
        "onBackdrop": false,
        "width": 320,
        "x": 0,
        "y": 0,
      }
    `)
  })

  it('cover, turned, pixels that are not square', () => {
    expect(printed({ fit: 'cover', video: { ...CHANGING, rotation: 270, pixelAspect: 2 } }))
      .toMatchInlineSnapshot(`
        {
          "filters": "scale=w=2*round(min(4096\\,max(180\\,320*iw*2/ih))/2):h=2*round(min(4096\\,max(320\\,180/(iw*2/ih)))/2):flags=bicubic:eval=frame,pad=width=max(iw\\,1138):height=max(ih\\,320):x=2*floor((ow-iw)/4):y=2*floor((oh-ih)/4):eval=frame,crop=w=180:h=320:x=478:y=0,transpose=dir=cclock",
          "frame": {
            "height": 320,
            "width": 1138,
          },
          "height": 180,
          "onBackdrop": false,
          "width": 320,
          "x": 0,
          "y": 0,
        }
      `)
  })

  it('stretch knows no shapes', () => {
    expect(printed({ fit: 'stretch', video: CHANGING })).toMatchObject({
      filters: 'scale=w=320:h=180:flags=bicubic',
      onBackdrop: false,
    })
  })
})

describe('freak pictures', () => {
  it('of 2 x 4000 pixels are squeezed, not made huge', () => {
    const region = { width: 640, height: 360 }
    expect(printed({ fit: 'cover', video: sized(2, 4000), region })).toEqual({
      filters: 'scale=w=640:h=4096:flags=bicubic,crop=w=640:h=360:x=0:y=1868',
      width: 640,
      height: 360,
      x: 0,
      y: 0,
      onBackdrop: false,
    })
    expect(printed({ fit: 'contain', video: sized(2, 4000), region })).toMatchObject({
      width: 2,
      height: 360,
    })
  })

  it('a portrait picture in a wide strip keeps its shape', () => {
    expect(
      printed({ fit: 'cover', video: sized(360, 640), region: { width: 1280, height: 120 } }).filters,
    ).toBe('scale=w=1280:h=2276:flags=bicubic,crop=w=1280:h=120:x=0:y=1078')
  })

  it('whatever the source: the tile is what it says, and its scaled picture is bounded', () => {
    const side = fc.integer({ min: 1, max: 8192 })
    const even = fc.integer({ min: 1, max: 1920 }).map((half) => half * 2)
    fc.assert(
      fc.property(
        fc.constantFrom<Fit[]>('stretch', 'contain', 'cover'),
        fc.record({ width: side, height: side }),
        fc.record({ width: even, height: even }),
        fc.constantFrom(0 as const, 90 as const, 180 as const, 270 as const),
        (fit, size, region, rotation) => {
          const shape = shapeOf({ fit, region, video: { sizes: [{ fromMs: 0, ...size }], rotation } })
          const scale = shape.filters[0]?.options ?? {}
          const turned = rotation % 180 !== 0
          const [width, height] = turned
            ? [Number(scale['h']), Number(scale['w'])]
            : [Number(scale['w']), Number(scale['h'])]
          expect(width).toBeLessThanOrEqual(Math.max(4096, region.width))
          expect(height).toBeLessThanOrEqual(Math.max(4096, region.height))
          const crop = shape.filters.find((one) => one.name === 'crop')?.options ?? {
            w: width,
            h: height,
            x: 0,
            y: 0,
          }
          expect([crop['w'], crop['h']]).toEqual([shape.width, shape.height])
          expect(Number(crop['x']) + shape.width).toBeLessThanOrEqual(width)
          expect(Number(crop['y']) + shape.height).toBeLessThanOrEqual(height)
          expect(shape.x + shape.width).toBeLessThanOrEqual(region.width)
          expect(shape.y + shape.height).toBeLessThanOrEqual(region.height)
        },
      ),
    )
  })
})
