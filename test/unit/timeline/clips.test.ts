import { describe, expect, it } from 'vitest'
import { say } from '../../../src/messages/index.ts'
import { build, makeAudio, makeRecording, makeTimeline, makeVideo } from '../../harness/builders.ts'
import { clipStory, segmentStory, shotStory } from './story.ts'

const recording = makeRecording
const seats = (timeline: ReturnType<typeof makeTimeline>) => timeline.streams.map((one) => one.streamId)

describe('where a recording lies', () => {
  it('at its StartTime, its audio and video apart as they were', () => {
    const timeline = makeTimeline([
      recording({
        atMs: 2000,
        video: makeVideo({ fromMs: 300, lengthMs: 4000 }),
        audio: makeAudio({ fromMs: 0, lengthMs: 4500 }),
      }),
    ])
    expect(clipStory(timeline)).toEqual(['a_1.webm +2000 video 2300-6300 audio 2000-6500'])
    expect(timeline).toMatchObject({ startMs: 1_700_000_000_000, fps: 10, frames: 65 })
  })

  it('before the room began: what was before it is not shown', () => {
    const timeline = makeTimeline([recording({ atMs: -4000, lengthMs: 6000 })])
    expect(clipStory(timeline)).toEqual(['a_1.webm -4000 video -4000-2000 audio -4000-2000'])
    expect(segmentStory(timeline)).toEqual(['0-20 a_1'])
    expect(timeline.frames).toBe(20)
  })

  it('wholly before the room: nothing of it is used, and nothing is left to make', () => {
    expect(build([recording({ atMs: -9000, lengthMs: 6000 })])).toEqual({ warnings: [] })
  })

  it('keeps a timestamp up to 5 s from 0 as an offset', () => {
    for (const fromMs of [5000, -5000]) {
      const { timeline, warnings } = build([
        recording({ atMs: 10_000, video: makeVideo({ fromMs }), audio: makeAudio({ fromMs }) }),
      ])
      expect(timeline?.clips[0]?.offsetMs).toBe(10_000)
      expect(warnings).toEqual([])
    }
  })

  it.each([5001, -5001, 1_650_000_000_000])('takes %d ms as the clock of the recorder', (fromMs) => {
    const { timeline, warnings } = build([
      recording({
        atMs: 10_000,
        video: makeVideo({ fromMs: fromMs + 250, lengthMs: 3000 }),
        audio: makeAudio({ fromMs, lengthMs: 3000 }),
      }),
    ])
    expect(timeline?.clips[0]).toMatchObject({
      offsetMs: 10_000 - fromMs,
      audio: { range: { startMs: 10_000, endMs: 13_000 } },
      video: { range: { startMs: 10_250, endMs: 13_250 } },
    })
    expect(warnings).toEqual([
      { code: 'recorderOwnClock', params: { name: 'a_1.webm', earliestMs: fromMs }, where: 'a_1.webm' },
    ])
    expect(warnings.map((one) => say(one))).toEqual([
      `a_1.webm: its first timestamp is ${fromMs} ms, too far from 0 to be an offset; it was placed at StartTime`,
    ])
  })

  it('keeps any timestamp of a recording whose clock is that of the room', () => {
    const { entry, ...rest } = recording({
      video: makeVideo({ fromMs: 60_000, lengthMs: 3000 }),
      audio: makeAudio({ fromMs: 60_000, lengthMs: 3000 }),
    })
    const { timeline, warnings } = build([{ ...rest, entry: { ...entry, isRoomClock: true } }])
    expect(clipStory(timeline)).toEqual(['a_1.webm +0 video 60000-63000 audio 60000-63000'])
    expect(warnings).toEqual([])
  })

  it('asks the clock of the medium that is not wanted too: sound and picture belong together', () => {
    const timeline = makeTimeline(
      [recording({ video: makeVideo({ fromMs: 20_000 }), audio: makeAudio({ fromMs: 20_400 }) })],
      { job: { media: 'audio' } },
    )
    expect(clipStory(timeline)).toEqual(['a_1.webm -20000 audio 400-10400'])
  })
})

describe('seats', () => {
  it('are taken in the order of the first clips, ties by id', () => {
    const timeline = makeTimeline([
      recording({ streamId: 'late_1', atMs: 1000 }),
      recording({ streamId: 'b_1' }),
      recording({ streamId: 'a_2' }),
      recording({ streamId: 'a_1' }),
      recording({ streamId: 'B_1' }),
    ])
    expect(seats(timeline)).toEqual(['B_1', 'a_1', 'a_2', 'b_1', 'late_1'])
    expect(timeline.clips.map((clip) => clip.id)).toEqual([0, 1, 2, 3, 4])
  })

  it('move up when an earlier one leaves', () => {
    const timeline = makeTimeline(
      [
        recording({ streamId: 'a_1', lengthMs: 4000 }),
        recording({ streamId: 'b_1', atMs: 1000, lengthMs: 9000 }),
        recording({ streamId: 'c_1', atMs: 2000, lengthMs: 8000 }),
      ],
      { job: { layout: { kind: 'preset', preset: 'vertical' } } },
    )
    expect(segmentStory(timeline)).toEqual([
      '0-10 a_1',
      '10-20 a_1 b_1',
      '20-40 a_1 b_1 c_1',
      '40-100 b_1 c_1',
    ])
    expect(timeline.segments.at(-1)?.placements[0]).toMatchObject({ streamId: 'b_1', x: 0, width: 512 })
  })

  it('are not taken by streams that are only heard', () => {
    const { timeline, warnings } = build([
      recording({ streamId: 'a_1', video: null }),
      recording({ streamId: 'b_1', atMs: 1000 }),
    ])
    expect(segmentStory(timeline)).toEqual(['0-110 b_1'])
    expect(clipStory(timeline)[0]).toBe('a_1.webm +0 audio 0-10000')
    expect(warnings).toEqual([])
  })

  it('a room where nobody is seen is one segment of background', () => {
    const timeline = makeTimeline([recording({ video: null })])
    expect(segmentStory(timeline)).toEqual(['0-100'])
    expect(shotStory(timeline)).toEqual(['0-100'])
  })

  it('streams the layout has no region for are named, those that come and go too fast are not', () => {
    const { warnings } = build(
      [
        recording({ streamId: 'a_1' }),
        recording({ streamId: 'b_1' }),
        recording({ streamId: 'c_1', atMs: 5000, lengthMs: 40 }),
      ],
      {
        job: {
          layout: {
            kind: 'manual',
            positions: [
              { streamId: 'a_1', x: 0, y: 0, width: 640, height: 360, z: 0 },
              { streamId: 'c_1', x: 0, y: 0, width: 64, height: 36, z: 1 },
            ],
          },
        },
      },
    )
    expect(warnings).toEqual([{ code: 'streamNeverSeen', params: { streamId: 'b_1' } }])
  })

  it('the layout "single" names nobody: it shows one stream by its nature', () => {
    const { warnings } = build([recording({ streamId: 'a_1' }), recording({ streamId: 'b_1' })], {
      job: { layout: { kind: 'preset', preset: 'single' } },
    })
    expect(warnings).toEqual([])
  })
})

describe('who is taken', () => {
  const room = [
    recording({ streamId: 'a_1' }),
    recording({ streamId: 'b_1' }),
    recording({ streamId: 'c_2' }),
  ]

  it('lists of one medium say nothing about the other', () => {
    const timeline = makeTimeline(room, {
      job: {
        subscription: {
          audio: { kind: 'except', streamIds: ['a_1', 'nobody_1'] },
          video: { kind: 'only', streamIds: ['a_1', 'c_2'] },
          maxStreams: 32,
        },
      },
    })
    expect(clipStory(timeline)).toEqual([
      'a_1.webm +0 video 0-10000',
      'b_1.webm +0 audio 0-10000',
      'c_2.webm +0 video 0-10000 audio 0-10000',
    ])
    expect(segmentStory(timeline)).toEqual(['0-100 a_1 c_2'])
  })

  it('a stream that is taken for neither medium does not count', () => {
    const { timeline, warnings } = build(room, {
      job: {
        subscription: {
          audio: { kind: 'except', streamIds: ['a_1'] },
          video: { kind: 'except', streamIds: ['a_1'] },
          maxStreams: 2,
        },
      },
    })
    expect(timeline?.streams.map((one) => one.streamId)).toEqual(['b_1', 'c_2'])
    expect(warnings).toEqual([])
  })

  it('MediaChannel: sound alone has no segments, a picture alone no sound', () => {
    const heard = makeTimeline(room, { job: { media: 'audio' } })
    expect(heard).toMatchObject({ frames: 100, segments: [], shots: [] })
    expect(clipStory(heard)).toEqual(room.map((one) => `${one.entry.name} +0 audio 0-10000`))
    const seen = makeTimeline(room, { job: { media: 'video' } })
    expect(clipStory(seen)).toEqual(room.map((one) => `${one.entry.name} +0 video 0-10000`))
  })

  it('nothing is left: no timeline', () => {
    const nobody = { kind: 'only', streamIds: ['x_1'] } as const
    expect(build(room, { job: { subscription: { audio: nobody, video: nobody, maxStreams: 32 } } })).toEqual({
      warnings: [],
    })
    expect(build([recording({ video: null })], { job: { media: 'video' } })).toEqual({ warnings: [] })
    expect(build([])).toEqual({ warnings: [] })
  })
})

describe('several clips of a stream', () => {
  const other = recording({ streamId: 'b_1', atMs: 500, lengthMs: 19_500 })

  it('that overlap by a second: one picture, no doubled sound, the same seat', () => {
    const timeline = makeTimeline([
      recording({ streamId: 'a_1', name: 'one.webm', lengthMs: 10_000 }),
      recording({ streamId: 'a_1', name: 'two.webm', atMs: 9000, lengthMs: 11_000 }),
      other,
    ])
    expect(clipStory(timeline)).toEqual([
      'one.webm +0 video 0-9000 audio 0-9000',
      'two.webm +9000 video 9000-20000 audio 9000-20000',
      'b_1.webm +500 video 500-20000 audio 500-20000',
    ])
    expect(segmentStory(timeline)).toEqual(['0-5 a_1', '5-200 a_1 b_1'])
    expect(shotStory(timeline)).toEqual([
      '0-5 one.webm',
      '5-90 one.webm b_1.webm',
      '90-200 two.webm b_1.webm',
    ])
  })

  it('with a gap between them: the stream leaves and takes its old seat again', () => {
    const timeline = makeTimeline([
      recording({ streamId: 'a_1', name: 'one.webm', lengthMs: 5000 }),
      recording({ streamId: 'a_1', name: 'two.webm', atMs: 8000, lengthMs: 4000 }),
      recording({ streamId: 'b_1', lengthMs: 12_000 }),
    ])
    expect(segmentStory(timeline)).toEqual(['0-50 a_1 b_1', '50-80 b_1', '80-120 a_1 b_1'])
  })

  it('one inside another: the outer one is back when the inner one ends', () => {
    const timeline = makeTimeline([
      recording({ streamId: 'a_1', name: 'outer.webm', lengthMs: 20_000 }),
      recording({ streamId: 'a_1', name: 'inner.webm', atMs: 4000, lengthMs: 2000 }),
    ])
    expect(clipStory(timeline)).toEqual([
      'outer.webm +0 video 0-4000 audio 0-4000',
      'inner.webm +4000 video 4000-6000 audio 4000-6000',
      'outer.webm +0 video 6000-20000 audio 6000-20000',
    ])
    expect(segmentStory(timeline)).toEqual(['0-200 a_1'])
    expect(shotStory(timeline)).toEqual(['0-40 outer.webm', '40-60 inner.webm', '60-200 outer.webm'])
    expect(timeline.frames).toBe(200)
  })

  it('each medium is taken over when the later clip has it', () => {
    const timeline = makeTimeline([
      recording({ streamId: 'a_1', name: 'one.webm', lengthMs: 10_000 }),
      recording({
        streamId: 'a_1',
        name: 'two.webm',
        atMs: 9000,
        video: makeVideo({ fromMs: 400, lengthMs: 5000 }),
        audio: makeAudio({ lengthMs: 5400 }),
      }),
    ])
    expect(clipStory(timeline)).toEqual([
      'one.webm +0 video 0-9400 audio 0-9000',
      'two.webm +9000 video 9400-14400 audio 9000-14400',
    ])
  })

  it('that start together: the one later by name takes over, whichever comes first', () => {
    const room = [
      recording({ name: 'two.webm', lengthMs: 5000 }),
      recording({ name: 'one.webm', lengthMs: 8000 }),
    ]
    const story = ['two.webm +0 video 0-5000 audio 0-5000', 'one.webm +0 video 5000-8000 audio 5000-8000']
    expect(clipStory(makeTimeline(room))).toEqual(story)
    expect(clipStory(makeTimeline(room.toReversed()))).toEqual(story)
  })

  it('a track without length is none', () => {
    expect(clipStory(makeTimeline([recording({ audio: makeAudio({ lengthMs: 0 }) })]))).toEqual([
      'a_1.webm +0 video 0-10000',
    ])
  })
})

describe('KeyStream', () => {
  const room = [
    recording({ streamId: 'host_1', lengthMs: 4000 }),
    recording({ streamId: 'host_1', name: 'back.webm', atMs: 6000, lengthMs: 4000 }),
    recording({ streamId: 'guest_1', lengthMs: 100_000 }),
  ]
  const key = (streamId: string, idleMs: number) => ({ job: { keyStream: { streamId, idleMs } } })

  it('ends the output IdleTime after it last leaves', () => {
    expect(makeTimeline(room, key('host_1', 20_000)).frames).toBe(300)
    expect(makeTimeline(room, key('host_1', 0)).frames).toBe(100)
  })

  it('ends it with the last stream at the latest', () => {
    expect(makeTimeline(room, key('host_1', 600_000)).frames).toBe(1000)
    expect(makeTimeline(room, key('guest_1', 5000)).frames).toBe(1000)
  })

  it('leaves out who comes later', () => {
    const late = recording({ streamId: 'late_1', atMs: 50_000 })
    const timeline = makeTimeline([...room, late], key('host_1', 20_000))
    expect(segmentStory(timeline)).toEqual([
      '0-40 guest_1 host_1',
      '40-60 guest_1',
      '60-100 guest_1 host_1',
      '100-300 guest_1',
    ])
    expect(timeline.clips.at(-1)?.video).toMatchObject({ seats: [], pictures: [] })
  })

  it('that is not there is ignored with a warning', () => {
    const { timeline, warnings } = build(room, key('nobody_1', 0))
    expect(timeline?.frames).toBe(1000)
    expect(warnings).toEqual([{ code: 'keyStreamMissing', params: { streamId: 'nobody_1' } }])
  })
})
