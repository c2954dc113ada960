import { describe, expect, it } from 'vitest'
import { build, makeRecording, makeTimeline, makeVideo } from '../../harness/builders.ts'
import { segmentStory, shotStory } from './story.ts'

/** A recording of pictures, in frames of 100 ms. */
type Stretch = readonly [streamId: string, from: number, to: number]

function room(...stretches: readonly Stretch[]) {
  return stretches.map(([streamId, from, to], i) =>
    makeRecording({
      streamId,
      name: `${streamId}.${i}`,
      atMs: from * 100,
      lengthMs: (to - from) * 100,
      audio: null,
    }),
  )
}

const segments = (...stretches: readonly Stretch[]) => segmentStory(makeTimeline(room(...stretches)))
const shots = (...stretches: readonly Stretch[]) => shotStory(makeTimeline(room(...stretches)))

describe('the first frame', () => {
  it('shows who is there within a second, before anybody else has a picture', () => {
    expect(shots(['a_1', 2, 100])).toEqual(['0-100 a_1.0'])
    expect(segments(['a_1', 8, 100])).toEqual(['0-100 a_1'])
    expect(shots(['a_1', 2, 100], ['b_1', 4, 100])).toEqual(['0-4 a_1.0', '4-100 a_1.0 b_1.1'])
  })

  it('is empty where nobody is there for longer', () => {
    expect(segments(['a_1', 11, 100])).toEqual(['0-11', '11-100 a_1'])
    expect(shots(['a_1', 11, 100])).toEqual(['0-11', '11-100 a_1.0'])
  })
})

describe('layouts that last less than half a second are merged', () => {
  it('but not those of exactly half a second', () => {
    expect(segments(['a_1', 0, 100], ['b_1', 5, 100])).toEqual(['0-5 a_1', '5-100 a_1 b_1'])
  })

  it('a chain of joins: each has a region from the start of a layout that lasts long enough', () => {
    const people = [
      ['a_1', 0, 100],
      ['b_1', 2, 100],
      ['c_1', 4, 100],
      ['d_1', 6, 100],
    ] as const
    expect(segments(...people)).toEqual(['0-6 a_1 b_1 c_1', '6-100 a_1 b_1 c_1 d_1'])
    // A region shows the background until its first picture.
    expect(shots(...people)).toEqual([
      '0-2 a_1.0',
      '2-4 a_1.0 b_1.1',
      '4-6 a_1.0 b_1.1 c_1.2',
      '6-100 a_1.0 b_1.1 c_1.2 d_1.3',
    ])
  })

  it('a chain of leaves: everybody keeps the region until the last has gone', () => {
    const people = [
      ['a_1', 0, 100],
      ['b_1', 0, 52],
      ['c_1', 0, 54],
      ['d_1', 0, 50],
    ] as const
    expect(segments(...people)).toEqual(['0-54 a_1 b_1 c_1 d_1', '54-100 a_1'])
    // The last pictures stay until then.
    expect(shots(...people)).toEqual(['0-54 a_1.0 b_1.1 c_1.2 d_1.3', '54-100 a_1.0'])
  })

  it('a flicker is no leave', () => {
    const people = [
      ['a_1', 0, 100],
      ['b_1', 0, 40],
      ['b_1', 43, 80],
      ['b_1', 82, 100],
    ] as const
    expect(segments(...people)).toEqual(['0-100 a_1 b_1'])
    expect(shots(...people)).toEqual(['0-43 a_1.0 b_1.1', '43-82 a_1.0 b_1.2', '82-100 a_1.0 b_1.3'])
  })

  it('a flash of a stream is not shown', () => {
    expect(segments(['a_1', 0, 100], ['b_1', 50, 53])).toEqual(['0-100 a_1'])
    expect(shots(['a_1', 0, 100], ['b_1', 50, 53])).toEqual(['0-100 a_1.0'])
  })

  it('one goes and another comes', () => {
    expect(segments(['a_1', 0, 100], ['b_1', 0, 50], ['c_1', 53, 100])).toEqual([
      '0-50 a_1 b_1',
      '50-100 a_1 c_1',
    ])
    expect(segments(['a_1', 0, 100], ['b_1', 0, 53], ['c_1', 50, 100])).toEqual([
      '0-50 a_1 b_1',
      '50-100 a_1 c_1',
    ])
  })

  it('at the very end and at the very start', () => {
    expect(segments(['a_1', 0, 100], ['b_1', 0, 97])).toEqual(['0-100 a_1 b_1'])
    expect(segments(['a_1', 3, 100])).toEqual(['0-100 a_1'])
    expect(shots(['a_1', 3, 100])).toEqual(['0-100 a_1.0'])
  })

  it('the whole output is short: one segment', () => {
    expect(segments(['a_1', 0, 4], ['b_1', 1, 4])).toEqual(['0-4 a_1 b_1'])
  })

  it('nothing is merged at 0 ms', () => {
    const timeline = makeTimeline(room(['a_1', 0, 100], ['b_1', 50, 51]), { rules: { minSegmentMs: 0 } })
    expect(segmentStory(timeline)).toEqual(['0-50 a_1', '50-51 a_1 b_1', '51-100 a_1'])
  })

  it('half a second is a whole number of frames, rounded up', () => {
    const at15 = { job: { canvas: { width: 640, height: 360, fps: 15, background: { r: 0, g: 0, b: 0 } } } }
    const joinAt = (ms: number) =>
      segmentStory(
        makeTimeline(
          [makeRecording(), makeRecording({ streamId: 'b_1', atMs: ms, lengthMs: 10_000 - ms })],
          at15,
        ),
      ).length
    expect(joinAt((7 * 1000) / 15)).toBe(1)
    expect(joinAt((8 * 1000) / 15)).toBe(2)
  })
})

describe('segments are cut by what is seen', () => {
  it('a change that moves nobody is no cut', () => {
    const timeline = makeTimeline(room(['a_1', 0, 100], ['b_1', 20, 60]), {
      job: { layout: { kind: 'preset', preset: 'single' } },
    })
    expect(segmentStory(timeline)).toEqual(['0-100 a_1'])
  })

  it('the main stream takes region 1 while it is there', () => {
    const timeline = makeTimeline(room(['a_1', 0, 100], ['b_1', 20, 60]), {
      job: { layout: { kind: 'preset', preset: 'single' }, mainStream: 'b_1' },
    })
    expect(segmentStory(timeline)).toEqual(['0-20 a_1', '20-60 b_1', '60-100 a_1'])
  })

  it('a new clip in the same seat is a shot and no segment', () => {
    expect(segments(['a_1', 0, 50], ['a_1', 50, 100])).toEqual(['0-100 a_1'])
    expect(shots(['a_1', 0, 50], ['a_1', 50, 100])).toEqual(['0-50 a_1.0', '50-100 a_1.1'])
  })

  it('tiles are in painter’s order', () => {
    const timeline = makeTimeline(room(['a_1', 0, 100], ['b_1', 0, 100]), {
      job: {
        layout: {
          kind: 'manual',
          positions: [
            { streamId: 'a_1', x: 0, y: 0, width: 320, height: 180, z: 5 },
            { streamId: 'b_1', x: 0, y: 0, width: 640, height: 360, z: -1 },
          ],
        },
      },
    })
    expect(shotStory(timeline)).toEqual(['0-100 b_1.1 a_1.0'])
  })
})

describe('large rooms', () => {
  it('500 clips and 2000 changes', () => {
    const streams = Array.from({ length: 25 }, (_, i) => `user${i}_1`)
    const stalls = (from: number) =>
      Array.from({ length: 40 }, (_, i) => from + i * 100).filter((ms) => ms % 20_000 < 15_000)
    const recordings = streams.flatMap((streamId, s) =>
      Array.from({ length: 20 }, (_, k) =>
        makeRecording({
          streamId,
          name: `${streamId}.${k}`,
          atMs: s * 777 + k * 400_000,
          lengthMs: 300_000,
          video: makeVideo({
            timesMs: [0, 80_000, 160_000, 240_000].flatMap(stalls),
            endMs: 300_000,
          }),
        }),
      ),
    )
    const { timeline } = build(recordings, {
      job: { subscription: { audio: { kind: 'all' }, video: { kind: 'all' }, maxStreams: 1000 } },
    })
    expect(timeline?.clips).toHaveLength(500)
    expect(timeline?.clips.flatMap((clip) => clip.video?.seats ?? [])).toHaveLength(2000)
    expect(timeline?.segments[0]?.startFrame).toBe(0)
    expect(timeline?.segments.at(-1)?.endFrame).toBe(timeline?.frames)
    expect(timeline?.shots.at(-1)?.endFrame).toBe(timeline?.frames)
  })

  it('500 people who all come within half a second of one another', () => {
    const recordings = Array.from({ length: 500 }, (_, i) =>
      makeRecording({ streamId: `user${i}_1`, atMs: i * 100, lengthMs: 100_000 - i * 100 }),
    )
    const { timeline } = build(recordings, {
      job: { subscription: { audio: { kind: 'all' }, video: { kind: 'all' }, maxStreams: 1000 } },
    })
    expect(timeline?.segments).toHaveLength(100)
    expect(timeline?.shots).toHaveLength(500)
  })
})
