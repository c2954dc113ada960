import { describe, expect, it } from 'vitest'
import { runToEnd } from '../../../src/model/stepwise.ts'
import type { EncodeSettings } from '../../../src/plan/settings.ts'
import type { RenderPlan } from '../../../src/plan/render.ts'
import { planRender } from '../../../src/plan/render.ts'
import type { Command } from '../../../src/model/command.ts'
import type { Job, Settings } from '../../../src/model/job.ts'
import type { Recording } from '../../../src/model/room.ts'
import {
  makeAudio,
  makeChunkRules,
  makeJob,
  makeWatermarkFiles,
  makeRecording,
  makeSettings,
  makeTimeline,
  makeVideo,
} from '../../harness/builders.ts'

const WATERMARKS = makeWatermarkFiles({
  zone: [{ fromMs: 0, offsetMs: 8 * 3600 * 1000 }],
  images: new Map([['logo.png', { path: '{picture:a1b2}', width: 40, height: 20 }]]),
})

function plan(
  recordings: readonly Recording[],
  options: { job?: Partial<Job & Settings>; settings?: Partial<EncodeSettings> } = {},
): RenderPlan {
  return runToEnd(
    planRender({
      job: makeJob(options.job),
      timeline: makeTimeline(recordings, options.job ? { job: options.job } : {}),
      settings: makeSettings(options.settings),
      watermarks: WATERMARKS,
    }),
  )
}

const one = makeRecording({ streamId: 'a_1', lengthMs: 4000 })
const two = makeRecording({
  streamId: 'b_1',
  name: 'b_1.mp4',
  demuxer: 'mov',
  atMs: 2000,
  video: makeVideo({ fromMs: 40, lengthMs: 2000, sizes: [{ fromMs: 40, width: 480, height: 640 }] }),
  audio: makeAudio({ lengthMs: 2000, channels: 1 }),
})

/** The options of one input that open it: what follows `-an` or `-vn`. */
const opening = (command: Command | undefined) =>
  (command?.inputs ?? []).map(({ args, path }) => `${args.slice(args.indexOf('-dn') + 1).join(' ')} ${path}`)

/** What every WebM is opened with. */
const OPEN = '-protocol_whitelist file -f matroska -codec_whitelist h264,opus,libopus -max_pixels 67108864'
/** One without a sound. */
const MUTE = OPEN.replace(',opus,libopus', '')

const valueOf = (command: Command | undefined, option: string) => {
  const at = command?.args.indexOf(option) ?? -1
  return at < 0 ? undefined : command?.args[at + 1]
}

describe('the plan of two streams', () => {
  it('whole', () => {
    expect(plan([one, two])).toMatchInlineSnapshot(`
      {
        "audio": {
          "args": [
            "-map",
            "[out]",
            "-c:a",
            "aac",
            "-profile:a",
            "aac_low",
            "-b:a",
            "128k",
            "-ar",
            "48000",
            "-ac",
            "2",
            "-f",
            "mp4",
          ],
          "durationMs": 4000,
          "files": [],
          "graph": {
            "path": "{work}/audio.graph",
            "text": "[0:a:0]aformat=sample_rates=48000,aresample=sample_rate=48000:async=1:min_hard_comp=0.002:first_pts=0,aformat=sample_fmts=fltp:channel_layouts=stereo,asetpts=expr=N/SR/TB,apad=whole_len=192000,atrim=end_sample=192000[a2];
      anullsrc=sample_rate=48000:channel_layout=mono,aformat=sample_fmts=fltp:channel_layouts=mono,atrim=end_sample=96000[a6];
      [1:a:0]aformat=sample_rates=48000,aresample=sample_rate=48000:async=1:min_hard_comp=0.002:first_pts=96000,aformat=sample_fmts=fltp:channel_layouts=mono,asetpts=expr=N/SR/TB,apad=whole_len=96000,atrim=end_sample=96000[a7];
      [a6][a7]concat=n=2:v=0:a=1[a5];
      [a5]pan=args=stereo|c0=c0|c1=c0[a4];
      [a2][a4]amix=inputs=2:normalize=0:duration=longest[a1];
      [a1]alimiter=limit=0.891:level=0:attack=5:release=80:latency=1,asetpts=expr=N/SR/TB,apad=whole_len=192000,atrim=end_sample=192000[out]
      ",
          },
          "inputs": [
            {
              "args": [
                "-reinit_filter",
                "0",
                "-vn",
                "-sn",
                "-dn",
                "-threads",
                "1",
                "-protocol_whitelist",
                "file",
                "-f",
                "matroska",
                "-codec_whitelist",
                "h264,opus,libopus",
                "-max_pixels",
                "67108864",
                "-itsoffset",
                "0",
              ],
              "path": "{recording:rec/a_1.webm}",
              "version": "v1",
            },
            {
              "args": [
                "-reinit_filter",
                "0",
                "-vn",
                "-sn",
                "-dn",
                "-threads",
                "1",
                "-protocol_whitelist",
                "file",
                "-f",
                "mov",
                "-codec_whitelist",
                "h264,opus,libopus",
                "-max_pixels",
                "67108864",
                "-itsoffset",
                "2",
              ],
              "path": "{recording:rec/b_1.mp4}",
              "version": "v1",
            },
          ],
          "name": "audio",
          "output": "{work}/audio.m4a",
        },
        "covered": [],
        "durationMs": 4000,
        "encoder": "x264",
        "frames": 40,
        "kbps": 928,
        "matrix": "bt709",
        "mux": {
          "args": [
            "-map",
            "0",
            "-map",
            "1",
            "-c",
            "copy",
            "-map_metadata:s",
            "-1",
            "-map_metadata",
            "2",
            "-map_chapters",
            "-1",
            "-metadata",
            "creation_time=2023-11-14T22:13:20.000Z",
            "-movflags",
            "+faststart",
            "-video_track_timescale",
            "10000",
            "-f",
            "mp4",
          ],
          "durationMs": 4000,
          "files": [
            {
              "path": "{work}/mux.ffmetadata",
              "text": ";FFMETADATA1
      title=room-1 2023-11-15 06:13
      comment=mixed by owt-main
      ",
            },
          ],
          "frames": 40,
          "inputs": [
            {
              "args": [],
              "path": "{work}/video-1.mp4",
            },
            {
              "args": [],
              "path": "{work}/audio.m4a",
            },
            {
              "args": [
                "-f",
                "ffmetadata",
              ],
              "path": "{work}/mux.ffmetadata",
            },
          ],
          "name": "mux",
          "output": "{work}/finished.mp4",
        },
        "sidecars": [],
        "video": [
          {
            "args": [
              "-map",
              "[out]",
              "-frames:v",
              "40",
              "-c:v",
              "libx264",
              "-preset",
              "veryfast",
              "-profile:v",
              "high",
              "-pix_fmt",
              "yuv420p",
              "-threads",
              "3",
              "-x264-params",
              "ratetol=0.1:zones=0,4,b=2.5/5,9,b=1.9/10,19,b=1.4:me=dia:no-dct-decimate=1:scenecut=0:rc-lookahead=12:psy=0:aq-strength=0.5:deblock=-1,-1:partitions=p8x8,i8x8,i4x4:bframes=3:b-adapt=0:weightb=0:direct=temporal",
              "-b:v",
              "800k",
              "-g",
              "20",
              "-color_range",
              "tv",
              "-colorspace",
              "bt709",
              "-color_primaries",
              "bt709",
              "-color_trc",
              "bt709",
              "-video_track_timescale",
              "10000",
              "-f",
              "mp4",
            ],
            "durationMs": 4000,
            "files": [],
            "fps": 10,
            "frames": 40,
            "graph": {
              "path": "{work}/video-1.graph",
              "text": "[0:V:0]tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,0/TB)\\,0/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,0/TB))),fps=fps=10:start_time=0,tpad=stop=40:stop_mode=clone,split=2[v6][v7];
      [v6]select=expr=between(pts\\,0\\,20),scale=w=640:h=360:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709[v5];
      [v5]tpad=start=1[v4];
      [v4]trim=start_pts=1:end_pts=21[v3];
      [v3]setsar=sar=1[v2];
      color=color=0x000000:size=640x360:rate=10,trim=end_frame=1,format=pix_fmts=rgb24,scale=out_color_matrix=bt709:out_range=limited,format=pix_fmts=yuv420p,loop=loop=39:size=1,settb=expr=1/10,setpts=expr=N+1[v11];
      [v11]trim=start_pts=21:end_pts=41[v10];
      [v7]select=expr=between(pts\\,20\\,40),scale=w=320:h=180:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709[v14];
      [v14]tpad=start=1[v13];
      [v13]trim=start_pts=21:end_pts=41[v12];
      [1:V:0]scale=w=136:h=180:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,2/TB)\\,2/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,2/TB))),fps=fps=10:start_time=2,tpad=stop=20:stop_mode=clone[v17];
      [v17]tpad=start=1[v16];
      [v16]trim=start_pts=21:end_pts=41[v15];
      [v10][v12][v15]xstack=inputs=3:layout=0_0|0_90|412_90[v9];
      [v2][v9]concat=n=2[v1];
      [v1]format=pix_fmts=yuv420p,sidedata=mode=delete,setparams=range=limited:colorspace=bt709:color_primaries=bt709:color_trc=bt709,settb=expr=1/10,setpts=expr=N[out]
      ",
            },
            "inputs": [
              {
                "args": [
                  "-reinit_filter",
                  "0",
                  "-noautorotate",
                  "-threads",
                  "1",
                  "-an",
                  "-sn",
                  "-dn",
                  "-protocol_whitelist",
                  "file",
                  "-f",
                  "matroska",
                  "-codec_whitelist",
                  "h264,opus,libopus",
                  "-max_pixels",
                  "67108864",
                  "-itsoffset",
                  "0",
                ],
                "path": "{recording:rec/a_1.webm}",
                "version": "v1",
              },
              {
                "args": [
                  "-reinit_filter",
                  "0",
                  "-noautorotate",
                  "-threads",
                  "1",
                  "-an",
                  "-sn",
                  "-dn",
                  "-protocol_whitelist",
                  "file",
                  "-f",
                  "mov",
                  "-codec_whitelist",
                  "h264,opus,libopus",
                  "-max_pixels",
                  "67108864",
                  "-itsoffset",
                  "2",
                ],
                "path": "{recording:rec/b_1.mp4}",
                "version": "v1",
              },
            ],
            "name": "video 1/1",
            "output": "{work}/video-1.mp4",
          },
        ],
      }
    `)
  })

  it('is the same for the same arguments', () => {
    expect(plan([one, two])).toEqual(plan([one, two]))
  })
})

describe('media', () => {
  it('sound alone', () => {
    const { video, audio, mux } = plan([one, two], { job: { media: 'audio', audio: { channels: 1 } } })
    expect(video).toEqual([])
    expect(audio?.args).toEqual([
      '-map',
      '[out]',
      '-c:a',
      'aac',
      '-profile:a',
      'aac_low',
      '-b:a',
      '128k',
      '-ar',
      '48000',
      '-ac',
      '1',
      '-f',
      'mp4',
    ])
    expect(mux).toMatchInlineSnapshot(`
      {
        "args": [
          "-map",
          "0",
          "-c",
          "copy",
          "-map_metadata:s",
          "-1",
          "-map_metadata",
          "1",
          "-map_chapters",
          "-1",
          "-metadata",
          "creation_time=2023-11-14T22:13:20.000Z",
          "-movflags",
          "+faststart",
          "-video_track_timescale",
          "10000",
          "-f",
          "mp4",
        ],
        "durationMs": 4000,
        "files": [
          {
            "path": "{work}/mux.ffmetadata",
            "text": ";FFMETADATA1
      title=room-1 2023-11-15 06:13
      comment=mixed by owt-main
      ",
          },
        ],
        "inputs": [
          {
            "args": [],
            "path": "{work}/audio.m4a",
          },
          {
            "args": [
              "-f",
              "ffmetadata",
            ],
            "path": "{work}/mux.ffmetadata",
          },
        ],
        "name": "mux",
        "output": "{work}/finished.mp4",
      }
    `)
  })

  it('picture alone', () => {
    const { video, audio, mux } = plan([one, two], { job: { media: 'video' } })
    expect(video).toHaveLength(1)
    expect(audio).toBeUndefined()
    const said = '{work}/mux.ffmetadata'
    expect(mux.inputs).toEqual([
      { args: [], path: '{work}/video-1.mp4' },
      { args: ['-f', 'ffmetadata'], path: said },
    ])
    expect(mux).toMatchObject({ frames: 40, durationMs: 4000, files: [{ path: said }] })
  })

  it('both, though nobody is seen: background and sound', () => {
    const { video, audio } = plan([makeRecording({ video: null })])
    expect(video.map(({ inputs, frames }) => ({ inputs, frames }))).toEqual([{ inputs: [], frames: 100 }])
    expect(audio?.inputs).toHaveLength(1)
  })

  it('both, though nobody is heard: picture and silence', () => {
    const { video, audio } = plan([makeRecording({ audio: null })])
    expect(video).toHaveLength(1)
    expect(audio?.inputs).toEqual([])
    expect(audio?.graph?.text).toMatchInlineSnapshot(`
      "anullsrc=sample_rate=48000:channel_layout=stereo,aformat=sample_fmts=fltp:channel_layouts=stereo,atrim=end_sample=480000[out]
      "
    `)
  })

  it('files are opened only where they are seen or heard', () => {
    const silent = makeRecording({ streamId: 'c_1', audio: null })
    const unseen = makeRecording({ streamId: 'd_1', video: null })
    const { video, audio } = plan([silent, unseen])
    expect(video[0]?.inputs.map((input) => input.path)).toEqual(['{recording:rec/c_1.webm}'])
    expect(audio?.inputs.map((input) => input.path)).toEqual(['{recording:rec/d_1.webm}'])
  })
})

describe('pieces', () => {
  /** Twelve visitors, two seconds each, beside one who stays and whose file has a keyframe every 6 s. */
  const host = makeRecording({
    streamId: 'host_1',
    atMs: -500,
    lengthMs: 24_500,
    video: makeVideo({ fromMs: 120, lengthMs: 24_380, keyframesMs: [120, 6420, 12_420, 18_420] }),
  })
  const visitors = Array.from({ length: 12 }, (_, i) =>
    makeRecording({ streamId: `v${i}_1`, atMs: i * 2000, lengthMs: 2000, audio: null }),
  )
  const room = [host, ...visitors]
  const holding = (shotsPerGraph: number) => ({
    settings: { chunks: makeChunkRules({ shotsPerGraph, filesPerGraph: 100 }) },
  })

  it('have names, files and frames of their own, and their frames add up', () => {
    const pieces = plan(room, holding(3)).video
    const four = [1, 2, 3, 4]
    expect(pieces.map((piece) => piece.name)).toEqual(four.map((n) => `video ${n}/4`))
    expect(pieces.map((piece) => piece.output)).toEqual(four.map((n) => `{work}/video-${n}.mp4`))
    expect(pieces.map((piece) => piece.graph?.path)).toEqual(four.map((n) => `{work}/video-${n}.graph`))
    expect(pieces.map((piece) => piece.frames)).toEqual(four.map(() => 60))
    expect(pieces.map((piece) => piece.durationMs)).toEqual(four.map(() => 6000))
    expect(pieces.map((piece) => valueOf(piece, '-frames:v'))).toEqual(four.map(() => '60'))
    for (const shotsPerGraph of [1, 2, 3, 4, 7, 13, 100]) {
      const { video, frames } = plan(room, holding(shotsPerGraph))
      expect(video.reduce((sum, piece) => sum + (piece.frames ?? 0), 0)).toBe(frames)
      expect(video.map((piece) => valueOf(piece, '-frames:v'))).toEqual(
        video.map((piece) => `${piece.frames}`),
      )
    }
  })

  it('are as many as the rules make them', () => {
    const chunks = makeChunkRules({ shotsPerGraph: 100, filesPerGraph: 100 })
    const pieces = (changes: Partial<typeof chunks>) =>
      plan(room, { settings: { chunks: { ...chunks, ...changes } } }).video.length
    expect([{}, { shotsPerGraph: 3 }, { filesPerGraph: 4 }].map(pieces)).toEqual([1, 4, 4])
  })

  it('decode from the last keyframe before the first picture they need', () => {
    const pieces = plan(room, holding(3)).video
    const host = `${OPEN} -itsoffset -0.5 {recording:rec/host_1.webm}`
    // Pieces start at 0, 6, 12 and 18 s: 0.5, 6.5, 12.5 and 18.5 s in the file.
    expect(pieces.map((piece) => opening(piece)[0])).toEqual([
      host,
      `-noaccurate_seek -seek_timestamp 1 -ss 6.42 ${host}`,
      `-noaccurate_seek -seek_timestamp 1 -ss 12.42 ${host}`,
      `-noaccurate_seek -seek_timestamp 1 -ss 18.42 ${host}`,
    ])
    expect(pieces[1]?.inputs.map((input) => input.path)).toEqual(
      ['host_1', 'v3_1', 'v4_1', 'v5_1'].map((name) => `{recording:rec/${name}.webm}`),
    )
    // Who comes at or behind a piece's start is decoded from the start.
    expect(opening(pieces[1]).slice(1)).toEqual(
      [6, 8, 10].map((s, i) => `${MUTE} -itsoffset ${s} {recording:rec/v${i + 3}_1.webm}`),
    )
  })

  it('a keyframe counts from the moment it is shown, and whose file has but one is decoded from its start', () => {
    const small = [{ fromMs: 0, width: 64, height: 36 }]
    const keysAt = (ms: number) => {
      const one = makeRecording({ video: makeVideo({ keyframesMs: [0, ms], sizes: small }) })
      const other = makeRecording({ streamId: 'b_1', video: makeVideo({ sizes: small }) })
      const visitor = makeRecording({ streamId: 'c_1', atMs: 6000, lengthMs: 4000 })
      const [, second] = plan([one, other, visitor], holding(1)).video
      expect(second?.frames).toBe(40)
      return opening(second)
    }
    const open = (name: string, at = 0) => `${OPEN} -itsoffset ${at} {recording:rec/${name}.webm}`
    const others = [open('b_1'), open('c_1', 6)]
    expect(keysAt(6000)).toEqual([`-noaccurate_seek -seek_timestamp 1 -ss 6 ${open('a_1')}`, ...others])
    expect(keysAt(6001)).toEqual([open('a_1'), ...others])
  })

  it('a file that starts before 0 and is needed from before its first picture is not sought in', () => {
    const early = makeRecording({
      atMs: 3000,
      video: makeVideo({ timesMs: [-951, -900, 0, 1000], keyframesMs: [-951, 0], endMs: 2000 }),
      audio: null,
    })
    const other = makeRecording({
      streamId: 'b_1',
      lengthMs: 5000,
      video: makeVideo({ lengthMs: 5000, keyframesMs: [0, 2000] }),
    })
    expect(opening(plan([early, other], holding(1)).video[1])).toEqual([
      `-noaccurate_seek -seek_timestamp 1 -ss 2 ${OPEN} -itsoffset 0 {recording:rec/b_1.webm}`,
      `${MUTE} -itsoffset 3 {recording:rec/a_1.webm}`,
    ])
  })

  it('that were begun before all recordings were there are what the whole room asks for', () => {
    const lengthMs = 1_200_000
    const keyframesMs = Array.from({ length: 120 }, (_, i) => i * 10_000)
    const first = makeRecording({ lengthMs, video: makeVideo({ lengthMs, everyMs: 500, keyframesMs }) })
    const later = makeRecording({ streamId: 'b_1', atMs: 900_000, lengthMs: 20_000 })
    const settled = (room: readonly Recording[]) =>
      plan(room)
        .video.slice(0, 2)
        .map((piece) => ({ ...piece, name: '' }))
    expect(settled([first]).map((piece) => piece.frames)).toEqual([3000, 3000])
    expect(settled([first, later])).toEqual(settled([first]))
  })

  it('are put together with exact lengths', () => {
    const { mux } = plan(room, { job: { media: 'video' }, ...holding(5) })
    expect(mux).toMatchInlineSnapshot(`
      {
        "after": [
          "{work}/video-1.mp4",
          "{work}/video-2.mp4",
          "{work}/video-3.mp4",
          "{work}/video-4.mp4",
        ],
        "args": [
          "-map",
          "0",
          "-c",
          "copy",
          "-map_metadata:s",
          "-1",
          "-map_metadata",
          "1",
          "-map_chapters",
          "1",
          "-metadata",
          "creation_time=2023-11-14T22:13:20.000Z",
          "-movflags",
          "+faststart",
          "-video_track_timescale",
          "10000",
          "-f",
          "mp4",
        ],
        "durationMs": 24000,
        "files": [
          {
            "isList": true,
            "path": "{work}/video.ffconcat",
            "text": "ffconcat version 1.0
      file '{work}/video-1.mp4'
      duration 6.000000000
      file '{work}/video-2.mp4'
      duration 6.000000000
      file '{work}/video-3.mp4'
      duration 6.000000000
      file '{work}/video-4.mp4'
      duration 6.000000000
      ",
          },
          {
            "path": "{work}/mux.ffmetadata",
            "text": ";FFMETADATA1
      title=room-1 2023-11-15 06:13
      comment=mixed by owt-main
      [CHAPTER]
      TIMEBASE=1/10
      START=0
      END=40
      title=host and v1 join
      [CHAPTER]
      TIMEBASE=1/10
      START=40
      END=80
      title=v3 joins\\; v1 leaves
      [CHAPTER]
      TIMEBASE=1/10
      START=80
      END=120
      title=v5 joins\\; v3 leaves
      [CHAPTER]
      TIMEBASE=1/10
      START=120
      END=160
      title=v7 joins\\; v5 leaves
      [CHAPTER]
      TIMEBASE=1/10
      START=160
      END=200
      title=v9 joins\\; v7 leaves
      [CHAPTER]
      TIMEBASE=1/10
      START=200
      END=240
      title=v11 joins\\; v9 leaves
      ",
          },
        ],
        "frames": 240,
        "inputs": [
          {
            "args": [
              "-f",
              "concat",
              "-safe",
              "0",
            ],
            "path": "{work}/video.ffconcat",
          },
          {
            "args": [
              "-f",
              "ffmetadata",
            ],
            "path": "{work}/mux.ffmetadata",
          },
        ],
        "name": "mux",
        "output": "{work}/finished.mp4",
      }
    `)
  })

  it('each draws the watermarks, at its own time', () => {
    const { video } = plan(room, {
      job: {
        watermarks: [
          { kind: 'time', x: 8, y: 8, alpha: 1 },
          { kind: 'text', x: 8, y: 40, alpha: 0.5, text: "it's 100 %: [a]" },
          { kind: 'image', x: 500, y: 8, alpha: 1, source: 'logo.png' },
          { kind: 'image', x: 500, y: 8, alpha: 1, source: 'gone.png' },
        ],
      },
      ...holding(6),
    })
    expect(video.map((piece) => piece.inputs.at(-1))).toEqual(
      Array.from({ length: 2 }, () => ({
        args: ['-protocol_whitelist', 'file', '-f', 'png_pipe'],
        path: '{picture:a1b2}',
      })),
    )
    expect(video.map((piece) => piece.files)).toEqual(
      [1, 2].map((piece) => [{ path: `{work}/video-${piece}-watermark-2.txt`, text: "it's 100 %: [a]" }]),
    )
    const drawn = video.map((piece) => piece.graph?.text.split('\n').slice(-6).join('\n'))
    expect(drawn).toMatchInlineSnapshot(`
      [
        "[v4]drawtext=text=%{pts\\\\:gmtime\\\\:1700028800\\\\:%Y-%m-%d %H\\\\\\\\\\\\:%M\\\\\\\\\\\\:%S}:fontfile={font}:fontsize=15:fontcolor=white:bordercolor=black@0.6:borderw=1:x=8:y=8:alpha=1[v3];
      [v3]drawtext=textfile={work}/video-1-watermark-2.txt:expansion=none:fontfile={font}:fontsize=15:fontcolor=white:bordercolor=black@0.6:borderw=1:x=8:y=40:alpha=0.5[v2];
      [7:V:0]format=pix_fmts=rgba,scale=out_color_matrix=bt709:out_range=limited,format=pix_fmts=yuva420p[v63];
      [v2][v63]overlay=x=500:y=8:format=yuv420[v1];
      [v1]format=pix_fmts=yuv420p,sidedata=mode=delete,setparams=range=limited:colorspace=bt709:color_primaries=bt709:color_trc=bt709,settb=expr=1/10,setpts=expr=N[out]
      ",
        "[v4]drawtext=text=%{pts\\\\:gmtime\\\\:1700028812\\\\:%Y-%m-%d %H\\\\\\\\\\\\:%M\\\\\\\\\\\\:%S}:fontfile={font}:fontsize=15:fontcolor=white:bordercolor=black@0.6:borderw=1:x=8:y=8:alpha=1[v3];
      [v3]drawtext=textfile={work}/video-2-watermark-2.txt:expansion=none:fontfile={font}:fontsize=15:fontcolor=white:bordercolor=black@0.6:borderw=1:x=8:y=40:alpha=0.5[v2];
      [7:V:0]format=pix_fmts=rgba,scale=out_color_matrix=bt709:out_range=limited,format=pix_fmts=yuva420p[v63];
      [v2][v63]overlay=x=500:y=8:format=yuv420[v1];
      [v1]format=pix_fmts=yuv420p,sidedata=mode=delete,setparams=range=limited:colorspace=bt709:color_primaries=bt709:color_trc=bt709,settb=expr=1/10,setpts=expr=N[out]
      ",
      ]
    `)
  })
})

describe('how it is encoded', () => {
  it('follows the settings', () => {
    const { video } = plan([one], {
      job: { video: { bitrateKbps: 1001, profile: 'baseline' } },
      settings: {
        preset: 'fast',
        keyframeSeconds: 0.01,
        peakRatio: 1.25,
        chunks: makeChunkRules({ cores: 4 }),
      },
    })
    const options = ['-preset', '-profile:v', '-threads', '-b:v', '-maxrate', '-bufsize', '-g']
    expect(options.map((name) => valueOf(video[0], name))).toEqual([
      'fast',
      'baseline',
      '6',
      '1001k',
      '1251k',
      '2502k',
      '1',
    ])
  })

  const coloured = (streamId: string, matrix: 'bt601' | 'bt709' | 'bt2020', lengthMs = 10_000) =>
    makeRecording({
      streamId,
      lengthMs,
      video: makeVideo({ lengthMs, colour: { matrix, range: 'limited' } }),
    })
  const matrixOf = (room: readonly Recording[], asked: EncodeSettings['matrix'] = 'auto') =>
    valueOf(plan(room, { settings: { matrix: asked } }).video[0], '-colorspace')

  it.each([
    [
      'the one most of the picture has',
      [coloured('a_1', 'bt601'), coloured('b_1', 'bt709', 4000)],
      'smpte170m',
    ],
    [
      'by area and time, not by head',
      [coloured('a_1', 'bt709'), coloured('b_1', 'bt601', 2000), coloured('c_1', 'bt601', 2000)],
      'bt709',
    ],
    ['BT.709 where both are alike', [coloured('a_1', 'bt601'), coloured('b_1', 'bt709')], 'bt709'],
    ['BT.709 for BT.2020', [coloured('a_1', 'bt2020')], 'bt709'],
    ['BT.709 where nobody is seen', [makeRecording({ video: null })], 'bt709'],
  ])('matrix: %s', (_, room, space) => {
    expect(matrixOf(room)).toBe(space)
  })

  it('matrix: what comes after the first minutes has no say', () => {
    const long = (streamId: string, matrix: 'bt601' | 'bt709', fromMs: number, toMs: number) => {
      const lengthMs = toMs - fromMs
      const video = makeVideo({ lengthMs, everyMs: 1000, colour: { matrix, range: 'limited' } })
      return makeRecording({ streamId, atMs: fromMs, lengthMs, video })
    }
    const first = long('a_1', 'bt601', 20_000, 320_000)
    expect(matrixOf([first, long('b_1', 'bt709', 320_000, 900_000)])).toBe('smpte170m')
    expect(matrixOf([first, long('b_1', 'bt709', 160_000, 900_000)])).toBe('smpte170m')
    expect(matrixOf([long('a_1', 'bt601', 0, 140_000), long('b_1', 'bt709', 140_000, 900_000)])).toBe('bt709')
  })

  it('matrix: as asked', () => {
    expect(matrixOf([coloured('a_1', 'bt709')], 'bt601')).toBe('smpte170m')
    expect(matrixOf([coloured('a_1', 'bt601')], 'bt709')).toBe('bt709')
  })
})
