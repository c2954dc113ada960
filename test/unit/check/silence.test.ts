import { describe, expect, it } from 'vitest'
import { silentClips } from '../../../src/check/silence.ts'
import type { Clip } from '../../../src/model/timeline.ts'
import { makeAudio, makeClip, makeRecording } from '../../harness/builders.ts'

const SILENT = -Infinity
/** Peaks of a finished file: so many seconds of each level. */
const peaksOf = (...parts: readonly (readonly [level: number, seconds: number])[]) =>
  parts.flatMap(([level, seconds]) => Array.from({ length: seconds }, () => level))
const heard = (fromMs: number, toMs: number, id = 0): Clip =>
  makeClip({
    id,
    recording: makeRecording({ video: null, audio: makeAudio({ fromMs, lengthMs: toMs - fromMs }) }),
  })
const spans = (peaks: readonly number[], clips: readonly Clip[]) =>
  silentClips(peaks, clips).map(({ clip, startMs, endMs }) => [clip.id, startMs, endMs])

describe('where to listen', () => {
  it('is nowhere while there is sound', () => {
    expect(spans(peaksOf([-20, 60]), [heard(0, 60_000)])).toEqual([])
    expect(spans([], [heard(0, 60_000)])).toEqual([])
  })

  it('is the middle of a silence of 10 s and more', () => {
    expect(spans(peaksOf([-20, 5], [SILENT, 20], [-20, 5]), [heard(0, 30_000)])).toEqual([
      [0, 11_000, 19_000],
    ])
    expect(spans(peaksOf([-20, 5], [SILENT, 10], [-20, 5]), [heard(0, 30_000)])).toEqual([[0, 6000, 14_000]])
    expect(spans(peaksOf([-20, 5], [SILENT, 9], [-20, 5]), [heard(0, 30_000)])).toEqual([])
  })

  it('is at the beginning and at the end too', () => {
    expect(spans(peaksOf([SILENT, 12], [-20, 1], [SILENT, 12]), [heard(0, 25_000)])).toEqual([
      [0, 2000, 10_000],
      [0, 15_000, 23_000],
    ])
  })

  it('is where noise below -60 dB is all there is, but not where there is more', () => {
    expect(spans(peaksOf([-60.1, 20]), [heard(0, 20_000)])).toHaveLength(1)
    expect(spans(peaksOf([-60, 20]), [heard(0, 20_000)])).toEqual([])
  })

  it('is not where a level could not be read', () => {
    expect(spans(peaksOf([NaN, 20]), [heard(0, 20_000)])).toEqual([])
  })

  it('is only where the plan has a clip sounding', () => {
    const away = heard(40_000, 50_000, 0)
    const partly = heard(0, 9000, 1)
    const hardly = heard(0, 7500, 2)
    const mute = makeClip({ id: 3, recording: makeRecording({ audio: null }) })
    const clips = [away, partly, hardly, mute]
    expect(spans(peaksOf([-20, 5], [SILENT, 20]), clips)).toEqual([[1, 6000, 8000]])
  })

  it('is in each clip of a silent room, whose recordings then have the last word', () => {
    const clips = Array.from({ length: 5 }, (_, id) => heard(0, 30_000, id))
    expect(spans(peaksOf([SILENT, 30]), clips).map(([id]) => id)).toEqual([0, 1, 2, 3, 4])
  })

  it('is at few places, the longest silences first', () => {
    const peaks = peaksOf(
      ...Array.from({ length: 30 }, () => [[SILENT, 11] as const, [-20, 1] as const]).flat(),
    )
    const all = spans([...peaks, ...peaksOf([SILENT, 60])], [heard(0, 420_000)])
    expect(all).toHaveLength(24)
    expect(all[0]).toEqual([0, 386_000, 394_000])
  })
})
