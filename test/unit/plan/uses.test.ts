import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeCost, decodeWork, keyframeFor, usesOf } from '../../../src/plan/uses.ts'
import { makeClip, makeRecording, makeShot, makeVideo } from '../../harness/builders.ts'
import { CANVAS, FPS, endOf, makeShots, people } from './rooms.ts'

const one = makeClip({ id: 0, recording: makeRecording({ streamId: 'a_1' }) })
const two = makeClip({ id: 1, recording: makeRecording({ streamId: 'b_1' }) })
const [left, right] = [[0, 0, 320, 360] as const, [320, 0, 320, 360] as const]

describe('when clips are seen', () => {
  it('in order of first appearance, stretches that touch made one', () => {
    expect(
      usesOf([
        makeShot(10, 20, [two, ...left]),
        makeShot(20, 30, [one, ...left], [two, ...right]),
        makeShot(30, 40, [one, ...left]),
        makeShot(40, 50),
        makeShot(50, 60, [two, ...left], [one, ...right]),
      ]),
    ).toEqual([
      {
        clip: two,
        ranges: [
          { startFrame: 10, endFrame: 30 },
          { startFrame: 50, endFrame: 60 },
        ],
      },
      {
        clip: one,
        ranges: [
          { startFrame: 20, endFrame: 40 },
          { startFrame: 50, endFrame: 60 },
        ],
      },
    ])
  })

  it('a clip that is in two places at once is one clip', () => {
    const shots = [makeShot(0, 10, [one, ...left], [one, ...right])]
    expect(usesOf(shots)).toEqual([{ clip: one, ranges: [{ startFrame: 0, endFrame: 10 }] }])
    expect(usesOf([])).toEqual([])
  })
})

describe('the keyframe at which decoding starts', () => {
  /** At 10 frames/s; file time is 1.25 s behind output time. */
  const clip = makeClip({
    offsetMs: 1250,
    recording: makeRecording({ video: makeVideo({ fromMs: 50, keyframesMs: [50, 2050, 6000] }) }),
  })
  const at = (frame: number) => keyframeFor(clip, frame, 10)

  it('is the last that is due, to the frame', () => {
    expect([13, 32, 33, 72, 73, 1000].map(at)).toEqual([50, 50, 2050, 2050, 6000, 6000])
  })

  it('is the first one for what is shown before it', () => {
    expect(at(0)).toBe(50)
  })

  it('is the first picture of a recording without any', () => {
    const video = makeVideo({ fromMs: 70, keyframesMs: [] })
    expect(keyframeFor(makeClip({ recording: makeRecording({ video }) }), 50, 10)).toBe(70)
  })

  it('a recording without a picture has none', () => {
    const clip = makeClip({ recording: makeRecording({ name: 'a.webm', video: null }) })
    expect(() => keyframeFor(clip, 0, 10)).toThrow('a.webm is to be shown and has no video')
  })
})

describe('what decoding costs', () => {
  const video = makeVideo({
    sizes: [
      { fromMs: 0, width: 10, height: 10 },
      { fromMs: 5000, width: 20, height: 10 },
    ],
  })
  const clip = makeClip({ recording: makeRecording({ video }) })

  it('is counted in pixels of the pictures in between, at the size with which it starts', () => {
    expect(decodeCost(clip, 0, 1000)).toBe(10 * 100)
    expect(decodeCost(clip, 50, 1049)).toBe(10 * 100)
    expect(decodeCost(clip, 5000, 6000)).toBe(10 * 200)
    expect(decodeCost(clip, 9000, 20_000)).toBe(9 * 200)
  })

  it('is nothing where there is nothing to decode', () => {
    expect(decodeCost(clip, 1000, 1000)).toBe(0)
    expect(decodeCost(clip, 2000, 1000)).toBe(0)
    expect(decodeCost(clip, 20_000, 30_000)).toBe(0)
    expect(decodeCost(clip, -1000, -500)).toBe(0)
  })

  it('all that is seen before a frame costs every picture that is due there, each at its size', () => {
    const shots = [makeShot(0, 30, [clip, ...left]), makeShot(30, 40), makeShot(40, 100, [clip, ...left])]
    const before = decodeWork(usesOf(shots), 100, 10)
    // Of a stretch the picture at its very beginning is left out, the one at its very end is not.
    expect([0, 30, 40, 50, 60, 100].map(before)).toEqual([0, 2900, 3000, 3900, 5900, 13_900])
    expect(before(55)).toBe(before(50) + (before(60) - before(50)) / 2)
  })

  it('never falls, and comes to the sum of all stretches', () => {
    fc.assert(
      fc.property(people(120), (room) => {
        const shots = makeShots(room)
        const uses = usesOf(shots)
        const before = decodeWork(uses, endOf(shots), FPS)
        let last = 0
        for (let frame = 0; frame <= endOf(shots); frame++) {
          expect(before(frame)).toBeGreaterThanOrEqual(last)
          last = before(frame)
        }
        const ms = (frame: number) => (frame * 1000) / FPS
        const sum = uses
          .flatMap(({ clip, ranges }) => ranges.map((range) => ({ clip, range })))
          .reduce(
            (all, { clip, range }) =>
              all +
              decodeCost(clip, ms(range.startFrame) - clip.offsetMs, ms(range.endFrame) - clip.offsetMs),
            0,
          )
        const whole = before(Math.ceil(endOf(shots) / FPS + 1) * FPS)
        expect(whole).toBe(sum)
        expect(whole).toBeLessThanOrEqual(room.length * endOf(shots) * CANVAS.width * CANVAS.height)
      }),
      { numRuns: 30 },
    )
  })
})

it('a recording with a wrong index is decoded from its start', () => {
  const video = makeVideo({ keyframesMs: [0, 4000, 8000] })
  const recording = makeRecording({ video })
  const keyframe = (seekIndex?: 'claimed' | 'wrong') => {
    const probe = { ...recording.probe, ...(seekIndex && { seekIndex }) }
    return keyframeFor(makeClip({ recording: { ...recording, probe }, offsetMs: 1000 }), 60, FPS)
  }
  expect([keyframe(), keyframe('claimed'), keyframe('wrong')]).toEqual([8000, 8000, 0])
})
