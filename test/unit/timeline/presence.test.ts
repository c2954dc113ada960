import { describe, expect, it } from 'vitest'
import type { StallRule } from '../../../src/timeline/presence.ts'
import { makeAudio, makeRecording, makeTimeline, makeVideo } from '../../harness/builders.ts'
import { segmentStory, shotStory } from './story.ts'

const recording = makeRecording

/** Ten frames a second, except in the holes [from, to): no frame is stamped inside one. */
function withHoles(lengthMs: number, ...holes: readonly (readonly [number, number])[]) {
  const all = Array.from({ length: lengthMs / 100 }, (_, i) => i * 100)
  return makeVideo({
    timesMs: all.filter((ms) => !holes.some(([from, to]) => ms > from && ms < to)),
    endMs: lengthMs,
  })
}

/** What comes of one camera's clip, in frames of 100 ms. */
function presenceOf(
  clip: Parameters<typeof makeRecording>[0],
  rule: Partial<StallRule>,
): { seats: string; pictures: string } {
  const video = makeTimeline([recording(clip)], { rules: rule }).clips[0]?.video
  const text = (ranges: readonly { startFrame: number; endFrame: number }[] = []) =>
    ranges.map(({ startFrame, endFrame }) => `${startFrame}-${endFrame}`).join(' ')
  return { seats: text(video?.seats), pictures: text(video?.pictures) }
}

describe('a camera that sends nothing for longer than holdMs', () => {
  const video = withHoles(20_000, [5000, 12_000])
  const clip = { lengthMs: 20_000, video }

  it('leave: its last picture is held, then the seat is given up until it is back', () => {
    expect(presenceOf(clip, { whenStalled: 'leave' })).toEqual({
      seats: '0-80 120-200',
      pictures: '0-80 120-200',
    })
  })

  it('hold: keeps seat and picture', () => {
    expect(presenceOf(clip, { whenStalled: 'hold' })).toEqual({ seats: '0-200', pictures: '0-200' })
  })

  it('background: keeps the seat and shows nothing in it', () => {
    expect(presenceOf(clip, { whenStalled: 'background' })).toEqual({
      seats: '0-200',
      pictures: '0-80 120-200',
    })
    const timeline = makeTimeline([recording(clip)], { rules: { whenStalled: 'background' } })
    expect(segmentStory(timeline)).toEqual(['0-200 a_1'])
    expect(shotStory(timeline)).toEqual(['0-80 a_1.webm', '80-120', '120-200 a_1.webm'])
  })

  it('a screen share always holds', () => {
    for (const whenStalled of ['leave', 'hold', 'background'] as const) {
      expect(presenceOf({ ...clip, streamId: 'user_x_2' }, { whenStalled })).toEqual({
        seats: '0-200',
        pictures: '0-200',
      })
    }
    expect(presenceOf({ ...clip, streamId: '2_1' }, { whenStalled: 'leave' }).seats).toBe('0-80 120-200')
  })

  it('exactly as long as holdMs is no stall', () => {
    const gap = withHoles(20_000, [5000, 8000])
    expect(presenceOf({ lengthMs: 20_000, video: gap }, {}).seats).toBe('0-200')
    expect(presenceOf({ lengthMs: 20_000, video: gap }, { holdMs: 2999 }).seats).toBe('0-200')
    expect(presenceOf({ lengthMs: 20_000, video: gap }, { holdMs: 2900 }).seats).toBe('0-79 80-200')
  })

  it('holdMs 0: a picture lasts a frame, the last one as long as it says', () => {
    const still = makeVideo({ timesMs: [0, 1000, 2000], endMs: 3000 })
    expect(presenceOf({ video: still, audio: null }, { holdMs: 0 }).pictures).toBe('0-1 10-11 20-30')
  })

  it('several stalls', () => {
    const often = withHoles(60_000, [5000, 12_000], [20_000, 30_000], [50_000, 56_000])
    expect(presenceOf({ lengthMs: 60_000, video: often }, {}).seats).toBe('0-80 120-230 300-530 560-600')
  })
})

describe('sound that outlasts the picture', () => {
  const clip = { video: makeVideo({ lengthMs: 5000 }), audio: makeAudio({ lengthMs: 20_000 }) }

  it('the last picture is held for holdMs, then the rule decides', () => {
    expect(presenceOf(clip, { whenStalled: 'leave' })).toEqual({ seats: '0-79', pictures: '0-79' })
    expect(presenceOf(clip, { whenStalled: 'hold' })).toEqual({ seats: '0-200', pictures: '0-200' })
    expect(presenceOf(clip, { whenStalled: 'background' })).toEqual({ seats: '0-200', pictures: '0-79' })
  })

  it('a picture that is alone ends with its last frame', () => {
    expect(presenceOf({ ...clip, audio: null }, {})).toEqual({ seats: '0-50', pictures: '0-50' })
  })

  it('a seat begins with the first picture, however early the sound', () => {
    const late = { video: makeVideo({ fromMs: 4000, lengthMs: 2000 }), audio: makeAudio({ lengthMs: 6000 }) }
    for (const whenStalled of ['leave', 'hold', 'background'] as const) {
      expect(presenceOf(late, { whenStalled })).toEqual({ seats: '40-60', pictures: '40-60' })
    }
  })

  it('does not hide the clip that takes over the seat', () => {
    const timeline = makeTimeline(
      [
        recording({ name: 'one.webm', ...clip, lengthMs: 20_000 }),
        recording({ name: 'two.webm', atMs: 6000, lengthMs: 9000, audio: null }),
      ],
      { rules: { whenStalled: 'background' } },
    )
    expect(segmentStory(timeline)).toEqual(['0-200 a_1'])
    expect(shotStory(timeline)).toEqual(['0-60 one.webm', '60-150 two.webm', '150-200'])
  })
})

describe('very short clips', () => {
  it('a clip of 40 ms gets a frame', () => {
    const clip = { video: makeVideo({ timesMs: [0], endMs: 40 }), audio: null }
    expect(presenceOf(clip, {})).toEqual({ seats: '0-1', pictures: '0-1' })
    const timeline = makeTimeline([recording({ ...clip, atMs: 2000 }), recording({ streamId: 'b_1' })])
    expect(timeline.clips[1]?.video?.seats).toEqual([{ startFrame: 20, endFrame: 21 }])
  })

  it('a video of one frame is held while its sound goes on', () => {
    const clip = { video: makeVideo({ timesMs: [0], endMs: 40 }), audio: makeAudio({ lengthMs: 5000 }) }
    expect(presenceOf(clip, { whenStalled: 'leave' }).pictures).toBe('0-30')
    expect(presenceOf(clip, { whenStalled: 'hold' }).pictures).toBe('0-50')
  })

  it('a job of 40 ms has one frame', () => {
    const timeline = makeTimeline([recording({ video: makeVideo({ timesMs: [0], endMs: 40 }), audio: null })])
    expect(timeline.frames).toBe(1)
    expect(shotStory(timeline)).toEqual(['0-1 a_1.webm'])
  })
})

describe('the frame grid', () => {
  it.each([
    [1049, '10-20'],
    [1050, '11-21'],
    [951, '10-20'],
    [949, '9-19'],
  ])('a clip of 1 s at %d ms has the frames %s', (atMs, seats) => {
    const room = [recording({ atMs, lengthMs: 1000 }), recording({ streamId: 'b_1' })]
    expect(makeTimeline(room).clips.find((clip) => clip.streamId === 'a_1')?.video?.seats).toEqual([
      { startFrame: Number(seats.split('-')[0]), endFrame: Number(seats.split('-')[1]) },
    ])
  })

  it('the output is as long as its clips to the nearest frame', () => {
    expect(makeTimeline([recording({ lengthMs: 9949 })]).frames).toBe(99)
    expect(makeTimeline([recording({ lengthMs: 9950 })]).frames).toBe(100)
  })
})
