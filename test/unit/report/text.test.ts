import type { Command, LocalCommand } from '../../../src/model/command.ts'
import { describe, expect, it } from 'vitest'
import { textWidth } from '../../../src/text/width.ts'
import { plannedOf } from '../../../src/events/planned.ts'
import { runToEnd } from '../../../src/model/stepwise.ts'
import { recordingPlace } from '../../../src/model/place.ts'
import { type Locations, localCommand } from '../../../src/plan/locate.ts'
import { planRender } from '../../../src/plan/render.ts'
import { planCommands } from '../../../src/report/plan-data.ts'
import { planText } from '../../../src/report/plan-text.ts'
import { type Findings, type Output, type Result, makeResult } from '../../../src/report/result.ts'
import { closingLine, duration, size } from '../../../src/report/text.ts'
import {
  makeJob,
  makeWatermarkFiles,
  makeRecording,
  makeSettings,
  makeTimeline,
} from '../../harness/builders.ts'
import { inChinese } from '../../harness/language.ts'

it.each([
  [0, '0.00 s'],
  [2034, '2.03 s'],
  [9994, '9.99 s'],
  [9999, '10.0 s'],
  [20_030, '20.0 s'],
  [59_949, '59.9 s'],
  [59_999, '1 min 00 s'],
  [200_400, '3 min 20 s'],
  [3_599_400, '59 min 59 s'],
  [3_599_600, '1 h 00 min'],
  [3_720_000, '1 h 02 min'],
  [90_000_000, '25 h 00 min'],
])('%d ms are %s', (ms, text) => {
  expect(duration(ms)).toBe(text)
})

it.each([
  [0, '0 kB'],
  [482_400, '482 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [4_400_000, '4.4 MB'],
  [999_949_999, '999.9 MB'],
  [999_950_000, '1.00 GB'],
  [12_345_678_901, '12.35 GB'],
])('%d bytes are %s', (bytes, text) => {
  expect(size(bytes)).toBe(text)
})

const timeline = makeTimeline([
  makeRecording({ streamId: 'a_1', lengthMs: 61_000 }),
  makeRecording({ streamId: 'a_2', name: "it's a screen.webm", atMs: 59_999.7, lengthMs: 1000, audio: null }),
])

const output: Output = {
  vendor: 'ucloud',
  bucket: 'rec',
  key: 'out/job-1.mp4',
  bytes: 4_400_000,
  durationMs: 61_000,
  frames: 610,
  width: 640,
  height: 360,
  fps: 10,
  videoCodec: 'h264',
  videoEncoder: 'x264',
  audioCodec: 'aac',
}

const FINDINGS: Findings = {
  jobId: 'job-1',
  exitCode: 0,
  skipped: [],
  warnings: [],
  timings: { fetchMs: 0, probeMs: 0, planMs: 0, encodeMs: 0, uploadMs: 0, totalMs: 12_200 },
  versions: { worker: '0.1.0', ffmpeg: '5.1.9', node: 'v20.20.2' },
}

function resultOf(changes: Partial<Result> = {}): Result {
  return { ...makeResult({ ...FINDINGS, output, planned: plannedOf(timeline, 'both') }), ...changes }
}

it.each([
  [2034, '2.03 秒'],
  [200_400, '3 分 20 秒'],
  [3_720_000, '1 小时 02 分'],
])('%d ms are %s in Chinese', (ms, text) => {
  expect(inChinese(() => duration(ms))).toBe(text)
})

describe('the closing line', () => {
  it('says where the file is, how long, how large and how fast', () => {
    expect(closingLine(resultOf())).toBe(
      'job-1: ucloud://rec/out/job-1.mp4, 1 min 01 s, 640x360 at 10 frames/s, 4.4 MB, 5 times real time',
    )
    expect(closingLine(resultOf({ output: { ...output, path: '/bucket/out/job-1.mp4' } }))).toBe(
      'job-1: /bucket/out/job-1.mp4, 1 min 01 s, 640x360 at 10 frames/s, 4.4 MB, 5 times real time',
    )
  })

  it('says what was left out', () => {
    const skipped = [{ streamId: 'b_1', name: 'b_1.webm', reason: 'the file is empty' }]
    const warning = { code: 'x', message: 'y' }
    const end = (changes: Partial<Result>) => closingLine(resultOf(changes)).split('real time')[1]
    expect(end({ skipped, warnings: [warning] })).toBe(', 1 skipped, 1 warning')
    expect(end({ warnings: [warning, warning] })).toBe(', 2 warnings')
  })

  it('in Chinese', () => {
    expect(inChinese(() => closingLine(resultOf()))).toBe(
      'job-1：ucloud://rec/out/job-1.mp4，时长 1 分 01 秒，640x360，10 帧/秒，4.4 MB，实时速度的 5 倍',
    )
  })

  it('of sound alone, and of nothing', () => {
    expect(closingLine(resultOf({ output: { ...output, width: null, height: null, fps: null } }))).toBe(
      'job-1: ucloud://rec/out/job-1.mp4, 1 min 01 s, sound only, 4.4 MB, 5 times real time',
    )
    const nothing = makeResult({ ...FINDINGS, planned: plannedOf(timeline, 'both') })
    expect(closingLine(nothing)).toBe('job-1: nothing was made')
  })
})

describe('the plan', () => {
  const job = makeJob({
    layout: {
      kind: 'manual',
      positions: [
        { streamId: 'a_1', x: 0, y: 0, width: 640, height: 360, z: 0 },
        { streamId: 'a_2', x: 320, y: 180, width: 320, height: 180, z: 2 },
      ],
    },
    media: 'video',
  })
  const planned = makeTimeline(
    timeline.clips.map((clip) => clip.recording),
    { job },
  )
  const plan = runToEnd(
    planRender({
      job,
      timeline: planned,
      settings: makeSettings(),
      watermarks: makeWatermarkFiles(),
    }),
  )
  const result = makeResult({
    ...FINDINGS,
    planned: plannedOf(planned, 'both'),
    skipped: [{ streamId: 'c_1', name: 'c_1.webm', reason: 'the file is empty' }],
  })

  const at: Locations = {
    work: '/jobs/job 1',
    font: '/f.otf',
    files: new Map(timeline.clips.map(({ recording }) => [recordingPlace(recording), recording.path])),
  }
  const local = (command: Command) => localCommand(command, at)
  const argv = (command: LocalCommand) => [
    '/usr/bin/ffmpeg',
    '-i',
    command.inputs[0]?.path ?? '',
    command.output,
  ]
  const drawn = {
    ...{ plan, timeline: planned, job, speed: 'balanced' as const, local, argv },
    estimate: {
      seconds: [4.6, 10],
      cpuSeconds: [10, 20],
      ...{ cores: 2, soundSeconds: 1, fixedSeconds: 1.5, encodedPixels: 554e6, decodedPixels: 150e6 },
      ...{ outputBytes: 6_100_000, diskBytes: 12_200_000 },
    },
    fleets: [{ machines: 1, chunks: 1, redecoded: 0, seconds: [4.6, 10] }],
  } as const

  it('for people: drawing, segments and estimate', () => {
    expect(planText(result, drawn, { columns: 80, isUnicode: false, isWhole: false })).toMatchInlineSnapshot(`
      "job-1: 610 frames, 1 min 01 s
                  00:00      00:10      00:20      00:30      00:40      00:50
                  +----------+----------+----------+----------+----------+----------+-
        a_1       [##################################################################]
        a_2                                                                         []
        segments  A-----------------------------------------------------------------B-
        #= seen, ~- heard only, . gap; consecutive clips of a stream alternate
        A  00:00.000 - 01:00.000  own positions: a_1
        B  01:00.000 - 01:01.000  own positions: a_1, a_2
      skipped
        c_1  c_1.webm: the file is empty
      estimate
        time: about 7.30 s (4.60 s where little moves, 10.0 s where everything
          does); assumes 2 idle cores of a usual server and x264 at balanced, without
          fetching and uploading
        size: about 6.1 MB (800 kbit/s); up to 12.2 MB in the work folder meanwhile
      --commands shows recordings, rectangles and ffmpeg commands too
      "
    `)
  })

  it('for people: what more machines would bring, where they make it faster', () => {
    const fleets = [
      ...drawn.fleets,
      { machines: 4, chunks: 8, redecoded: 0.126, seconds: [2, 4] },
      { machines: 16, chunks: 8, redecoded: 0.3, seconds: [4.6, 10] },
    ] as const
    const text = planText(result, { ...drawn, fleets }, { columns: 120, isUnicode: false, isWhole: false })
    expect(text).toContain('\n  with more machines like this one: about 3.00 s on 4 (13 % more work)\n')
  })

  it('fits on a screen of 80 x 24, whatever the number of segments', () => {
    const [first] = result.segments
    const many = Array.from({ length: 40 }, () => first as NonNullable<typeof first>)
    const lines = planText({ ...result, segments: many }, drawn, {
      ...{ columns: 80, rows: 24, isUnicode: true, isWhole: false },
    }).split('\n')
    // The last one is where the prompt goes.
    expect(lines.length).toBeLessThanOrEqual(24)
    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(80)
    expect(lines.join('\n')).toMatch(/\n  and \d+ more segments; --commands lists them all\n/)
  })

  it('for people, every detail', () => {
    expect(planText(result, drawn, { columns: 80, isUnicode: false, isWhole: true })).toMatchInlineSnapshot(`
      "job-1: 610 frames, 1 min 01 s
                  00:00      00:10      00:20      00:30      00:40      00:50
                  +----------+----------+----------+----------+----------+----------+-
        a_1       [##################################################################]
        a_2                                                                         []
        segments  A-----------------------------------------------------------------B-
        #= seen, ~- heard only, . gap; consecutive clips of a stream alternate
      streams
        a_1  00:00.000 - 01:01.000  video  a_1.webm (offset 0 ms)
        a_2  01:00.000 - 01:01.000  video  it's a screen.webm (offset 59999.7 ms)
      segments
        A  00:00.000 - 01:00.000  own positions, 1 stream
             a_1  640x360 at 0,0
        B  01:00.000 - 01:01.000  own positions, 2 streams, main region: a_1
             a_1  640x360 at 0,0
             a_2  320x180 at 320,180, z 2
      skipped
        c_1  c_1.webm: the file is empty
      estimate
        time: about 7.30 s (4.60 s where little moves, 10.0 s where everything
          does); assumes 2 idle cores of a usual server and x264 at balanced, without
          fetching and uploading
        size: about 6.1 MB (800 kbit/s); up to 12.2 MB in the work folder meanwhile
      commands
        # video 1/1
        /usr/bin/ffmpeg -i /bucket/rec/a_1.webm '/jobs/job 1/video-1.mp4'
        # /jobs/job 1/video-1.graph
          [0:V:0]scale=w=640:h=360:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,0/TB)\\,0/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,0/TB))),fps=fps=10:start_time=0,tpad=stop=610:stop_mode=clone[v6];
          [v6]tpad=start=1,split=2[v4][v5];
          [v4]trim=start_pts=1:end_pts=601[v3];
          [v3]setsar=sar=1[v2];
          [v5]trim=start_pts=601:end_pts=611[v9];
          [1:V:0]scale=w=320:h=180:flags=bicubic:in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709,tpad=stop=1:stop_mode=clone,tpad=stop_duration=0.4:stop_mode=clone,setpts=expr=st(0\\,if(N\\,max(ld(0)\\,if(lt(PTS\\,60/TB)\\,60/TB+PTS-STARTPTS\\,PTS))\\,max(PTS\\,60/TB))),fps=fps=10:start_time=60,tpad=stop=10:stop_mode=clone[v12];
          [v12]tpad=start=1[v11];
          [v11]trim=start_pts=601:end_pts=611[v10];
          [v9][v10]xstack=inputs=2:layout=0_0|320_180,setsar=sar=1[v8];
          [v2][v8]concat=n=2[v1];
          [v1]format=pix_fmts=yuv420p,sidedata=mode=delete,setparams=range=limited:colorspace=bt709:color_primaries=bt709:color_trc=bt709,settb=expr=1/10,setpts=expr=N[out]
        # mux
        /usr/bin/ffmpeg -i '/jobs/job 1/video-1.mp4' '/jobs/job 1/finished.mp4'
      "
    `)
  })

  it('has no heading for nothing', () => {
    expect(
      planText({ ...result, skipped: [] }, drawn, { columns: 80, isUnicode: true, isWhole: true }).split(
        '\n',
      ),
    ).not.toContain('skipped')
  })

  it('as data: the same commands with the files they need', () => {
    const commands = planCommands(drawn)
    expect(commands.map(({ name, durationMs, frames }) => ({ name, durationMs, frames }))).toEqual([
      { name: 'video 1/1', durationMs: 61_000, frames: 610 },
      { name: 'mux', durationMs: 61_000, frames: 610 },
    ])
    expect(commands[0]?.argv[0]).toBe('/usr/bin/ffmpeg')
    expect(commands[0]?.argv.at(-1)).toBe('/jobs/job 1/video-1.mp4')
    expect(commands[0]?.files).toEqual([{ ...plan.video[0]?.graph, path: '/jobs/job 1/video-1.graph' }])
    expect(commands[1]?.files).toEqual(
      plan.mux.files.map((file) => ({ ...file, path: '/jobs/job 1/mux.ffmetadata' })),
    )
  })
})
