import { describe, expect, it } from 'vitest'
import { chaptersOf } from '../../../src/plan/chapters.ts'
import type { Segment, Timeline, TimelineStream } from '../../../src/model/timeline.ts'
import { inLanguage } from '../../../src/messages/index.ts'
import { makeClip, makeRecording, makeSettingsOf } from '../../harness/builders.ts'

/** Who is there from second to second; several stays of one stream are several clips. */
type Stays = Readonly<Record<string, readonly (readonly [from: number, to: number])[]>>

function timelineOf(stays: Stays, seconds: number): Timeline {
  const streams = Object.entries(stays).map(([streamId, ranges]): TimelineStream => {
    const clips = ranges.map(([from, to]) =>
      makeClip({
        offsetMs: from * 1000,
        recording: makeRecording({ streamId, lengthMs: (to - from) * 1000, video: null }),
      }),
    )
    return { streamId, clips }
  })
  const clips = streams.flatMap((stream) => stream.clips)
  return { startMs: 0, fps: 10, frames: seconds * 10, streams, clips, segments: [], shots: [], changes: [] }
}

/** Chapters as "start title". */
const shown = (stays: Stays, seconds = 60) =>
  chaptersOf(timelineOf(stays, seconds)).map(({ startFrame, title }) => `${startFrame / 10} ${title}`)

describe('chapters', () => {
  it('say who comes and goes, and who shares', () => {
    const room: Stays = {
      alice_1: [[0, 60]],
      bob_1: [[10, 40]],
      alice_2: [[20, 30]],
    }
    expect(shown(room)).toEqual([
      '0 alice joins',
      '10 bob joins',
      '20 screen share of alice starts',
      '30 screen share of alice ends',
      '40 bob leaves',
    ])
  })

  it('cover the output without a hole', () => {
    const chapters = chaptersOf(timelineOf({ a_1: [[0, 60]], b_1: [[10, 33.34]] }, 60))
    expect(chapters.map(({ startFrame, endFrame }) => [startFrame, endFrame])).toEqual([
      [0, 100],
      [100, 333],
      [333, 600],
    ])
  })

  it('take what happens together for one', () => {
    expect(shown({ a_1: [[0, 60]], b_1: [[1, 60]], c_1: [[10, 60]], d_1: [[12.9, 60]] })).toEqual([
      '0 a and b join',
      '10 c and d join',
    ])
    expect(shown({ a_1: [[0, 10]], b_1: [[11, 60]], a_2: [[10.5, 60]] })).toEqual([
      '0 a joins',
      '10 b joins; screen share of a starts; a leaves',
    ])
  })

  it('are named first after what they begin with', () => {
    const [before, after] = [
      makeSettingsOf(),
      makeSettingsOf({ layout: { kind: 'preset', preset: 'vertical' }, mainStream: 'a_2' }),
    ]
    const titled = (updatedAt: number) => {
      const timeline = timelineOf({ a_1: [[0, 60]], a_2: [[4.5, 60]] }, 60)
      const changes = [{ frame: updatedAt * 10, actions: ['job.mixer.update'], before, after }]
      const chapters = chaptersOf({ ...timeline, segments: [{} as Segment], changes })
      return chapters.map(({ startFrame, title }) => `${startFrame / 10} ${title}`).slice(1)
    }
    expect(titled(3)).toEqual(['3 layout: vertical; main stream: a_2; screen share of a starts'])
    expect(titled(4.5)).toEqual(['4.5 screen share of a starts; layout: vertical; main stream: a_2'])
    expect(titled(6)).toEqual(['4.5 screen share of a starts; layout: vertical; main stream: a_2'])
  })

  it('begin with the output even when nobody is there yet', () => {
    expect(shown({ a_1: [[5, 60]], b_1: [[20, 60]] })).toEqual(['0 beginning', '5 a joins', '20 b joins'])
  })

  it('pass over a stream that is back at once, and one that came for a moment', () => {
    const back: Stays = { a_1: [[0, 60]], b_1: [[10, 20], [22.9, 50]] } // prettier-ignore
    expect(shown(back)).toEqual(['0 a joins', '10 b joins', '50 b leaves'])
    expect(shown({ a_1: [[0, 60]], b_1: [[10, 12]] })).toEqual([])
  })

  it('are none at the very end, and none at all where nothing happens', () => {
    expect(shown({ a_1: [[0, 60]], b_1: [[10, 58]] })).toEqual(['0 a joins', '10 b joins'])
    expect(shown({ a_1: [[0, 60]], b_1: [[1, 59]] })).toEqual([])
    expect(shown({ a_1: [[0, 1]] }, 1)).toEqual([])
  })

  it('count those who are too many to name', () => {
    const all = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`u${i}_1`, [[10, 60]] as const]))
    const titles = (count: number) =>
      shown({ ...Object.fromEntries(Object.entries(all).slice(0, count)), z_1: [[0, 60]] })[1]
    expect(titles(3)).toBe('10 u0, u1 and u2 join')
    expect(titles(4)).toBe('10 u0, u1, u2 and u3 join')
    expect(titles(9)).toBe('10 u0, u1, u2 and 6 others join')
  })

  it('are as many as can be looked through, however many join', () => {
    const stays = (i: number) => [[i * 4, i * 4 + 1000]] as const
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`user${i}_1`, stays(i)]))
    const chapters = chaptersOf(timelineOf(many, 9000))
    expect(chapters.length).toBeGreaterThan(50)
    expect(chapters.length).toBeLessThanOrEqual(100)
    expect(chapters[0]).toMatchObject({ startFrame: 0 })
    expect(chapters.at(-1)?.endFrame).toBe(90_000)
  })

  it('have titles that every player can hold, cut between letters', () => {
    const long = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [
        `${String(i)}${'名😀'.repeat(40)}_${(i % 2) + 1}`,
        [[10, 30]] as const,
      ]),
    )
    const chapters = chaptersOf(timelineOf({ z_1: [[0, 60]], ...long }, 60))
    expect(chapters.length).toBe(3)
    for (const { title } of chapters) {
      expect(Buffer.byteLength(title)).toBeLessThan(255)
      expect(Buffer.from(title).toString()).toBe(title)
    }
    expect(chapters[1]?.title).toMatch(/^0名😀.*…/u)
  })

  it('are in the language that is spoken', () => {
    const stays = { alice_1: [[0, 60]], bob_1: [[10, 60]], bob_2: [[20, 40]], c_1: [[20, 60]] } as const
    expect(inLanguage('zh', () => shown(stays))).toEqual([
      '0 alice 加入',
      '10 bob 加入',
      '20 c 加入；bob 开始屏幕共享',
      '40 bob 结束屏幕共享',
    ])
  })
})
