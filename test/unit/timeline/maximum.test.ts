import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { say } from '../../../src/messages/index.ts'
import type { Job, Settings } from '../../../src/model/job.ts'
import type { Recording } from '../../../src/model/room.ts'
import type { Timeline } from '../../../src/model/timeline.ts'
import { ROOM_MS, build, makeAudio, makeRecording } from '../../harness/builders.ts'
import { clipStory, segmentStory } from './story.ts'

const recording = makeRecording
const atMost = (maxStreams: number): { job: Partial<Job & Settings> } => ({
  job: { subscription: { audio: { kind: 'all' }, video: { kind: 'all' }, maxStreams } },
})

describe('MaxSubscriptions', () => {
  it('bounds who is there at the same time: one that joins a full room gets in when somebody leaves', () => {
    const { timeline, warnings } = build(
      [
        recording({ streamId: 'a_1', lengthMs: 6000 }),
        recording({ streamId: 'b_1', atMs: 1000 }),
        recording({ streamId: 'c_1', atMs: 2000 }),
      ],
      atMost(2),
    )
    expect(segmentStory(timeline)).toEqual(['0-10 a_1', '10-60 a_1 b_1', '60-110 b_1 c_1', '110-120 c_1'])
    expect(clipStory(timeline)).toEqual([
      'a_1.webm +0 video 0-6000 audio 0-6000',
      'b_1.webm +1000 video 1000-11000 audio 1000-11000',
      'c_1.webm +2000 video 6000-12000 audio 6000-12000',
    ])
    expect(warnings.map((one) => say(one))).toEqual([
      'c_1: left out from 2 s to 6 s, since SubscribeConfig.MaxSubscriptions is 2 and that many streams had joined before it',
    ])
  })

  it('leaves nobody out who comes when another has left, however many there ever were', () => {
    const room = ['a_1', 'b_1', 'c_1'].map((streamId, i) =>
      recording({ streamId, atMs: i * 4000, lengthMs: 4000 }),
    )
    const { timeline, warnings } = build(room, atMost(1))
    expect(segmentStory(timeline)).toEqual(['0-40 a_1', '40-80 b_1', '80-120 c_1'])
    expect(warnings).toEqual([])
  })

  it('lets those that wait in as they came, and one that comes back waits behind them', () => {
    const { timeline, warnings } = build(
      [
        recording({ streamId: 'a_1', lengthMs: 4000 }),
        recording({ streamId: 'c_1', atMs: 2000, lengthMs: 6000 }),
        recording({ streamId: 'b_1', atMs: 1000, lengthMs: 5000 }),
        recording({ streamId: 'a_1', name: 'again.webm', atMs: 5000, lengthMs: 2000 }),
        recording({ streamId: 'a_1', name: 'last.webm', atMs: 7500, lengthMs: 2000 }),
      ],
      atMost(1),
    )
    expect(segmentStory(timeline)).toEqual(['0-40 a_1', '40-60 b_1', '60-80 c_1', '80-95 a_1'])
    expect(warnings.map(({ params }) => params)).toEqual([
      { streamId: 'b_1', maximum: 1, fromSeconds: 1, toSeconds: 4, others: 0 },
      { streamId: 'c_1', maximum: 1, fromSeconds: 2, toSeconds: 6, others: 0 },
      { streamId: 'a_1', maximum: 1, fromSeconds: 5, toSeconds: 7, others: 1 },
    ])
  })

  it('counts a camera and a screen, and those that are only heard, as a stream each', () => {
    const { timeline } = build(
      [
        recording({ streamId: 'a_1', video: null, audio: makeAudio({ lengthMs: 5000 }) }),
        recording({ streamId: 'a_2', atMs: 1000 }),
        recording({ streamId: 'b_1', atMs: 2000 }),
      ],
      atMost(2),
    )
    expect(segmentStory(timeline)).toEqual(['0-50 a_2', '50-110 a_2 b_1', '110-120 b_1'])
  })

  it('holds at every moment of any room, and nobody is left out while there is room', () => {
    const stays = fc.array(
      fc.record({
        who: fc.constantFrom('a_1', 'b_1', 'c_1', 'd_1', 'd_2'),
        from: fc.integer({ min: 0, max: 60 }),
        length: fc.integer({ min: 1, max: 30 }),
        isHeardOnly: fc.boolean(),
      }),
      { minLength: 1, maxLength: 14 },
    )
    fc.assert(
      fc.property(stays, fc.integer({ min: 1, max: 4 }), (some, maximum) => {
        const room = some.map(({ who, from, length, isHeardOnly }, i) =>
          recording({
            ...{ streamId: who, name: `${i}.webm`, atMs: from * 100, lengthMs: length * 100 },
            ...(isHeardOnly && { video: null }),
          }),
        )
        const { timeline } = build(room, atMost(maximum))
        for (let frame = 0; frame < 90; frame++) {
          const [there, used] = [presentAt(room, frame), usedAt(timeline, frame)]
          expect(used.size).toBe(Math.min(there.size, maximum))
          // One that is in stays in for as long as it is there.
          for (const streamId of frame > 0 ? usedAt(timeline, frame - 1) : [])
            if (there.has(streamId)) expect(used).toContain(streamId)
        }
      }),
    )
  })

  it('takes a room where thousands come and go', () => {
    const room = Array.from({ length: 4000 }, (_, i) =>
      recording({ streamId: `u${i % 500}_1`, name: `${i}.webm`, atMs: i * 100, lengthMs: 2000, video: null }),
    )
    const { timeline } = build(room, atMost(7))
    expect(usedAt(timeline, 2000).size).toBe(7)
  })
})

/** Who has a recording at a frame of 100 ms. */
function presentAt(room: readonly Recording[], frame: number): Set<string> {
  const atMs = frame * 100 + 50
  return new Set(
    room
      .filter(({ entry, probe }) => {
        const startMs = entry.startMs - ROOM_MS
        return startMs <= atMs && atMs < startMs + (probe.audio?.endMs ?? 0)
      })
      .map(({ entry }) => entry.streamId),
  )
}

/** Who is seen or heard there. */
function usedAt(timeline: Timeline | undefined, frame: number): Set<string> {
  const atMs = frame * 100 + 50
  return new Set(
    (timeline?.clips ?? [])
      .filter(({ video, audio }) =>
        [video?.range, audio?.range].some((range) => range && range.startMs <= atMs && atMs < range.endMs),
      )
      .map(({ streamId }) => streamId),
  )
}
