import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Clip, Shot } from '../../../src/model/timeline.ts'
import { videoCommand } from '../../../src/plan/video.ts'
import { splitVisits } from '../../../src/plan/visits.ts'
import { ROOM_MS, makeJob, makeWatermarkFiles, makeSettings } from '../../harness/builders.ts'
import { CANVAS, FPS, type Person, makeShots, people } from './rooms.ts'

/** A person's clips in the order in which they are shown: id, first frame and last of each. */
function visitsOf(shots: readonly Shot[], streamId: string): [id: number, from: number, to: number][] {
  const visits = new Map<number, [number, number, number]>()
  for (const shot of shots) {
    for (const { clip } of shot.tiles) {
      if (clip.streamId !== streamId) continue
      const from = visits.get(clip.id)?.[1] ?? shot.startFrame
      visits.set(clip.id, [clip.id, from, shot.endFrame])
    }
  }
  return [...visits.values()]
}

/** In a room in which somebody else is always seen. */
function visits(person: Person): [id: number, from: number, to: number][] {
  const end = person.seen.at(-1)?.[1] ?? 0
  return visitsOf(splitVisits(makeShots([person, { seen: [[0, end]] }]), FPS), 'p0_1')
}

/** Seen for a minute, out of sight, seen for a minute. */
const away = (seconds: number) =>
  [
    [0, 60],
    [60 + seconds, 120 + seconds],
  ] as const

describe('somebody who is out of sight for a time', () => {
  it('is opened anew where what is in between need not be decoded', () => {
    expect(visits({ seen: away(600), keyframes: { each: 10 } })).toEqual([
      [0, 0, 300],
      [2, 3300, 3600],
    ])
    expect(visits({ seen: away(600), keyframes: [200] })).toHaveLength(2)
  })

  it('is not where that saves less than opening a file costs', () => {
    // At 5 pictures/s, 12 s are 60 of 640 x 360: as much as opening costs.
    expect(visits({ seen: away(12), keyframes: { each: 1 } })).toHaveLength(1)
    expect(visits({ seen: away(13), keyframes: { each: 1 } })).toHaveLength(2)
    const small = { width: 320, height: 180 }
    expect(visits({ seen: away(48), keyframes: { each: 1 }, size: small })).toHaveLength(1)
    expect(visits({ seen: away(49), keyframes: { each: 1 }, size: small })).toHaveLength(2)
  })

  it('is not where all of it has to be decoded', () => {
    expect(visits({ seen: away(600) })).toHaveLength(1)
    expect(visits({ seen: away(600), keyframes: [30, 60] })).toHaveLength(1)
    // Soon after leaving: little is saved.
    expect(visits({ seen: away(600), keyframes: [70] })).toHaveLength(1)
  })

  it('each time anew', () => {
    const seen = [
      [0, 10],
      [100, 110],
      [112, 120],
      [300, 310],
    ] as const
    expect(visits({ seen, keyframes: { each: 2 } })).toEqual([
      [0, 0, 50],
      [2, 500, 600],
      [3, 1500, 1550],
    ])
  })

  it('the same shots come back where nobody is', () => {
    const shots = makeShots([{ seen: away(600) }, { seen: [[0, 700]] }])
    expect(splitVisits(shots, FPS)).toBe(shots)
    expect(splitVisits([], FPS)).toEqual([])
  })
})

describe('every room', () => {
  it('shows the same recordings at the same places, no id twice, and each clip in one stretch of visits', () => {
    fc.assert(
      fc.property(people(900), (room) => {
        const shots = makeShots(room)
        const split = splitVisits(shots, FPS)
        const strip = (list: readonly Shot[]) =>
          list.map((shot) => ({
            ...shot,
            tiles: shot.tiles.map((tile) => ({ ...tile, clip: { ...tile.clip, id: 0 } })),
          }))
        expect(strip(split)).toEqual(strip(shots))
        const clips = new Set(split.flatMap((shot) => shot.tiles.map(({ clip }) => clip)))
        expect(new Set([...clips].map(({ id }: Clip) => id)).size).toBe(clips.size)
        for (const { streamId } of clips) {
          const all = visitsOf(split, streamId)
          all.forEach(([, from], i) => expect(from).toBeGreaterThan(all[i - 1]?.[2] ?? -1))
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('the command of a chunk with two visits', () => {
  const shots = makeShots([{ seen: away(600), keyframes: { each: 7 } }])
  const command = videoCommand({
    work: { encode: 0, decode: 0 },
    cores: 1,
    job: makeJob({ canvas: CANVAS }),
    timeline: {
      startMs: ROOM_MS,
      fps: FPS,
      frames: 3600,
      streams: [],
      clips: [],
      segments: [],
      shots,
      changes: [],
    },
    settings: makeSettings(),
    watermarks: makeWatermarkFiles(),
    matrix: 'bt709',
    shots,
    threads: 1,
    number: 1,
    of: 1,
  })

  it('opens the file twice, the second time at the last keyframe before it is seen', () => {
    const file =
      '-protocol_whitelist file -f matroska -codec_whitelist h264 -max_pixels 67108864 -itsoffset 0 {recording:rec/p0_1.webm}'
    expect(
      command.inputs.map(({ args, path }) => [...args.slice(args.indexOf('-dn') + 1), path].join(' ')),
    ).toEqual([file, `-noaccurate_seek -seek_timestamp 1 -ss 658 ${file}`])
  })

  it('takes each visit from its own input', () => {
    expect(command.graph?.text).toMatchInlineSnapshot(`
      "color=color=0x000000:size=640x360:rate=5,trim=end_frame=1,format=pix_fmts=rgb24,scale=out_color_matrix=bt709:out_range=limited,format=pix_fmts=yuv420p,loop=loop=3599:size=1,settb=expr=1/5,setpts=expr=N+1,split=3[v4][v5][v6];
      [v4]trim=start_pts=1:end_pts=301[v3];
      [0:V:0]select=expr=between(t\\,-0.0005\\,60.4005),tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.8:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,0/TB)\\,0/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,0/TB))),fps=fps=5:start_time=0,tpad=stop=300:stop_mode=clone[v10];
      [v10]scale=w=64:h=36:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709[v9];
      [v9]tpad=start=1[v8];
      [v8]trim=start_pts=1:end_pts=301[v7];
      [v3][v7]xstack=inputs=2:layout=0_0|0_0[v2];
      [v5]trim=start_pts=301:end_pts=3301[v12];
      [v6]trim=start_pts=3301:end_pts=3601[v14];
      [1:V:0]select=expr=gte(t\\,659.9995),scale=w=64:h=36:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.8:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,660/TB)\\,660/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,660/TB))),fps=fps=5:start_time=660,tpad=stop=300:stop_mode=clone[v17];
      [v17]tpad=start=1[v16];
      [v16]trim=start_pts=3301:end_pts=3601[v15];
      [v14][v15]xstack=inputs=2:layout=0_0|0_0[v13];
      [v2][v12][v13]concat=n=3[v1];
      [v1]format=pix_fmts=yuv420p,sidedata=mode=delete,setparams=range=limited:colorspace=bt709:color_primaries=bt709:color_trc=bt709,settb=expr=1/5,setpts=expr=N[out]
      "
    `)
  })
})
