import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printGraph } from '../../../src/graph/print.ts'
import { input } from '../../../src/graph/node.ts'
import { type TileShape, tileShape, tileStream } from '../../../src/graph/tile.ts'
import type { Fit } from '../../../src/model/job.ts'
import type { FrameRange } from '../../../src/model/timeline.ts'
import { makeCanvas, makeClip, makeRecording, makeVideo } from '../../harness/builders.ts'

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
        filters: 'scale=w=320:h=180:flags=bicubic,setsar=sar=1',
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
      filters: 'scale=w=240:h=180:flags=bicubic,setsar=sar=1',
      width: 240,
      height: 180,
      x: 40,
      y: 0,
      onBackdrop: false,
    })
    expect(printed({ fit: 'cover', video })).toEqual({
      filters: 'scale=w=320:h=240:flags=bicubic,crop=w=320:h=180:x=0:y=30,setsar=sar=1',
      width: 320,
      height: 180,
      x: 0,
      y: 0,
      onBackdrop: false,
    })
    expect(printed({ fit: 'stretch', video })).toEqual({
      filters: 'scale=w=320:h=180:flags=bicubic,setsar=sar=1',
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
      filters: `scale=w=${lies ? 180 : 320}:h=${lies ? 102 : 180}:flags=bicubic,${turn},setsar=sar=1`,
      width: lies ? 102 : 320,
      height: 180,
      x: lies ? 108 : 0,
      y: 0,
      onBackdrop: false,
    })
    expect(printed({ fit: 'cover', video: sized(640, 360, { rotation }) }).filters).toBe(
      lies
        ? `scale=w=568:h=320:flags=bicubic,${turn},crop=w=320:h=180:x=0:y=194,setsar=sar=1`
        : `scale=w=320:h=180:flags=bicubic,${turn},setsar=sar=1`,
    )
  })

  it('pixels that are not square', () => {
    // 720 x 576 with pixels of 64:45 is 16:9.
    const video = sized(720, 576, { pixelAspect: 64 / 45 })
    expect(printed({ fit: 'contain', video })).toMatchObject({ width: 320, height: 180, x: 0, y: 0 })
    expect(printed({ fit: 'contain', video: { ...video, rotation: 90 } })).toMatchObject({
      filters: 'scale=w=180:h=102:flags=bicubic,transpose=dir=clock,setsar=sar=1',
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
      filters: 'scale=w=320:h=180:flags=bicubic,setsar=sar=1',
      onBackdrop: false,
    })
  })

  it('only sizes that are shown count', () => {
    const at = (startFrame: number, endFrame: number) =>
      printed({ fit: 'contain', video: CHANGING, uses: [{ startFrame, endFrame }] }).filters
    expect(at(0, 20)).toBe('scale=w=320:h=180:flags=bicubic,setsar=sar=1')
    expect(at(20, 60)).toBe('scale=w=136:h=180:flags=bicubic,setsar=sar=1')
    expect(at(70, 100)).toBe('scale=w=240:h=180:flags=bicubic,setsar=sar=1')
    // Pictures before the first size is known have that size.
    const late = { ...CHANGING, fromMs: 5000, sizes: [{ fromMs: 5000, width: 640, height: 480 }] }
    expect(printed({ fit: 'contain', video: late, uses: [{ startFrame: 0, endFrame: 5 }] }).filters).toBe(
      'scale=w=240:h=180:flags=bicubic,setsar=sar=1',
    )
  })
})

describe('pictures whose shape changes', () => {
  it('contain: each is fitted by its own size and centred on a backdrop', () => {
    expect(printed({ fit: 'contain', video: CHANGING })).toMatchInlineSnapshot(`
      {
        "filters": "scale=w=2*round(min(320\\,180*iw*1/ih)/2):h=2*round(min(180\\,320/(iw*1/ih))/2):flags=bicubic:eval=frame,setsar=sar=1",
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
        "filters": "scale=w=2*round(min(180\\,320*iw*1/ih)/2):h=2*round(min(320\\,180/(iw*1/ih))/2):flags=bicubic:eval=frame,pad=width=max(iw\\,180):height=max(ih\\,320):x=2*floor((ow-iw)/4):y=2*floor((oh-ih)/4):eval=frame:color=black@0,transpose=dir=clock,setsar=sar=1",
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
        "filters": "scale=w=2*round(min(4096\\,max(320\\,180*iw*1/ih))/2):h=2*round(min(4096\\,max(180\\,320/(iw*1/ih)))/2):flags=bicubic:eval=frame,pad=width=max(iw\\,320):height=max(ih\\,426):x=2*floor((ow-iw)/4):y=2*floor((oh-ih)/4):eval=frame,crop=w=320:h=180:x=0:y=122,setsar=sar=1",
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
          "filters": "scale=w=2*round(min(4096\\,max(180\\,320*iw*2/ih))/2):h=2*round(min(4096\\,max(320\\,180/(iw*2/ih)))/2):flags=bicubic:eval=frame,pad=width=max(iw\\,1138):height=max(ih\\,320):x=2*floor((ow-iw)/4):y=2*floor((oh-ih)/4):eval=frame,crop=w=180:h=320:x=478:y=0,transpose=dir=cclock,setsar=sar=1",
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
      filters: 'scale=w=320:h=180:flags=bicubic,setsar=sar=1',
      onBackdrop: false,
    })
  })
})

describe('freak pictures', () => {
  it('of 2 x 4000 pixels are squeezed, not made huge', () => {
    const region = { width: 640, height: 360 }
    expect(printed({ fit: 'cover', video: sized(2, 4000), region })).toEqual({
      filters: 'scale=w=640:h=4096:flags=bicubic,crop=w=640:h=360:x=0:y=1868,setsar=sar=1',
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
    ).toBe('scale=w=1280:h=2276:flags=bicubic,crop=w=1280:h=120:x=0:y=1078,setsar=sar=1')
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

describe('a clip’s tiles on the frame grid', () => {
  function streamOf(options: {
    uses: readonly FrameRange[]
    video?: Video
    offsetMs?: number
    matrix?: 'bt601' | 'bt709'
    toneMaps?: boolean
  }) {
    const { uses, video = {}, offsetMs = 0, matrix = 'bt709', toneMaps = true } = options
    const clip = clipOf(video, offsetMs)
    const canvas = makeCanvas()
    const shape = tileShape({
      fit: 'contain',
      clip,
      region: { width: 320, height: 180 },
      uses,
      fps: canvas.fps,
    })
    return printGraph({
      out: tileStream({ from: input('video', 0), clip, uses, shape, matrix, canvas, toneMaps }),
    })
  }

  it('the whole of a clip', () => {
    expect(streamOf({ uses: [{ startFrame: 0, endFrame: 100 }] })).toMatchInlineSnapshot(`
      "[0:V:0]scale=w=320:h=180:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,format=pix_fmts=yuv420p,setsar=sar=1,tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,0/TB)\\,0/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,0/TB))),fps=fps=10:start_time=0,tpad=stop=100:stop_mode=clone[out]
      "
    `)
  })

  it('of high dynamic range is tone-mapped behind scaling, where ffmpeg can', () => {
    const hlg = { colour: { matrix: 'bt2020', range: 'limited', hdr: 'hlg' } } as const
    const uses = [{ startFrame: 0, endFrame: 100 }]
    expect(streamOf({ uses, video: hlg })).toContain(
      '[0:V:0]scale=w=320:h=180:flags=bicubic,format=pix_fmts=yuv420p10le,zscale=matrixin=2020_ncl:primariesin=2020:primaries=2020:rangein=limited:transferin=arib-std-b67:transfer=linear:npl=203,format=pix_fmts=gbrpf32le,tonemap=tonemap=mobius:param=0.7:desat=0,zscale=primaries=709:transfer=709:matrix=709:range=limited,format=pix_fmts=yuv420p,',
    )
    expect(streamOf({ uses, video: hlg, toneMaps: false })).not.toContain('tonemap')
  })

  it('that is transparent in places lies on a backdrop with its alpha, and no other', () => {
    const uses = [{ startFrame: 0, endFrame: 100 }]
    for (const alpha of ['decoded', 'beside'] as const) {
      const graph = streamOf({ uses, video: { alpha } })
      expect(graph).toContain('format=pix_fmts=yuva420p')
      expect(graph).toContain('overlay=')
    }
    expect(streamOf({ uses })).not.toMatch(/yuva|overlay/)
  })

  it('that is interlaced is deinterlaced first, and no other', () => {
    const uses = [{ startFrame: 0, endFrame: 100 }]
    expect(streamOf({ uses, video: { isInterlaced: true } })).toContain(
      '[0:V:0]bwdif=mode=send_frame:parity=auto:deint=interlaced,scale=w=320',
    )
    expect(streamOf({ uses })).not.toContain('bwdif')
  })

  it('parts of it: pictures that no use needs are dropped first', () => {
    expect(
      streamOf({
        uses: [
          { startFrame: 20, endFrame: 30 },
          { startFrame: 31, endFrame: 40 },
          { startFrame: 60, endFrame: 70 },
        ],
        video: { fromMs: 50, everyMs: 200 },
        offsetMs: 1000,
      }),
    ).toMatchInlineSnapshot(`
      "[0:V:0]select=expr=between(t\\,1.8495\\,4.2505)+between(t\\,5.8495\\,7.2505),scale=w=320:h=180:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,format=pix_fmts=yuv420p,setsar=sar=1,tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,2/TB)\\,2/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,2/TB))),fps=fps=10:start_time=2,tpad=stop=50:stop_mode=clone[out]
      "
    `)
  })

  it('a picture that came long before is still due', () => {
    expect(
      streamOf({
        uses: [{ startFrame: 50, endFrame: 90 }],
        video: { timesMs: [0, 100, 9900], endMs: 10_000 },
      }),
    ).toMatchInlineSnapshot(`
      "[0:V:0]select=expr=between(t\\,0.0995\\,9.9005),scale=w=320:h=180:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,format=pix_fmts=yuv420p,setsar=sar=1,tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,5/TB)\\,5/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,5/TB))),fps=fps=10:start_time=5,tpad=stop=40:stop_mode=clone[out]
      "
    `)
  })

  it('colours are named, also where they are the canvas’s', () => {
    const uses = [{ startFrame: 0, endFrame: 100 }]
    const filterOf = (matrix: 'bt601' | 'bt709' | 'bt2020', range: 'limited' | 'full') =>
      streamOf({ uses, video: { colour: { matrix, range } } }).split(',')[0]
    expect(filterOf('bt709', 'full')).toBe(
      '[0:V:0]scale=w=320:h=180:flags=bicubic:in_range=full:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709',
    )
    expect(filterOf('bt601', 'limited')).toBe(
      '[0:V:0]scale=w=320:h=180:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt601:out_color_matrix=bt709',
    )
    expect(filterOf('bt2020', 'limited')).toBe(
      '[0:V:0]scale=w=320:h=180:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt2020:out_color_matrix=bt709',
    )
  })

  it('changing shapes lie on a backdrop of the region’s size', () => {
    expect(streamOf({ uses: [{ startFrame: 10, endFrame: 90 }], video: CHANGING })).toMatchInlineSnapshot(`
      "color=color=0x000000:size=320x180:rate=10,trim=end_frame=1,format=pix_fmts=rgb24,scale=out_color_matrix=bt709:out_range=limited,format=pix_fmts=yuv420p,setsar=sar=1,loop=loop=79:size=1,settb=expr=1/10,setpts=expr=N+10[v1];
      [0:V:0]select=expr=between(t\\,0.9995\\,9.2005),scale=w=2*round(min(320\\,180*iw*1/ih)/2):h=2*round(min(180\\,320/(iw*1/ih))/2):flags=bicubic:eval=frame:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,format=pix_fmts=yuva420p,setsar=sar=1,tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,1/TB)\\,1/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,1/TB))),fps=fps=10:start_time=1,tpad=stop=80:stop_mode=clone[v2];
      [v1][v2]overlay=x=2*floor((W-w)/4):y=2*floor((H-h)/4):eval=frame:format=yuv420[out]
      "
    `)
  })
})
