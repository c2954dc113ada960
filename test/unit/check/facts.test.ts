import { describe, expect, it } from 'vitest'
import { compareFacts } from '../../../src/check/facts.ts'
import type { AudioProbe, VideoProbe } from '../../../src/model/room.ts'
import { makeAudio, makeVideo } from '../../harness/builders.ts'

/** A finished file of 100 frames at 10 frames/s. */
const VIDEO = makeVideo()
const AUDIO = makeAudio()
const PLAN = { frames: 100, fps: 10, hasPicture: true, hasSound: true }
const facts = (tracks: { video?: VideoProbe; audio?: AudioProbe }, plan: Partial<typeof PLAN> = {}) =>
  compareFacts({ probe: { demuxer: 'mov', ...tracks }, ...PLAN, ...plan })

describe('the tracks', () => {
  it('are as planned', () => {
    expect(facts({ video: VIDEO, audio: AUDIO })).toEqual([])
    expect(facts({ audio: AUDIO }, { hasPicture: false })).toEqual([])
    expect(facts({ video: VIDEO }, { hasSound: false })).toEqual([])
  })

  it('are missed one by one', () => {
    const noPicture = { code: 'checkNoTrack', params: { medium: 'video' } }
    const noSound = { code: 'checkNoTrack', params: { medium: 'audio' } }
    expect(facts({ audio: AUDIO })).toEqual([noPicture])
    expect(facts({ video: VIDEO })).toEqual([noSound])
    expect(facts({})).toEqual([noPicture, noSound])
  })
})

describe('the picture', () => {
  it.each([99, 101])('of %i frames is not one of 100', (made) => {
    const video = makeVideo({ lengthMs: made * 100 })
    expect(facts({ video, audio: AUDIO })).toEqual([{ code: 'checkFrames', params: { made, planned: 100 } }])
  })

  it('has every frame on the grid, to the rounding of its container', () => {
    const times = (off: number) => Array.from(VIDEO.timesMs, (ms, i) => (i === 42 ? ms + off : ms))
    expect(facts({ video: makeVideo({ timesMs: times(0.04) }), audio: AUDIO })).toEqual([])
    expect(facts({ video: makeVideo({ timesMs: times(0.06) }), audio: AUDIO })).toEqual([
      { code: 'checkTimes', params: { frame: 42, ms: 4200.06 } },
    ])
  })

  it('starts at 0', () => {
    expect(facts({ video: makeVideo({ fromMs: 100 }), audio: AUDIO })).toEqual([
      { code: 'checkTimes', params: { frame: 0, ms: 100 } },
    ])
  })
})

describe('the sound', () => {
  it.each([100, -100, 21])('that starts at %i ms does not start with the picture', (ms) => {
    const audio = makeAudio({ startMs: ms })
    expect(facts({ video: VIDEO, audio })).toEqual([{ code: 'checkStart', params: { ms } }])
  })

  it.each([-100, -99, 21.3, 100])('may end %i ms from the picture: within a frame', (ms) => {
    expect(facts({ video: VIDEO, audio: makeAudio({ endMs: 10_000 + ms }) })).toEqual([])
  })

  it.each([-101, 101, -5000])('may not end %i ms from the picture', (ms) => {
    const audio = makeAudio({ endMs: 10_000 + ms })
    expect(facts({ video: VIDEO, audio })).toEqual([{ code: 'checkEnds', params: { ms } }])
  })

  it('may fill up its last packet where frames are shorter than one', () => {
    const video = makeVideo({ everyMs: 1000 / 60 })
    const plan = { fps: 60, frames: 600 }
    expect(facts({ video, audio: makeAudio({ endMs: 10_021.3 }) }, plan)).toEqual([])
    expect(facts({ video, audio: makeAudio({ endMs: 10_023 }) }, plan)).toMatchObject([{ code: 'checkEnds' }])
    expect(facts({ video, audio: makeAudio({ endMs: 9983 }) }, plan)).toMatchObject([{ code: 'checkEnds' }])
  })
})

it('all that differs is said at once', () => {
  const found = facts({ video: makeVideo({ lengthMs: 5000 }), audio: makeAudio({ fromMs: 50 }) })
  expect(found.map(({ code }) => code)).toEqual(['checkFrames', 'checkStart'])
})
