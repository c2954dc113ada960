/** Any file of timed updates: 1,000 random ones. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseCfg } from '../../src/config/cfg.ts'
import { parseText } from '../../src/config/load.ts'
import { readJob } from '../../src/config/read-job.ts'
import { arrange } from '../../src/layout/scene.ts'
import { settingsAt } from '../../src/model/settings.ts'
import { frameAt } from '../../src/model/time.ts'
import { takenMedia } from '../../src/timeline/wanted.ts'
import { examineUpdates } from '../../src/updates/read.ts'
import { applyUpdates } from '../../src/updates/stretches.ts'
import { ROOM_MS, build, makeRecording } from '../harness/builders.ts'
import { conf, request } from '../unit/config/help.ts'

const recording = makeRecording

/** Random updates: mostly valid ones. */
const ids = fc.constantFrom('a_1', 'b_1', 'c_2', 'nobody_1')
const lists = fc.array(ids, { maxLength: 3 })
const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined })
const mixerConfig = fc.record(
  {
    MixedVideoLayout: fc.integer({ min: 0, max: 6 }),
    MaxResolutionStream: fc.option(ids),
    ResizeMode: fc.integer({ min: 0, max: 2 }),
    BackgroundColor: fc.record({ R: fc.integer({ min: 0, max: 255 }) }),
    PositionConfig: fc.array(
      fc.record({
        RtcStreamId: ids,
        Region: fc.record({
          X: fc.integer({ min: 0, max: 600 }),
          Y: fc.integer({ min: 0, max: 300 }),
          Width: fc.integer({ min: 1, max: 80 }),
          Height: fc.integer({ min: 1, max: 80 }),
        }),
      }),
      { maxLength: 3 },
    ),
    WaterMark: fc.constantFrom([], { Type: 0 }, { Type: 3, Text: 'x' }),
  },
  { requiredKeys: [] },
)
const subscribeConfig = fc.record(
  {
    VideoStreamType: fc.integer({ min: 0, max: 1 }),
    MaxSubscriptions: fc.integer({ min: 1, max: 4 }),
    SubscribeAudio: lists,
    UnsubscribeVideo: lists,
    SubscribeVideo: lists,
  },
  { requiredKeys: [] },
)
const streamConfig = fc.array(
  fc.record(
    {
      RtcStreamId: ids,
      HasVideo: fc.boolean(),
      HasAudio: fc.boolean(),
      MuteVideo: fc.boolean(),
      MuteAudio: fc.boolean(),
    },
    { requiredKeys: ['RtcStreamId'] },
  ),
  { maxLength: 2 },
)
const update = fc.record({
  At: fc.oneof(
    fc.double({ min: -2, max: 14, noNaN: true }),
    fc.integer({ min: ROOM_MS - 2000, max: ROOM_MS + 14_000 }),
  ),
  Action: fc.constantFrom(
    ...[
      'job.update',
      'job.update',
      'job.mixer.update',
      'job.subscribe.update',
      'job.stream.update',
      'job.query',
    ],
  ),
  Data: fc.record({
    MixerConfig: optional(mixerConfig),
    SubscribeConfig: optional(subscribeConfig),
    StreamConfig: optional(streamConfig),
  }),
})
const files = fc.array(fc.oneof({ weight: 30, arbitrary: update }, fc.anything()), { maxLength: 12 })

it('any file of updates gives the layouts that were asked for, at their frames, or is refused', () => {
  const cfg = parseCfg({ text: request(), file: 'cfg.json' })
  const { job } = readJob({ cfg, conf, cfgFolder: '/jobs/one' })
  const recordings = [
    recording({ streamId: 'a_1' }),
    recording({ streamId: 'b_1', atMs: 1370 }),
    recording({ streamId: 'c_2', atMs: 3000, lengthMs: 4000 }),
  ]
  let good = 0
  fc.assert(
    fc.property(files, (written) => {
      const text = JSON.stringify(written)
      const source = { parsed: parseText({ text, file: 'u' }), path: [] }
      const { updates, problems } = examineUpdates(source)
      const applied = applyUpdates({ job, wire: cfg.checked.wire, updates, roomStartMs: ROOM_MS })
      const { timeline } = build(recordings, { job: applied.job })
      if (problems.length + applied.problems.length === 0) good++
      if (!timeline) return
      const { frames, segments, clips } = timeline
      // No longer than the room, no shorter than the last frame in which somebody is mixed.
      const { fps } = job.canvas
      const isMixed = (frame: number) =>
        recordings.some(({ entry: { streamId, startMs }, probe }) => {
          const offsetMs = startMs - ROOM_MS
          const isThere =
            frameAt(offsetMs, fps) <= frame && frame < frameAt(offsetMs + (probe.audio?.endMs ?? 0), fps)
          const { audio, video } = takenMedia(settingsAt(applied.job, frame), streamId, job.media)
          return isThere && (audio || video)
        })
      expect(frames).toBeLessThanOrEqual(frameAt(11_370, fps))
      for (let frame = frames; frame < frameAt(11_370, fps); frame++)
        must(!isMixed(frame), 'shorter than what is mixed', frame)
      // The segments cover the output, and each has the layout of its settings for those who are in it.
      let next = 0
      for (const { startFrame, endFrame, placements, look } of segments) {
        expect(startFrame).toBe(next)
        next = endFrame
        for (const frame of [startFrame, endFrame - 1]) {
          const settings = settingsAt(applied.job, frame)
          const { layout, mainStream, fit, background, watermarks } = settings
          const visible = ['a_1', 'b_1', 'c_2'].filter((id) => takenMedia(settings, id, job.media).video)
          expect({ fit, background, watermarks }).toEqual(look)
          const subsets = subsetsOf(visible).map(
            (some) => arrange({ layout, canvas: job.canvas, visible: some, mainStream }).placements,
          )
          expect(subsets).toContainEqual(placements)
        }
      }
      expect(next).toBe(frames)
      // Nobody is seen or heard who is muted or not wanted.
      for (const { streamId, audio, video } of clips) {
        for (const { startMs, endMs } of audio?.heard ?? []) {
          for (let frame = frameAt(startMs, fps); frame < Math.min(frames, frameAt(endMs, fps)); frame++) {
            const settings = settingsAt(applied.job, Math.max(0, frame))
            const own = settings.streams.find((one) => one.streamId === streamId)
            const isHeard = takenMedia(settings, streamId, job.media).audio && !own?.isAudioMuted
            must(isHeard, 'heard and not wanted', frame)
          }
        }
        for (const { startFrame, endFrame } of video?.pictures ?? []) {
          for (let frame = startFrame; frame < endFrame; frame++) {
            const own = settingsAt(applied.job, frame).streams.find((one) => one.streamId === streamId)
            must(!own?.isVideoMuted, 'seen and muted', frame)
          }
        }
      }
    }),
    { numRuns: 1000 },
  )
  expect(good).toBeGreaterThan(200)
}, 120_000)

/** Cheaper than `expect`, for each frame. */
function must(holds: boolean, what: string, frame: number): void {
  if (!holds) throw new Error(`${what}, frame ${frame}`)
}

function subsetsOf(ids: readonly string[]): string[][] {
  return ids.reduce<string[][]>((all, id) => [...all, ...all.map((some) => [...some, id])], [[]])
}
