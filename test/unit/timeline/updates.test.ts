/** Rooms with timed updates: what becomes of the timeline. */
import { describe, expect, it } from 'vitest'
import type { Job, Settings, Stretch } from '../../../src/model/job.ts'
import { build, makeRecording, makeSettingsOf } from '../../harness/builders.ts'
import { clipStory, segmentStory } from './story.ts'

const recording = makeRecording

type Change = readonly [second: number, change: Partial<Settings>]

/** Stretches at 10 frames/s, each from a second with what it changes. */
function from(...changes: readonly Change[]): Partial<Job> {
  let settings = makeSettingsOf()
  const stretches: Stretch[] = [{ fromFrame: 0, soundFromMs: 0, settings }]
  for (const [second, change] of changes) {
    const before = settings
    settings = { ...settings, ...change }
    stretches.push({
      fromFrame: Math.round(second * 10),
      soundFromMs: second * 1000,
      settings,
      update: { actions: ['job.update'], before },
    })
  }
  return { stretches: stretches as [Stretch, ...Stretch[]] }
}

const state = (streamId: string, changes: Partial<Settings['streams'][number]>) => ({
  streamId,
  video: undefined,
  audio: undefined,
  isVideoMuted: false,
  isAudioMuted: false,
  ...changes,
})
const room = [recording({ streamId: 'a_1' }), recording({ streamId: 'b_1', atMs: 1000 })]

describe('a changed layout', () => {
  it('holds from its frame on, however short it is', () => {
    const job = from(
      [5, { layout: { kind: 'preset', preset: 'vertical' } }],
      [5.2, { layout: { kind: 'preset', preset: 'tile' } }],
    )
    expect(segmentStory(build(room, { job }).timeline)).toEqual([
      '0-10 a_1',
      '10-50 a_1 b_1',
      '50-52 a_1 b_1',
      '52-100 a_1 b_1',
      '100-110 b_1',
    ])
  })

  it('is a new segment even if only a z is another', () => {
    const at = (z: number) => ({
      layout: {
        kind: 'manual' as const,
        positions: [
          { streamId: 'a_1', x: 0, y: 0, width: 160, height: 120, z: 0 },
          { streamId: 'b_1', x: 0, y: 0, width: 64, height: 64, z },
        ],
      },
    })
    const job = from([0, at(1)], [5, at(2)])
    const { timeline } = build(room, { job })
    const zOfB = timeline?.segments.map(
      ({ placements }) => placements.find((one) => one.streamId === 'b_1')?.z,
    )
    expect(zOfB).toEqual([undefined, 1, 2, 2])
  })

  it('hides nobody who joins just before it or leaves just after it', () => {
    const job = from([5, { fit: 'cover' }])
    const joins = [recording({ streamId: 'a_1' }), recording({ streamId: 'b_1', atMs: 4800 })]
    expect(segmentStory(build(joins, { job }).timeline)).toEqual([
      '0-48 a_1',
      '48-50 a_1 b_1',
      '50-100 a_1 b_1',
      '100-148 b_1',
    ])
    const leaves = [recording({ streamId: 'a_1' }), recording({ streamId: 'b_1', lengthMs: 5200 })]
    expect(segmentStory(build(leaves, { job }).timeline)).toEqual([
      '0-50 a_1 b_1',
      '50-52 a_1 b_1',
      '52-100 a_1',
    ])
    // As without a change: an empty seat for a moment is no new layout.
    const short = [recording({ streamId: 'a_1' }), recording({ streamId: 'b_1', lengthMs: 4800 })]
    expect(segmentStory(build(short, { job }).timeline)).toEqual(['0-50 a_1 b_1', '50-100 a_1'])
  })

  it('that shows the same is no new segment, a new look is', () => {
    const job = from(
      [3, { layout: { kind: 'preset', preset: 'tile2' } }],
      [5, { fit: 'cover' }],
      [6, { watermarks: [{ kind: 'text', text: 'x', x: 0, y: 0, alpha: 1 }] }],
    )
    const { timeline } = build(room, { job })
    expect(segmentStory(timeline)).toEqual([
      '0-10 a_1',
      '10-50 a_1 b_1',
      '50-60 a_1 b_1',
      '60-100 a_1 b_1',
      '100-110 b_1',
    ])
    expect(timeline?.changes.map(({ frame }) => frame)).toEqual([30, 50, 60])
  })
})

describe('a muted stream', () => {
  const muted = from(
    [4, { streams: [state('a_1', { isVideoMuted: true, isAudioMuted: true })] }],
    [6, { streams: [] }],
  )

  it('is silent, and gives up its seat or keeps it by the rule for stalls', () => {
    const { timeline } = build(room, { job: muted })
    expect(segmentStory(timeline)).toEqual([
      '0-10 a_1',
      '10-40 a_1 b_1',
      '40-60 b_1',
      '60-100 a_1 b_1',
      '100-110 b_1',
    ])
    expect(clipStory(timeline)).toEqual([
      'a_1.webm +0 video 0-4000,6000-10000 audio 0-4000,6000-10000',
      'b_1.webm +1000 video 1000-11000 audio 1000-11000',
    ])
    for (const whenStalled of ['hold', 'background'] as const) {
      const kept = build(room, { job: muted, rules: { whenStalled } }).timeline
      expect(segmentStory(kept)).toEqual(['0-10 a_1', '10-100 a_1 b_1', '100-110 b_1'])
      const during = kept?.shots.filter(({ startFrame }) => startFrame >= 40 && startFrame < 60)
      expect(during?.flatMap(({ tiles }) => tiles.map(({ clip }) => clip.streamId))).toEqual(['b_1'])
    }
  })

  it('is silent from the moment on, its picture from the nearest frame on', () => {
    const isMuted = { isVideoMuted: true, isAudioMuted: true }
    const job = from([4.03, { streams: [state('a_1', isMuted)] }], [5.96, { streams: [] }])
    const { timeline } = build(room, { job })
    expect(clipStory(timeline)[0]).toBe('a_1.webm +0 video 0-4000,6000-10000 audio 0-4030,5960-10000')
  })

  it('does not shorten the output', () => {
    const job = from([4, { streams: [state('b_1', { isVideoMuted: true, isAudioMuted: true })] }])
    expect(build(room, { job }).timeline?.frames).toBe(110)
  })
})

describe('the subscription', () => {
  it('takes a stream away and brings it back; the output ends with the last that is mixed', () => {
    const only = (...streamIds: string[]) => ({ kind: 'only', streamIds }) as const
    const job = from([3, { subscription: { audio: only('a_1'), video: only('a_1'), maxStreams: 32 } }])
    const { timeline } = build(room, { job })
    expect(segmentStory(timeline)).toEqual(['0-10 a_1', '10-30 a_1 b_1', '30-100 a_1'])
  })

  it('lets fewer in: those that came last have to wait until there is room again', () => {
    const all = makeSettingsOf().subscription
    const three = [...room, recording({ streamId: 'c_1', atMs: 2000 })]
    const job = from(
      [4, { subscription: { ...all, maxStreams: 1 } }],
      [6, { subscription: { ...all, maxStreams: 2 } }],
    )
    const { timeline, warnings } = build(three, { job })
    expect(segmentStory(timeline)).toEqual([
      '0-10 a_1',
      '10-20 a_1 b_1',
      '20-40 a_1 b_1 c_1',
      '40-60 a_1',
      '60-100 a_1 b_1',
      '100-110 b_1 c_1',
      '110-120 c_1',
    ])
    expect(clipStory(timeline)[2]).toBe(
      'c_1.webm +2000 video 2000-4000,10000-12000 audio 2000-4000,10000-12000',
    )
    expect(warnings.map(({ code }) => code)).toEqual(['streamBeyondMaximum', 'streamBeyondMaximum'])
  })
})

it('an update after the end has no effect and is named', () => {
  const { warnings, timeline } = build(room, { job: from([50, { fit: 'cover' }]) })
  expect(warnings).toEqual([{ code: 'updatesAfterEnd', params: { count: 1, seconds: 50 } }])
  expect(timeline?.changes).toEqual([])
})

describe('a film that would open with an empty picture', () => {
  const opening = (...changes: readonly Change[]) => {
    const { timeline } = build([recording({ streamId: 'a_1', atMs: 500 })], { job: from(...changes) })
    return [timeline?.segments[0], timeline?.shots[0]].map((one) => [one?.startFrame, one?.endFrame])
  }

  it('opens with what follows, if nothing has changed until then', () => {
    expect(opening([0.8, { fit: 'cover' }])).toEqual([
      [0, 8],
      [0, 8],
    ])
    expect(opening([0.3, {}], [0.8, { fit: 'cover' }])).toEqual([
      [0, 8],
      [0, 8],
    ])
  })

  it('shows nothing before the update that it follows from', () => {
    expect(opening([0.3, { fit: 'cover' }])).toEqual([
      [0, 3],
      [0, 3],
    ])
    const hidden = { streams: [state('a_1', { isVideoMuted: true })] }
    const { timeline } = build([recording({ streamId: 'a_1' })], {
      job: {
        stretches: [
          { fromFrame: 0, soundFromMs: 0, settings: makeSettingsOf(hidden) },
          { fromFrame: 5, soundFromMs: 500, settings: makeSettingsOf() },
        ],
      },
    })
    expect(timeline?.shots.map(({ startFrame, tiles }) => [startFrame, tiles.length])).toEqual([
      [0, 0],
      [5, 1],
    ])
  })
})

it('a screen share is enlarged from the frame on at which it is asked for', () => {
  const job = from([5, { screenShare: 'large' }])
  const shared = [recording({ streamId: 'a_1' }), recording({ streamId: 'b_2' })]
  const { timeline } = build(shared, { job })
  const areas = timeline?.segments.map(({ startFrame, placements }) => {
    const [a = 0, b = 0] = ['a_1', 'b_2'].map((id) => {
      const { width = 0, height = 0 } = placements.find(({ streamId }) => streamId === id) ?? {}
      return width * height
    })
    return [startFrame, Math.sign(b - a)]
  })
  expect(areas).toEqual([
    [0, 0],
    [50, 1],
  ])
})
