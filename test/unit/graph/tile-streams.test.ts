import { describe, expect, it } from 'vitest'
import { input } from '../../../src/graph/node.ts'
import { printGraph } from '../../../src/graph/print.ts'
import { tileStreams } from '../../../src/graph/tile-streams.ts'
import { tileShape } from '../../../src/graph/tile.ts'
import type { FrameRange } from '../../../src/model/timeline.ts'
import { makeCanvas, makeClip, makeLook, makeRecording, makeVideo } from '../../harness/builders.ts'

type Video = Parameters<typeof makeVideo>[0]

const CHANGING: Video = {
  sizes: [
    { fromMs: 0, width: 640, height: 360 },
    { fromMs: 2000, width: 480, height: 640 },
    { fromMs: 6000, width: 320, height: 240 },
  ],
}

/** 25 pictures/s, for a canvas of 10 frames/s. */
const MORE: Video = { everyMs: 40 }

const range = (startFrame: number, endFrame: number): FrameRange => ({ startFrame, endFrame })

/** The tiles of a clip as ffmpeg reads them, with the uses of each width. */
function streamOf(options: {
  uses?: readonly FrameRange[]
  byWidth?: Readonly<Record<number, readonly FrameRange[]>>
  video?: Video
  offsetMs?: number
  matrix?: 'bt601' | 'bt709'
  toneMaps?: boolean
}): string {
  const { video = {}, offsetMs = 0, matrix = 'bt709', toneMaps = true } = options
  const clip = makeClip({ offsetMs, recording: makeRecording({ video: makeVideo(video) }) })
  const canvas = makeCanvas()
  const { background } = makeLook()
  const sizes = Object.entries(options.byWidth ?? { 320: options.uses ?? [range(0, 100)] }).map(
    ([width, uses]) => {
      const region = { width: Number(width), height: (Number(width) * 9) / 16 }
      return { uses, background, shape: tileShape({ fit: 'contain', clip, region, uses, fps: canvas.fps }) }
    },
  )
  const streams = tileStreams({ from: input('video', 0), clip, sizes, matrix, canvas, toneMaps })
  const named = streams.flatMap((ofSize, size) =>
    ofSize.map((stream, use) => [`size${size}use${use}`, stream] as const),
  )
  return printGraph(Object.fromEntries(named))
}

describe('a clip’s tiles on the frame grid', () => {
  it('the whole of a clip', () => {
    expect(streamOf({})).toMatchInlineSnapshot(`
      "[0:V:0]scale=w=320:h=180:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,0/TB)\\,0/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,0/TB))),fps=fps=10:start_time=0,tpad=stop=100:stop_mode=clone[v2];
      [v2]tpad=start=1[v1];
      [v1]trim=start_pts=1:end_pts=101[size0use0]
      "
    `)
  })

  it('of high dynamic range is tone-mapped behind scaling, where ffmpeg can', () => {
    const hlg = { colour: { matrix: 'bt2020', range: 'limited', hdr: 'hlg' } } as const
    expect(streamOf({ video: hlg })).toContain(
      '[0:V:0]scale=w=320:h=180:flags=bicubic,format=pix_fmts=yuv420p10le,zscale=matrixin=2020_ncl:primariesin=2020:primaries=2020:rangein=limited:transferin=arib-std-b67:transfer=linear:npl=203,format=pix_fmts=gbrpf32le,tonemap=tonemap=mobius:param=0.7:desat=0,zscale=primaries=709:transfer=709:matrix=709:range=limited,format=pix_fmts=yuv420p,',
    )
    expect(streamOf({ video: hlg, toneMaps: false })).not.toContain('tonemap')
  })

  it('that is transparent in places lies on a backdrop with its alpha, and no other', () => {
    for (const alpha of ['decoded', 'beside'] as const) {
      const graph = streamOf({ video: { alpha } })
      expect(graph).toContain('format=pix_fmts=yuva420p')
      expect(graph).toContain('overlay=')
    }
    expect(streamOf({})).not.toMatch(/yuva|overlay/)
  })

  it('that is interlaced is deinterlaced first, and no other', () => {
    expect(streamOf({ video: { isInterlaced: true } })).toContain(
      '[0:V:0]bwdif=mode=send_frame:parity=auto:deint=interlaced,scale=w=320',
    )
    expect(streamOf({})).not.toContain('bwdif')
  })

  it('parts of it: pictures that no use needs are dropped first', () => {
    expect(
      streamOf({
        uses: [range(20, 30), range(31, 40), range(60, 70)],
        video: { fromMs: 50, everyMs: 200 },
        offsetMs: 1000,
      }),
    ).toMatchInlineSnapshot(`
      "[0:V:0]select=expr=between(t\\,1.8495\\,4.2505)+between(t\\,5.8495\\,7.2505),scale=w=320:h=180:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,2/TB)\\,2/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,2/TB))),fps=fps=10:start_time=2,tpad=stop=50:stop_mode=clone[v4];
      [v4]tpad=start=1,split=3[v1][v2][v3];
      [v1]trim=start_pts=21:end_pts=31[size0use0];
      [v2]trim=start_pts=32:end_pts=41[size0use1];
      [v3]trim=start_pts=61:end_pts=71[size0use2]
      "
    `)
  })

  it('a picture that came long before is still due', () => {
    expect(
      streamOf({
        uses: [range(50, 90)],
        video: { timesMs: [0, 100, 9900], endMs: 10_000 },
      }),
    ).toMatchInlineSnapshot(`
      "[0:V:0]select=expr=between(t\\,0.0995\\,9.9005),scale=w=320:h=180:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,5/TB)\\,5/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,5/TB))),fps=fps=10:start_time=5,tpad=stop=40:stop_mode=clone[v2];
      [v2]tpad=start=1[v1];
      [v1]trim=start_pts=51:end_pts=91[size0use0]
      "
    `)
  })

  it('colours are named, also where they are the canvas’s', () => {
    const filterOf = (matrix: 'bt601' | 'bt709' | 'bt2020', range: 'limited' | 'full') =>
      streamOf({ video: { colour: { matrix, range } } }).split(',')[0]
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
    expect(streamOf({ uses: [range(10, 90)], video: CHANGING })).toMatchInlineSnapshot(`
      "color=color=0x000000:size=320x180:rate=10,trim=end_frame=1,format=pix_fmts=rgb24,scale=out_color_matrix=bt709:out_range=limited,format=pix_fmts=yuv420p,loop=loop=79:size=1,settb=expr=1/10,setpts=expr=N+10[v3];
      [0:V:0]select=expr=between(t\\,0.9995\\,9.2005),tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,1/TB)\\,1/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,1/TB))),fps=fps=10:start_time=1,tpad=stop=80:stop_mode=clone[v5];
      [v5]scale=w=2*round(min(320\\,180*iw*1/ih)/2):h=2*round(min(180\\,320/(iw*1/ih))/2):flags=bicubic:eval=frame:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,format=pix_fmts=yuva420p[v4];
      [v3][v4]overlay=x=2*floor((W-w)/4):y=2*floor((H-h)/4):eval=frame:format=yuv420[v2];
      [v2]setpts=expr=PTS+1[v1];
      [v1]trim=start_pts=11:end_pts=91[size0use0]
      "
    `)
  })
})

describe('a clip with more frames than the output', () => {
  it('is put on the grid before it is scaled', () => {
    expect(streamOf({ video: MORE })).toMatchInlineSnapshot(`
      "[0:V:0]tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,0/TB)\\,0/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,0/TB))),fps=fps=10:start_time=0,tpad=stop=100:stop_mode=clone[v3];
      [v3]scale=w=320:h=180:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709[v2];
      [v2]tpad=start=1[v1];
      [v1]trim=start_pts=1:end_pts=101[size0use0]
      "
    `)
  })

  it('is put there once for all its sizes; each scales the frames it shows, and the one after each use', () => {
    expect(
      streamOf({
        video: MORE,
        byWidth: { 320: [range(0, 20), range(20, 40), range(70, 100)], 160: [range(40, 60)] },
      }),
    ).toMatchInlineSnapshot(`
      "[0:V:0]select=expr=between(t\\,-0.0005\\,6.1205)+gte(t\\,6.9995),tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,0/TB)\\,0/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,0/TB))),fps=fps=10:start_time=0,tpad=stop=100:stop_mode=clone,split=2[v3][v4];
      [v3]select=expr=between(pts\\,40\\,60),scale=w=160:h=90:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709[v2];
      [v2]tpad=start=1[v1];
      [v1]trim=start_pts=41:end_pts=61[size0use0];
      [v4]select=expr=between(pts\\,0\\,40)+between(pts\\,70\\,100),scale=w=320:h=180:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709[v10];
      [v10]tpad=start=1,split=3[v7][v8][v9];
      [v7]trim=start_pts=1:end_pts=21[size1use0];
      [v8]trim=start_pts=21:end_pts=41[size1use1];
      [v9]trim=start_pts=71:end_pts=101[size1use2]
      "
    `)
  })

  it('is one with more of them while it is shown, if only by one', () => {
    expect(streamOf({ video: { everyMs: 99 } })).toMatch(/,fps=[^]*scale=/)
    expect(streamOf({ video: { everyMs: 100 } })).toMatch(/scale=[^]*,fps=/)
    // As many in all, but in the part that is shown it stands still.
    const stops = { timesMs: Array.from({ length: 200 }, (_, i) => (i < 20 ? i * 100 : 9000 + i)) }
    expect(streamOf({ video: stops, uses: [range(0, 60)] })).toMatch(/^\[0:V:0\]select=[^[]*scale=[^[]*fps=/)
  })

  it('has one timestamp for every tile of an output frame, and waits until a shot asks for it where it can', () => {
    const twice = [range(3, 20), range(20, 40)]
    const ends = (video: Video) =>
      streamOf({ video, uses: twice })
        .split(/[\];,]/)
        .filter((one) => /^(tpad=start|setpts=expr=PTS|trim=start)/.test(one))
        .map((one) => one.split('[')[0])
    const trims = ['trim=start_pts=4:end_pts=21', 'trim=start_pts=21:end_pts=41']
    expect(ends({})).toEqual(['tpad=start=1', ...trims])
    expect(ends(MORE)).toEqual(['tpad=start=1', ...trims])
    expect(ends({ ...CHANGING, everyMs: 300 })).toEqual(['setpts=expr=PTS+1', ...trims])
    expect(ends({ ...MORE, alpha: 'decoded' })).toEqual(['setpts=expr=PTS+1', ...trims])
  })

  it('is deinterlaced before frames are dropped: lines of the next frame count', () => {
    expect(streamOf({ video: { ...MORE, isInterlaced: true } })).toMatch(
      /^\[0:V:0\]bwdif=[^]*,fps=[^]*scale=/,
    )
  })

  it('lies on its backdrop only where it is shown', () => {
    expect(streamOf({ video: { ...MORE, ...CHANGING }, uses: [range(10, 30), range(60, 90)] }))
      .toMatchInlineSnapshot(`
        "color=color=0x000000:size=320x180:rate=10,trim=end_frame=1,format=pix_fmts=rgb24,scale=out_color_matrix=bt709:out_range=limited,format=pix_fmts=yuv420p,loop=loop=79:size=1,settb=expr=1/10,setpts=expr=N+10[v4];
        [0:V:0]select=expr=between(t\\,0.9995\\,3.1205)+between(t\\,5.9995\\,9.1205),tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,1/TB)\\,1/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,1/TB))),fps=fps=10:start_time=1,tpad=stop=80:stop_mode=clone[v6];
        [v6]select=expr=between(pts\\,10\\,30)+between(pts\\,60\\,90),scale=w=2*round(min(320\\,180*iw*1/ih)/2):h=2*round(min(180\\,320/(iw*1/ih))/2):flags=bicubic:eval=frame:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,format=pix_fmts=yuva420p[v5];
        [v4][v5]overlay=x=2*floor((W-w)/4):y=2*floor((H-h)/4):eval=frame:format=yuv420[v3];
        [v3]setpts=expr=PTS+1,split=2[v1][v2];
        [v1]trim=start_pts=11:end_pts=31[size0use0];
        [v2]trim=start_pts=61:end_pts=91[size0use1]
        "
      `)
  })
})
