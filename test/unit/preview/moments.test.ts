import { describe, expect, it } from 'vitest'
import { momentAt, momentOfEach } from '../../../src/preview/moments.ts'
import { makeRecording, makeTimeline, makeVideo } from '../../harness/builders.ts'

const at = (streamId: string, fromMs: number, toMs: number) =>
  makeRecording({ streamId, atMs: fromMs, lengthMs: toMs - fromMs, audio: null })
/** At 10 frames/s: 0 to 40, 40 to 100, 100 to 120. */
const ROOM = makeTimeline([at('a_1', 0, 12_000), at('b_1', 4000, 10_000)])

describe('a moment of each segment', () => {
  it('is its middle', () => {
    expect(momentOfEach(ROOM, 9)).toEqual([
      { frame: 20, segment: 0 },
      { frame: 70, segment: 1 },
      { frame: 110, segment: 2 },
    ])
  })

  it('is of as many as are wanted, spread over the output, in order of time', () => {
    const chosen = (most: number, timeline = ROOM) =>
      momentOfEach(timeline, most).map(({ segment }) => segment)
    expect(chosen(2)).toEqual([0, 1])
    expect(chosen(1)).toEqual([1])
    // Somebody comes and goes every 10 s for 10 minutes, but for one minute.
    const visits = Array.from({ length: 60 }, (_, i) => i).filter((i) => i < 30 || i > 36)
    const timeline = makeTimeline([
      at('a_1', 0, 600_000),
      ...visits.map((i) => ({ ...at('b_1', i * 10_000, i * 10_000 + 5000) })),
    ])
    const ten = momentOfEach(timeline, 10)
    expect(ten).toHaveLength(10)
    ten.forEach(({ frame }, i) => expect(Math.abs(frame / 10 - (i * 60 + 30))).toBeLessThan(45))
  })

  it('is one with all the pictures there are', () => {
    // Bob's seat is kept, but his camera shows something in the last two seconds alone.
    const still = makeVideo({ timesMs: [0, 100, 200, 8000, 8100, 8200, 9900] })
    const timeline = makeTimeline(
      [at('a_1', 0, 10_000), makeRecording({ streamId: 'b_1', video: still, audio: null })],
      { rules: { whenStalled: 'background', holdMs: 1000 } },
    )
    const [moment] = momentOfEach(timeline, 1)
    const shot = timeline.shots.find(
      ({ startFrame, endFrame }) => startFrame <= moment!.frame && moment!.frame < endFrame,
    )
    expect(timeline.segments).toHaveLength(1)
    expect(shot?.tiles).toHaveLength(2)
  })

  it('is where little has to be decoded for it, when its middle is far from a keyframe', () => {
    const video = makeVideo({ lengthMs: 600_000, keyframesMs: [0, 350_000] })
    const timeline = makeTimeline([makeRecording({ video, audio: null })])
    const [moment] = momentOfEach(timeline, 1)
    expect(moment!.frame).toBeGreaterThanOrEqual(3500)
    expect(moment!.frame).toBeLessThan(4500)
  })
})

describe('the moment at a time', () => {
  it.each([
    [0, 0, 0],
    [3.999, 39, 0],
    [4, 40, 1],
    [4.3, 43, 1],
    [11.99, 119, 2],
  ])('%s s is the frame that is on screen then', (seconds, frame, segment) => {
    expect(momentAt(ROOM, seconds)).toEqual({ frame, segment })
  })

  it('is none behind the end', () => {
    expect(momentAt(ROOM, 12)).toBeUndefined()
    expect(momentAt(ROOM, 1e9)).toBeUndefined()
  })
})
