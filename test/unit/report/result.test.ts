import { describe, expect, it } from 'vitest'
import { plannedOf } from '../../../src/events/planned.ts'
import { type Findings, makeResult, outputOf } from '../../../src/report/result.ts'
import {
  makeAudio,
  makeCanvas,
  makeClock,
  makeJob,
  makeRecording,
  makeTimeline,
} from '../../harness/builders.ts'

const timeline = makeTimeline([
  makeRecording({ streamId: 'a_1', atMs: -1000, lengthMs: 5000 }),
  makeRecording({ streamId: 'b_1', atMs: 2000, lengthMs: 1999.9996, audio: null }),
  makeRecording({
    streamId: 'c_1',
    video: null,
    audio: makeAudio({
      lengthMs: 900,
      clock: makeClock({
        pace: 'wandering',
        jitterMs: 12.3456,
        driftPpm: -4999.96,
        holes: 3,
        holesMs: 9045.04,
      }),
    }),
  }),
])

const findings: Findings = {
  jobId: 'job-1',
  exitCode: 0,
  output: outputOf({ job: makeJob(), timeline, bytes: 123_456, path: '/bucket/out/job-1.mp4' }),
  planned: plannedOf(timeline, 'both'),
  skipped: [{ streamId: 'd_1', name: 'd_1.webm', reason: 'the file is empty' }],
  warnings: [
    { code: 'keyStreamMissing', params: { streamId: 'x_1' } },
    { code: 'modeSingle', params: {}, where: 'cfg.json:3:5 Internal.Mode' },
  ],
  timings: { fetchMs: 10, probeMs: 20, planMs: 3, encodeMs: 1500, uploadMs: 40, totalMs: 1600 },
  versions: { worker: '0.1.0', ffmpeg: '5.1.9', node: 'v20.20.2' },
}

describe('the result', () => {
  it('of a job that is done', () => {
    expect(makeResult(findings)).toEqual({
      jobId: 'job-1',
      status: 'ok',
      exitCode: 0,
      output: {
        vendor: 'local',
        bucket: 'recordings',
        key: 'out/job-1.mp4',
        path: '/bucket/out/job-1.mp4',
        bytes: 123_456,
        durationMs: 4000,
        frames: 40,
        width: 640,
        height: 360,
        fps: 10,
        videoCodec: 'h264',
        videoEncoder: 'x264',
        audioCodec: 'aac',
      },
      streams: [
        {
          streamId: 'a_1',
          clips: [
            {
              name: 'a_1.webm',
              startMs: 0,
              endMs: 4000,
              video: true,
              audio: true,
              offsetMs: -1000,
              audioClock: { driftPpm: 0, jitterMs: 0, holes: 0, filledMs: 0 },
            },
          ],
        },
        {
          streamId: 'c_1',
          clips: [
            {
              name: 'c_1.webm',
              startMs: 0,
              endMs: 900,
              video: false,
              audio: true,
              offsetMs: 0,
              audioClock: { driftPpm: -5000, jitterMs: 12.3, holes: 3, filledMs: 9045 },
            },
          ],
        },
        {
          streamId: 'b_1',
          clips: [
            { name: 'b_1.webm', startMs: 2000, endMs: 4000, video: true, audio: false, offsetMs: 2000 },
          ],
        },
      ],
      skipped: [{ streamId: 'd_1', name: 'd_1.webm', reason: 'the file is empty' }],
      segments: [
        {
          startMs: 0,
          endMs: 2000,
          layout: [{ streamId: 'a_1', x: 0, y: 0, width: 640, height: 360, z: 0 }],
        },
        {
          startMs: 2000,
          endMs: 4000,
          layout: [
            { streamId: 'a_1', x: 0, y: 90, width: 320, height: 180, z: 0 },
            { streamId: 'b_1', x: 320, y: 90, width: 320, height: 180, z: 0 },
          ],
        },
      ],
      warnings: [
        {
          code: 'keyStreamMissing',
          message: 'JobConfig.KeyStream x_1 is not among the streams of this job; it is ignored',
        },
        {
          code: 'modeSingle',
          message: 'Mode 0 records single streams; this worker always mixes, write 1',
          where: 'cfg.json:3:5 Internal.Mode',
        },
      ],
      timings: { fetchMs: 10, probeMs: 20, planMs: 3, encodeMs: 1500, uploadMs: 40, totalMs: 1600 },
      timesRealTime: 2.5,
      versions: { worker: '0.1.0', ffmpeg: '5.1.9', node: 'v20.20.2' },
    })
  })

  it('of a job that failed before anything was known', () => {
    expect(
      makeResult({
        jobId: 'cfg',
        exitCode: 6,
        error: { code: 'noUsableStream', params: { jobId: 'cfg', skipped: 0 } },
        skipped: [],
        warnings: [],
        timings: { fetchMs: 0, probeMs: 0, planMs: 0, encodeMs: 0, uploadMs: 0, totalMs: 0 },
        versions: { worker: '0.1.0', ffmpeg: null, node: 'v20.20.2' },
      }),
    ).toEqual({
      jobId: 'cfg',
      status: 'failed',
      exitCode: 6,
      error: { code: 'noUsableStream', message: expect.stringMatching(/^cfg: no usable stream; /) as string },
      streams: [],
      skipped: [],
      segments: [],
      warnings: [],
      timings: { fetchMs: 0, probeMs: 0, planMs: 0, encodeMs: 0, uploadMs: 0, totalMs: 0 },
      timesRealTime: null,
      versions: { worker: '0.1.0', ffmpeg: null, node: 'v20.20.2' },
    })
  })

  it('of a job that took no measurable time has no speed', () => {
    expect(makeResult({ ...findings, timings: { ...findings.timings, totalMs: 0 } }).timesRealTime).toBeNull()
  })

  it('keeps clips inside the output', () => {
    const cut = makeTimeline(
      [
        makeRecording({ streamId: 'key_1', lengthMs: 4000 }),
        makeRecording({ streamId: 'early_1', atMs: -20_000 }),
        makeRecording({ streamId: 'late_1', atMs: 30_000 }),
      ],
      { job: { keyStream: { streamId: 'key_1', idleMs: 1000 } } },
    )
    const clips = makeResult({ ...findings, planned: plannedOf(cut, 'both') }).streams.flatMap(
      (stream) => stream.clips,
    )
    expect(clips.map(({ name, startMs, endMs }) => [name, startMs, endMs])).toEqual([
      ['early_1.webm', 0, 0],
      ['key_1.webm', 0, 4000],
      ['late_1.webm', 5000, 5000],
    ])
  })

  it('rounds times to thousandths of a ms', () => {
    const thirds = makeTimeline([makeRecording({ lengthMs: 1000 / 3 })], {
      job: { canvas: makeCanvas({ fps: 30 }) },
    })
    const { segments, streams } = makeResult({ ...findings, planned: plannedOf(thirds, 'both') })
    expect(segments.map((one) => one.endMs)).toEqual([333.333])
    expect(streams[0]?.clips[0]?.endMs).toBe(333.333)
  })
})

describe('the output', () => {
  const storage = {
    kind: 's3',
    vendor: 'ucloud',
    bucket: 'rec',
    region: 'cn-bj',
    endpoint: 'https://s3-cn-bj.ufileos.com',
    pathStyle: true,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
  } as const

  it('without a picture, without sound', () => {
    expect(outputOf({ job: makeJob({ media: 'audio', storage }), timeline, bytes: 1 })).toEqual({
      vendor: 'ucloud',
      bucket: 'rec',
      key: 'out/job-1.mp4',
      bytes: 1,
      durationMs: 4000,
      frames: null,
      width: null,
      height: null,
      fps: null,
      videoCodec: null,
      videoEncoder: null,
      audioCodec: 'aac',
    })
    expect(outputOf({ job: makeJob({ media: 'video' }), timeline, bytes: 1 })).toMatchObject({
      frames: 40,
      videoCodec: 'h264',
      videoEncoder: 'x264',
      audioCodec: null,
    })
  })

  it('holds no secret', () => {
    const text = JSON.stringify(outputOf({ job: makeJob({ storage }), timeline, bytes: 1 }))
    expect(text).not.toMatch(/credentials|secret|accessKey/i)
  })
})
