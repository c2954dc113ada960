import { describe, expect, it } from 'vitest'
import { pictureGraph } from '../../../src/graph/video.ts'
import { printGraph } from '../../../src/graph/print.ts'
import type { DrawableWatermark } from '../../../src/graph/watermark.ts'
import type { Fit, Rgb } from '../../../src/model/job.ts'
import type { Shot } from '../../../src/model/timeline.ts'
import { makeCanvas, makeClip, makeRecording, makeShot, makeVideo } from '../../harness/builders.ts'

function graph(
  shots: readonly Shot[],
  options: {
    fit?: Fit
    background?: Rgb
    watermarks?: readonly DrawableWatermark[]
    matrix?: 'bt601' | 'bt709'
  } = {},
): string {
  const { fit, background, watermarks = [], matrix = 'bt709' } = options
  return printGraph({
    out: pictureGraph({
      tolerant: false,
      toneMaps: true,
      canvas: makeCanvas(),
      matrix,
      shots: shots.map((shot) => ({
        ...shot,
        look: { ...shot.look, ...(fit && { fit }), ...(background && { background }) },
      })),
      inputOf: (clip) => clip.id,
      watermarksOf: () => watermarks,
    }),
  })
}

const clip = (id: number, video: Parameters<typeof makeVideo>[0] = {}) =>
  makeClip({ id, recording: makeRecording({ streamId: `user${id}_1`, video: makeVideo(video) }) })

const portrait = { sizes: [{ fromMs: 0, width: 360, height: 640 }] }
const changing = {
  sizes: [
    { fromMs: 0, width: 640, height: 360 },
    { fromMs: 5000, width: 480, height: 360 },
  ],
}

describe('one shot', () => {
  it('nobody: the background alone', () => {
    expect(graph([makeShot(0, 50)], { background: { r: 16, g: 128, b: 255 } })).toMatchInlineSnapshot(`
        "color=color=0x1080ff:size=640x360:rate=10,trim=end_frame=1,format=pix_fmts=rgb24,scale=out_color_matrix=bt709:out_range=limited,format=pix_fmts=yuv420p,loop=loop=49:size=1,settb=expr=1/10,setpts=expr=N+1[v2];
        [v2]trim=start_pts=1:end_pts=51[v1];
        [v1]format=pix_fmts=yuv420p,sidedata=mode=delete,setparams=range=limited:colorspace=bt709:color_primaries=bt709:color_trc=bt709,settb=expr=1/10,setpts=expr=N[out]
        "
      `)
  })

  it('one stream on the whole canvas: nothing is stacked', () => {
    expect(graph([makeShot(0, 100, [clip(0), 0, 0, 640, 360])])).toMatchInlineSnapshot(`
      "[0:V:0]scale=w=640:h=360:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,0/TB)\\,0/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,0/TB))),fps=fps=10:start_time=0,tpad=stop=100:stop_mode=clone[v4];
      [v4]tpad=start=1[v3];
      [v3]trim=start_pts=1:end_pts=101[v2];
      [v2]setsar=sar=1[v1];
      [v1]format=pix_fmts=yuv420p,sidedata=mode=delete,setparams=range=limited:colorspace=bt709:color_primaries=bt709:color_trc=bt709,settb=expr=1/10,setpts=expr=N[out]
      "
    `)
  })

  it('2 x 2: the tiles cover the canvas, no backdrop is needed', () => {
    expect(
      graph([
        makeShot(
          0,
          100,
          [clip(0), 0, 0, 320, 180],
          [clip(1), 320, 0, 320, 180],
          [clip(2), 0, 180, 320, 180],
          [clip(3), 320, 180, 320, 180],
        ),
      ]),
    ).toMatchInlineSnapshot(`
      "[0:V:0]scale=w=320:h=180:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,0/TB)\\,0/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,0/TB))),fps=fps=10:start_time=0,tpad=stop=100:stop_mode=clone[v4];
      [v4]tpad=start=1[v3];
      [v3]trim=start_pts=1:end_pts=101[v2];
      [1:V:0]scale=w=320:h=180:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,0/TB)\\,0/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,0/TB))),fps=fps=10:start_time=0,tpad=stop=100:stop_mode=clone[v8];
      [v8]tpad=start=1[v7];
      [v7]trim=start_pts=1:end_pts=101[v6];
      [2:V:0]scale=w=320:h=180:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,0/TB)\\,0/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,0/TB))),fps=fps=10:start_time=0,tpad=stop=100:stop_mode=clone[v12];
      [v12]tpad=start=1[v11];
      [v11]trim=start_pts=1:end_pts=101[v10];
      [3:V:0]scale=w=320:h=180:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,0/TB)\\,0/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,0/TB))),fps=fps=10:start_time=0,tpad=stop=100:stop_mode=clone[v16];
      [v16]tpad=start=1[v15];
      [v15]trim=start_pts=1:end_pts=101[v14];
      [v2][v6][v10][v14]xstack=inputs=4:layout=0_0|320_0|0_180|320_180,setsar=sar=1[v1];
      [v1]format=pix_fmts=yuv420p,sidedata=mode=delete,setparams=range=limited:colorspace=bt709:color_primaries=bt709:color_trc=bt709,settb=expr=1/10,setpts=expr=N[out]
      "
    `)
  })

  it('a letterbox lies on the background', () => {
    expect(graph([makeShot(0, 100, [clip(0, portrait), 0, 0, 640, 360])])).toMatchInlineSnapshot(`
      "color=color=0x000000:size=640x360:rate=10,trim=end_frame=1,format=pix_fmts=rgb24,scale=out_color_matrix=bt709:out_range=limited,format=pix_fmts=yuv420p,loop=loop=99:size=1,settb=expr=1/10,setpts=expr=N+1[v3];
      [v3]trim=start_pts=1:end_pts=101[v2];
      [0:V:0]scale=w=202:h=360:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,0/TB)\\,0/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,0/TB))),fps=fps=10:start_time=0,tpad=stop=100:stop_mode=clone[v6];
      [v6]tpad=start=1[v5];
      [v5]trim=start_pts=1:end_pts=101[v4];
      [v2][v4]xstack=inputs=2:layout=0_0|218_0[v1];
      [v1]format=pix_fmts=yuv420p,sidedata=mode=delete,setparams=range=limited:colorspace=bt709:color_primaries=bt709:color_trc=bt709,settb=expr=1/10,setpts=expr=N[out]
      "
    `)
  })

  it('over another picture a letterbox brings its own background', () => {
    expect(graph([makeShot(0, 100, [clip(0), 0, 0, 640, 360], [clip(1, portrait), 400, 200, 160, 90])]))
      .toMatchInlineSnapshot(`
        "[0:V:0]scale=w=640:h=360:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,0/TB)\\,0/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,0/TB))),fps=fps=10:start_time=0,tpad=stop=100:stop_mode=clone[v4];
        [v4]tpad=start=1[v3];
        [v3]trim=start_pts=1:end_pts=101[v2];
        color=color=0x000000:size=160x90:rate=10,trim=end_frame=1,format=pix_fmts=rgb24,scale=out_color_matrix=bt709:out_range=limited,format=pix_fmts=yuv420p,loop=loop=99:size=1,settb=expr=1/10,setpts=expr=N+1[v6];
        [1:V:0]scale=w=50:h=90:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,0/TB)\\,0/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,0/TB))),fps=fps=10:start_time=0,tpad=stop=100:stop_mode=clone[v9];
        [v9]tpad=start=1[v8];
        [v8]trim=start_pts=1:end_pts=101[v7];
        [v2][v6][v7]xstack=inputs=3:layout=0_0|400_200|454_200,setsar=sar=1[v1];
        [v1]format=pix_fmts=yuv420p,sidedata=mode=delete,setparams=range=limited:colorspace=bt709:color_primaries=bt709:color_trc=bt709,settb=expr=1/10,setpts=expr=N[out]
        "
      `)
  })

  it('one that fills its region needs none', () => {
    expect(
      graph([makeShot(0, 100, [clip(0), 0, 0, 640, 360], [clip(1, portrait), 400, 200, 160, 90])], {
        fit: 'cover',
      }),
    ).toMatchInlineSnapshot(`
      "[0:V:0]scale=w=640:h=360:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,0/TB)\\,0/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,0/TB))),fps=fps=10:start_time=0,tpad=stop=100:stop_mode=clone[v4];
      [v4]tpad=start=1[v3];
      [v3]trim=start_pts=1:end_pts=101[v2];
      [1:V:0]scale=w=160:h=284:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,crop=w=160:h=90:x=0:y=96,tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,0/TB)\\,0/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,0/TB))),fps=fps=10:start_time=0,tpad=stop=100:stop_mode=clone[v8];
      [v8]tpad=start=1[v7];
      [v7]trim=start_pts=1:end_pts=101[v6];
      [v2][v6]xstack=inputs=2:layout=0_0|400_200,setsar=sar=1[v1];
      [v1]format=pix_fmts=yuv420p,sidedata=mode=delete,setparams=range=limited:colorspace=bt709:color_primaries=bt709:color_trc=bt709,settb=expr=1/10,setpts=expr=N[out]
      "
    `)
  })

  it('sizes that vary in mid file', () => {
    expect(graph([makeShot(0, 100, [clip(0, changing), 0, 0, 640, 360])])).toMatchInlineSnapshot(`
      "color=color=0x000000:size=640x360:rate=10,trim=end_frame=1,format=pix_fmts=rgb24,scale=out_color_matrix=bt709:out_range=limited,format=pix_fmts=yuv420p,loop=loop=99:size=1,settb=expr=1/10,setpts=expr=N[v5];
      [0:V:0]scale=w=2*round(min(640\\,360*iw*1/ih)/2):h=2*round(min(360\\,640/(iw*1/ih))/2):flags=bicubic:eval=frame:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,format=pix_fmts=yuva420p,tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,0/TB)\\,0/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,0/TB))),fps=fps=10:start_time=0,tpad=stop=100:stop_mode=clone[v6];
      [v5][v6]overlay=x=2*floor((W-w)/4):y=2*floor((H-h)/4):eval=frame:format=yuv420[v4];
      [v4]setpts=expr=PTS+1[v3];
      [v3]trim=start_pts=1:end_pts=101[v2];
      [v2]setsar=sar=1[v1];
      [v1]format=pix_fmts=yuv420p,sidedata=mode=delete,setparams=range=limited:colorspace=bt709:color_primaries=bt709:color_trc=bt709,settb=expr=1/10,setpts=expr=N[out]
      "
    `)
  })
})

describe('several shots', () => {
  it('follow one another; a clip is decoded once, and scaled once per size', () => {
    const a = clip(0)
    const b = clip(1)
    expect(
      graph([
        makeShot(0, 20, [a, 0, 0, 640, 360]),
        makeShot(20, 60, [a, 0, 90, 320, 180], [b, 320, 90, 320, 180]),
        makeShot(60, 100, [a, 0, 0, 640, 360]),
      ]),
    ).toMatchInlineSnapshot(`
      "[0:V:0]tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,0/TB)\\,0/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,0/TB))),fps=fps=10:start_time=0,tpad=stop=100:stop_mode=clone,split=2[v7][v8];
      [v7]select=expr=between(pts\\,0\\,20)+between(pts\\,60\\,100),scale=w=640:h=360:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709[v6];
      [v6]tpad=start=1,split=2[v4][v5];
      [v4]trim=start_pts=1:end_pts=21[v3];
      [v3]setsar=sar=1[v2];
      color=color=0x000000:size=640x360:rate=10,trim=end_frame=1,format=pix_fmts=rgb24,scale=out_color_matrix=bt709:out_range=limited,format=pix_fmts=yuv420p,loop=loop=99:size=1,settb=expr=1/10,setpts=expr=N+1[v12];
      [v12]trim=start_pts=21:end_pts=61[v11];
      [v8]select=expr=between(pts\\,20\\,60),scale=w=320:h=180:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709[v15];
      [v15]tpad=start=1[v14];
      [v14]trim=start_pts=21:end_pts=61[v13];
      [1:V:0]select=expr=between(t\\,1.9995\\,6.2005),tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,2/TB)\\,2/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,2/TB))),fps=fps=10:start_time=2,tpad=stop=40:stop_mode=clone[v19];
      [v19]scale=w=320:h=180:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709[v18];
      [v18]tpad=start=1[v17];
      [v17]trim=start_pts=21:end_pts=61[v16];
      [v11][v13][v16]xstack=inputs=3:layout=0_0|0_90|320_90[v10];
      [v5]trim=start_pts=61:end_pts=101[v22];
      [v22]setsar=sar=1[v21];
      [v2][v10][v21]concat=n=3[v1];
      [v1]format=pix_fmts=yuv420p,sidedata=mode=delete,setparams=range=limited:colorspace=bt709:color_primaries=bt709:color_trc=bt709,settb=expr=1/10,setpts=expr=N[out]
      "
    `)
  })

  it('a later chunk counts its frames from 0, and its tiles from output time', () => {
    expect(graph([makeShot(40, 60, [clip(0), 0, 0, 640, 360])], { matrix: 'bt601' })).toMatchInlineSnapshot(`
      "[0:V:0]select=expr=between(t\\,3.9995\\,6.2005),tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,4/TB)\\,4/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,4/TB))),fps=fps=10:start_time=4,tpad=stop=20:stop_mode=clone[v5];
      [v5]scale=w=640:h=360:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt601[v4];
      [v4]tpad=start=1[v3];
      [v3]trim=start_pts=41:end_pts=61[v2];
      [v2]setsar=sar=1[v1];
      [v1]format=pix_fmts=yuv420p,sidedata=mode=delete,setparams=range=limited:colorspace=smpte170m:color_primaries=bt709:color_trc=bt709,settb=expr=1/10,setpts=expr=N[out]
      "
    `)
  })

  it('there must be one', () => {
    expect(() => graph([])).toThrow('a graph needs at least one shot')
  })
})

describe('watermarks', () => {
  const at = (x: number, y: number, alpha = 1) => ({ x, y, alpha })
  const type = { fontFile: "/fonts/it's.otf", sizePx: 15 }
  const onto = (watermarks: readonly DrawableWatermark[], startFrame = 0) =>
    graph([makeShot(startFrame, startFrame + 10)], { watermarks })
      // The picture below them is another test's.
      .replace(/^[^]*?settb=expr=1\/10,setpts=expr=N(?:\+\d+)?(?=[,[])/, '<picture>')

  it('time: output time 0 in the zone, read as UTC', () => {
    expect(
      onto([
        { kind: 'time', ...at(16, 20), type, clocks: [{ fromFrame: 0, localStartMs: 1_700_028_800_250 }] },
      ]),
    ).toMatchInlineSnapshot(`
      "<picture>[v4];
      [v4]trim=start_pts=1:end_pts=11[v3];
      [v3]settb=expr=1/10,setpts=expr=N[v2];
      [v2]drawtext=text=%{pts\\\\:gmtime\\\\:1700028800.25\\\\:%Y-%m-%d %H\\\\\\\\\\\\:%M\\\\\\\\\\\\:%S}:fontfile=/fonts/it\\\\\\'s.otf:fontsize=15:fontcolor=white:bordercolor=black@0.6:borderw=1:x=16:y=20:alpha=1[v1];
      [v1]format=pix_fmts=yuv420p,sidedata=mode=delete,setparams=range=limited:colorspace=bt709:color_primaries=bt709:color_trc=bt709,settb=expr=1/10,setpts=expr=N[out]
      "
    `)
  })

  it('time of a later chunk', () => {
    expect(
      onto(
        [
          {
            kind: 'time',
            ...at(16, 20, 0.5),
            type,
            clocks: [{ fromFrame: 0, localStartMs: 1_700_028_800_250 }],
          },
        ],
        40,
      ),
    ).toMatchInlineSnapshot(`
      "<picture>[v4];
      [v4]trim=start_pts=41:end_pts=51[v3];
      [v3]settb=expr=1/10,setpts=expr=N[v2];
      [v2]drawtext=text=%{pts\\\\:gmtime\\\\:1700028804.25\\\\:%Y-%m-%d %H\\\\\\\\\\\\:%M\\\\\\\\\\\\:%S}:fontfile=/fonts/it\\\\\\'s.otf:fontsize=15:fontcolor=white:bordercolor=black@0.6:borderw=1:x=16:y=20:alpha=0.5[v1];
      [v1]format=pix_fmts=yuv420p,sidedata=mode=delete,setparams=range=limited:colorspace=bt709:color_primaries=bt709:color_trc=bt709,settb=expr=1/10,setpts=expr=N[out]
      "
    `)
  })

  it.each([
    ['before it', 30, ['0']],
    ['across it', 40, ['0 lt(n,5)', '3600 gte(n,5)']],
    ['from it on', 45, ['3600']],
    ['across the next', 60, ['3600 lt(n,2)', '0 gte(n,2)']],
    ['behind both', 62, ['0']],
  ])('time where summer time begins or ends: %s', (_, startFrame, expected) => {
    const clocks = [
      { fromFrame: 0, localStartMs: 0 },
      { fromFrame: 45, localStartMs: 3_600_000 },
      { fromFrame: 62, localStartMs: 0 },
    ]
    const printed = onto([{ kind: 'time', ...at(16, 20), type, clocks }], startFrame)
    const texts = [
      ...printed.matchAll(/drawtext=text=.*?gmtime[\\:]+([\d.]+)[^,[]*?(?:enable=(\S+?\\,\d+\)))?:fontfile/g),
    ]
    expect(
      texts.map(([, offset, enable]) =>
        [Number(offset) - startFrame / 10, ...(enable ? [enable.replaceAll('\\', '')] : [])].join(' '),
      ),
    ).toEqual(expected)
  })

  it('text lies in a file and is taken as it is', () => {
    expect(
      onto([
        { kind: 'text', ...at(0, 300, 0.25), type: { ...type, sizePx: 80 }, textFile: '/jobs/a:b, [c].txt' },
      ]),
    ).toMatchInlineSnapshot(`
      "<picture>[v4];
      [v4]trim=start_pts=1:end_pts=11[v3];
      [v3]settb=expr=1/10,setpts=expr=N[v2];
      [v2]drawtext=textfile=/jobs/a\\\\:b\\, \\[c\\].txt:expansion=none:fontfile=/fonts/it\\\\\\'s.otf:fontsize=80:fontcolor=white:bordercolor=black@0.6:borderw=5:x=0:y=300:alpha=0.25[v1];
      [v1]format=pix_fmts=yuv420p,sidedata=mode=delete,setparams=range=limited:colorspace=bt709:color_primaries=bt709:color_trc=bt709,settb=expr=1/10,setpts=expr=N[out]
      "
    `)
  })

  it('a picture, opaque and half transparent', () => {
    expect(
      onto([
        { kind: 'image', ...at(8, 4), input: 3 },
        { kind: 'image', ...at(600, 4, 0.5), input: 4 },
      ]),
    ).toMatchInlineSnapshot(`
      "<picture>[v5];
      [v5]trim=start_pts=1:end_pts=11[v4];
      [v4]settb=expr=1/10,setpts=expr=N[v3];
      [3:V:0]format=pix_fmts=rgba,scale=out_color_matrix=bt709:out_range=limited,format=pix_fmts=yuva420p[v6];
      [v3][v6]overlay=x=8:y=4:format=yuv420[v2];
      [4:V:0]format=pix_fmts=rgba,colorchannelmixer=aa=0.5,scale=out_color_matrix=bt709:out_range=limited,format=pix_fmts=yuva420p[v8];
      [v2][v8]overlay=x=600:y=4:format=yuv420[v1];
      [v1]format=pix_fmts=yuv420p,sidedata=mode=delete,setparams=range=limited:colorspace=bt709:color_primaries=bt709:color_trc=bt709,settb=expr=1/10,setpts=expr=N[out]
      "
    `)
  })

  it('all kinds, the first lowest, under one count of frames', () => {
    expect(
      onto([
        { kind: 'image', ...at(8, 4), input: 1 },
        { kind: 'time', ...at(16, 20), type, clocks: [{ fromFrame: 0, localStartMs: 0 }] },
        { kind: 'text', ...at(0, 300), type, textFile: '/jobs/watermark-3.txt' },
      ]),
    ).toMatchInlineSnapshot(`
      "<picture>[v6];
      [v6]trim=start_pts=1:end_pts=11[v5];
      [v5]settb=expr=1/10,setpts=expr=N[v4];
      [1:V:0]format=pix_fmts=rgba,scale=out_color_matrix=bt709:out_range=limited,format=pix_fmts=yuva420p[v7];
      [v4][v7]overlay=x=8:y=4:format=yuv420[v3];
      [v3]drawtext=text=%{pts\\\\:gmtime\\\\:0\\\\:%Y-%m-%d %H\\\\\\\\\\\\:%M\\\\\\\\\\\\:%S}:fontfile=/fonts/it\\\\\\'s.otf:fontsize=15:fontcolor=white:bordercolor=black@0.6:borderw=1:x=16:y=20:alpha=1[v2];
      [v2]drawtext=textfile=/jobs/watermark-3.txt:expansion=none:fontfile=/fonts/it\\\\\\'s.otf:fontsize=15:fontcolor=white:bordercolor=black@0.6:borderw=1:x=0:y=300:alpha=1[v1];
      [v1]format=pix_fmts=yuv420p,sidedata=mode=delete,setparams=range=limited:colorspace=bt709:color_primaries=bt709:color_trc=bt709,settb=expr=1/10,setpts=expr=N[out]
      "
    `)
  })
})
