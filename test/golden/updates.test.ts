/** Rooms that were directed while they were recorded: each change at its frame, each mute at its moment. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { meanYuv } from '../harness/picture.ts'
import { decodePictures } from '../harness/read-output.ts'
import { runFfmpeg } from '../harness/run-ffmpeg.ts'
import {
  JOB_ID,
  ROOM_START_MS,
  type Workplace,
  cfgOf,
  indexOf,
  makeWorkplace,
} from '../harness/run-worker.ts'
import { runScenarios } from '../harness/scenario.ts'
import { amplitudeAt, readSound } from '../harness/sound.ts'
import type { SourceSpec } from '../harness/sources.ts'

function camera(id: number, durationMs: number, more: Partial<SourceSpec['video']> = {}): SourceSpec {
  return {
    id,
    container: 'webm',
    durationMs,
    video: { codec: 'vp8', size: { width: 320, height: 180 }, fps: 20, ...more },
    audio: { codec: 'opus' },
  }
}

const mixer = (At: number, MixerConfig: object) => ({ At, Action: 'job.mixer.update', Data: { MixerConfig } })
const stream = (At: number, ...StreamConfig: object[]) => ({
  At,
  Action: 'job.stream.update',
  Data: { StreamConfig },
})

describe('the oracle reads', () => {
  runScenarios([
    {
      name: 'layouts, main stream, subscriptions and mutes that change between joins',
      cfg: {
        Data: {
          MixerConfig: { MixedVideoLayout: 1 },
          Updates: [
            mixer(1.53, { MixedVideoLayout: 2, MaxResolutionStream: 'bob_1' }),
            mixer(2.61, { MaxResolutionStream: 'alice_1' }),
            // By Unix time.
            {
              At: 1795320226 + 3.27,
              Action: 'job.subscribe.update',
              Data: { SubscribeConfig: { UnsubscribeVideo: ['carol_1'], UnsubscribeAudio: ['carol_1'] } },
            },
            stream(
              4.31,
              { RtcStreamId: 'bob_1', MuteVideo: true },
              { RtcStreamId: 'alice_1', MuteAudio: true },
            ),
            stream(5.31, { RtcStreamId: 'bob_1', MuteVideo: false }),
            // Not merged away, however short it is.
            mixer(5.93, { MixedVideoLayout: 3, MaxResolutionStream: 'bob_1' }),
            mixer(6.17, { MixedVideoLayout: 1 }),
            stream(6.31, { RtcStreamId: 'alice_1', MuteAudio: false }),
          ],
        },
      },
      clips: [
        { streamId: 'alice_1', startMs: 0, source: camera(1, 8000) },
        { streamId: 'bob_1', startMs: 730, source: camera(2, 6900) },
        { streamId: 'carol_1', startMs: 990, source: camera(3, 6200) },
      ],
      unwanted: [
        { streamId: 'carol_1', medium: 'video', fromMs: 3270, toMs: Infinity },
        { streamId: 'carol_1', medium: 'audio', fromMs: 3270, toMs: Infinity },
        { streamId: 'bob_1', medium: 'video', fromMs: 4310, toMs: 5310 },
        { streamId: 'alice_1', medium: 'audio', fromMs: 4310, toMs: 6310 },
        { streamId: 'alice_1', medium: 'video', fromMs: 5930, toMs: 6170 },
      ],
      expected: {
        // The first burst of each is cut, and so is the first flash; alice is mute at 5 and 6 s.
        bursts: 13,
        lips: 12,
        layouts: [
          [0, ['alice_1']],
          // Two joins that are close are one.
          [730, ['alice_1', 'bob_1', 'carol_1']],
          [1530, ['bob_1', 'alice_1', 'carol_1']],
          [2610, ['alice_1', 'bob_1', 'carol_1']],
          [3270, ['alice_1', 'bob_1']],
          [4310, ['alice_1']],
          [5310, ['alice_1', 'bob_1']],
          [5930, ['bob_1']],
          [6170, ['bob_1', 'alice_1']],
        ],
      },
    },
    {
      name: 'changes beside a size that changes, a place of its own for each, and one who is added again',
      canvas: { width: 640, height: 360, fps: 30 },
      cfg: {
        Data: {
          MixerConfig: { MixedVideoLayout: 1 },
          Updates: [
            {
              At: 1.02,
              Action: 'job.update',
              Data: {
                SubscribeConfig: { VideoStreamType: 1 },
                MixerConfig: {
                  PositionConfig: [
                    { RtcStreamId: 'alice_1', Region: { X: 0, Y: 0, Width: 320, Height: 180, Z: 0 } },
                    { RtcStreamId: 'bob_1', Region: { X: 320, Y: 180, Width: 320, Height: 180, Z: 0 } },
                  ],
                },
              },
            },
            { At: 2.4, Action: 'job.stream.update', Data: { Stream: { CmdType: 2, SubScribeId: 'bob_1' } } },
            { At: 3.4, Action: 'job.stream.update', Data: { Stream: { CmdType: 1, SubScribeId: 'bob_1' } } },
            {
              At: 4.4,
              Action: 'job.update',
              Data: { SubscribeConfig: { VideoStreamType: 0 }, MixerConfig: { MixedVideoLayout: 4 } },
            },
          ],
        },
      },
      clips: [
        {
          streamId: 'alice_1',
          startMs: 0,
          source: camera(1, 6000, {
            size: [
              { fromMs: 0, width: 320, height: 180 },
              { fromMs: 1000, width: 240, height: 180 },
              { fromMs: 4350, width: 320, height: 180 },
            ],
          }),
        },
        { streamId: 'bob_1', startMs: 730, source: camera(2, 5200) },
      ],
      unwanted: [
        { streamId: 'bob_1', medium: 'video', fromMs: 2400, toMs: 3400 },
        { streamId: 'bob_1', medium: 'audio', fromMs: 2400, toMs: 3400 },
      ],
      expected: {
        bursts: 9,
        lips: 9,
        layouts: [
          [0, ['alice_1']],
          [730, ['alice_1', 'bob_1']],
          [1020, ['alice_1', 'bob_1']],
          [2400, ['alice_1']],
          [3400, ['alice_1', 'bob_1']],
          [4400, ['alice_1', 'bob_1']],
        ],
      },
    },
  ])
})

const CANVAS = { width: 320, height: 180 }

describe('in a room of two tones and two pictures', () => {
  let place: Workplace
  beforeAll(async () => {
    place = await makeWorkplace()
    const recordings = [
      { name: 'alice.webm', colour: 'red', hz: 440 },
      { name: 'bob.webm', colour: 'blue', hz: 1760 },
    ]
    for (const { name, colour, hz } of recordings) {
      const inputs = [`color=${colour}:s=120x160:r=25:d=6`, `sine=${hz}:d=6:r=48000`]
      await runFfmpeg([
        ...inputs.flatMap((input) => ['-f', 'lavfi', '-i', input]),
        ...['-c:v', 'libvpx', '-deadline', 'realtime', '-c:a', 'libopus', '-b:a', '96k'],
        await place.write(`bucket/rec/${name}`, ''),
      ])
    }
    const files = [
      { StreamId: 'alice_1', Name: 'alice.webm', StartTime: ROOM_START_MS },
      { StreamId: 'bob_1', Name: 'bob.webm', StartTime: ROOM_START_MS },
    ]
    await place.write(`bucket/${JOB_ID}.json`, indexOf(files))
  })
  afterAll(() => place.remove())

  async function mixed(...Updates: object[]): Promise<string> {
    const Video = { Codec: 'h264', Width: CANVAS.width, Height: CANVAS.height, Fps: 25, BitRate: 1500 }
    const MixerConfig = { MixedVideoLayout: 1, ResizeMode: 2, BackgroundColor: { R: 0, G: 0, B: 0 } }
    const cfg = cfgOf({ Data: { TranscodingConfig: { Video }, MixerConfig, Updates } })
    const ended = await place.run(['--force', await place.write('cfg.json', cfg)])
    expect(ended, ended.stderr).toMatchObject({ code: 0 })
    return join(place.bucket, `out/${JOB_ID}.mp4`)
  }

  it('a mute and its end are heard within 20 ms, by whoever sends them, and nobody else changes', async () => {
    const path = await mixed(
      stream(1.234, { RtcStreamId: 'alice_1', MuteAudio: true }),
      stream(2.345, { RtcStreamId: 'alice_1', MuteAudio: false }),
      {
        At: 3.456,
        Action: 'job.subscribe.update',
        Data: { SubscribeConfig: { UnsubscribeAudio: ['alice_1'] } },
      },
      { At: 4.567, Action: 'job.subscribe.update', Data: { SubscribeConfig: { UnsubscribeAudio: [] } } },
    )
    const sound = await readSound(path)
    const level = (hz: number, atMs: number) => amplitudeAt(sound, { hz, fromMs: atMs - 10, lengthMs: 20 })
    const full = level(440, 600)
    expect(full).toBeGreaterThan(0.05)
    const isHeard = (atMs: number) => level(440, atMs) > full / 2
    const changes: number[] = []
    for (let ms = 200; ms < 5800; ms++) if (isHeard(ms) !== isHeard(ms - 1)) changes.push(ms)
    const due = [1234, 2345, 3456, 4567]
    expect(changes).toHaveLength(due.length)
    due.forEach((ms, i) => expect(Math.abs((changes[i] ?? NaN) - ms), `${changes}`).toBeLessThanOrEqual(20))
    for (const ms of [1500, 2100, 3600, 4400]) expect(level(440, ms) / full).toBeLessThan(0.01)
    const other = level(1760, 600)
    for (let ms = 200; ms < 5800; ms += 10) {
      const ratio = level(1760, ms) / other
      expect(Math.abs(ratio - 1), `${ms} ms`).toBeLessThan(0.1)
    }
  })

  it('background, resize mode, watermark and muted picture change in the frame that is asked for', async () => {
    const path = await mixed(
      mixer(1.24, { BackgroundColor: { R: 0, G: 200, B: 0 } }),
      mixer(2, { ResizeMode: 1 }),
      mixer(3.08, { WaterMark: { Type: 3, Text: '████', X: 8, Y: 8, Alpha: 1 } }),
      mixer(4, { WaterMark: { Type: 0 } }),
      stream(5.04, { RtcStreamId: 'bob_1', MuteVideo: true }),
    )
    /** At the left edge of the canvas, where the text is, and in the middle of each half. */
    const boxes = [
      { x: 2, y: 80, width: 8, height: 20 },
      { x: 12, y: 10, width: 24, height: 10 },
      { x: 72, y: 80, width: 16, height: 20 },
      { x: 232, y: 80, width: 16, height: 20 },
    ]
    const before: (readonly number[])[] = []
    const changes: string[] = []
    await decodePictures({
      path,
      size: CANVAS,
      onFrame: (picture, frame) => {
        boxes.forEach((box, i) => {
          const now = meanYuv(picture, box)
          const was = before[i]
          if (was && now.some((level, at) => Math.abs(level - (was[at] ?? 0)) > 25))
            changes.push(`${frame} ${i}`)
          before[i] = now
        })
      },
    })
    expect(changes).toEqual([
      // Background and the text's place, which is background too.
      '31 0',
      '31 1',
      // The picture fills its half.
      '50 0',
      '77 1',
      '100 1',
      // Alice alone has the canvas.
      '126 1',
      '126 3',
    ])
  })
})
