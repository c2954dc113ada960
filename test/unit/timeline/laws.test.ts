/** What holds for every room, however people come, go and stall. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TimelineRules } from '../../../src/timeline/build.ts'
import type { LayoutChoice, Preset } from '../../../src/model/job.ts'
import type { Recording } from '../../../src/model/room.ts'
import type { Timeline } from '../../../src/model/timeline.ts'
import {
  build,
  makeAudio,
  makeCanvas,
  makeJob,
  makeRecording,
  makeTimeline,
  makeVideo,
} from '../../harness/builders.ts'

const STREAMS = ['a_1', 'b_1', 'c_1', 'c_2', 'd_1', 'e_2']

const media = fc.oneof(
  { weight: 4, arbitrary: fc.constant('both' as const) },
  { weight: 1, arbitrary: fc.constantFrom('audio' as const, 'video' as const) },
)

/** A recording of any length down to one frame, with stalls, its two media not quite in step. */
const recordings: fc.Arbitrary<readonly Recording[]> = fc
  .array(
    fc.record({
      streamId: fc.constantFrom(...STREAMS),
      atMs: fc.integer({ min: -2000, max: 12_000 }),
      lengthMs: fc.oneof(fc.integer({ min: 30, max: 300 }), fc.integer({ min: 300, max: 9000 })),
      everyMs: fc.constantFrom(33, 40, 67, 100, 250),
      stall: fc.option(fc.tuple(fc.integer({ min: 0, max: 8000 }), fc.integer({ min: 300, max: 5000 }))),
      lateMs: fc.constantFrom(0, 0, 0, 20, 400, 1500),
      longerMs: fc.constantFrom(0, 0, -200, 300, 4000),
      media,
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((list) =>
    list.map(({ streamId, atMs, lengthMs, everyMs, stall, lateMs, longerMs, media }, i) => {
      const every = Array.from({ length: Math.ceil(lengthMs / everyMs) }, (_, k) => lateMs + k * everyMs)
      const [from, length] = stall ?? [0, 0]
      const timesMs = every.filter((ms, k) => k === 0 || ms <= from || ms >= from + length)
      const endMs = Math.max(lateMs + lengthMs, (timesMs.at(-1) ?? 0) + 1)
      return makeRecording({
        streamId,
        name: `${streamId}.${i}`,
        atMs,
        video: media === 'audio' ? null : makeVideo({ timesMs, endMs }),
        audio: media === 'video' ? null : makeAudio({ lengthMs: Math.max(1, lengthMs + longerMs) }),
      })
    }),
  )

const rules: fc.Arbitrary<TimelineRules> = fc.record({
  holdMs: fc.constantFrom(0, 500, 1000, 3000),
  whenStalled: fc.constantFrom('leave' as const, 'hold' as const, 'background' as const),
  minSegmentMs: fc.constantFrom(0, 200, 500, 1500),
})

const layouts = fc.oneof(
  fc
    .constantFrom<Preset[]>('tile', 'vertical', 'single', 'tile2', 'vertical2')
    .map((preset): LayoutChoice => ({ kind: 'preset', preset })),
  fc.constant<LayoutChoice>({
    kind: 'manual',
    positions: STREAMS.slice(0, 3).map((streamId, i) => ({
      streamId,
      x: i * 80,
      y: i * 40,
      width: 320,
      height: 180,
      z: -i,
    })),
  }),
)

const rooms = fc.record({
  recordings,
  rules,
  layout: layouts,
  fps: fc.constantFrom(1, 10, 15, 25, 30),
  mainStream: fc.option(fc.constantFrom(...STREAMS)),
  keyStream: fc.option(
    fc.record({ streamId: fc.constantFrom(...STREAMS), idleMs: fc.constantFrom(0, 1000, 60_000) }),
  ),
})

type Room = typeof rooms extends fc.Arbitrary<infer T> ? T : never

function timelineOf(room: Room): Timeline | undefined {
  const { recordings, rules, layout, fps, mainStream, keyStream } = room
  const job = {
    layout,
    canvas: makeCanvas({ fps }),
    ...(mainStream !== null && { mainStream }),
    ...(keyStream && { keyStream }),
  }
  return build(recordings, { job, rules }).timeline
}

/** Checks a law on the timeline of any room that has one. */
function law(check: (timeline: Timeline, room: Room) => void): void {
  fc.assert(
    fc.property(rooms, (room) => {
      const timeline = timelineOf(room)
      if (timeline) check(timeline, room)
    }),
    { numRuns: 300 },
  )
}

const within = (range: { startFrame: number; endFrame: number }, frame: number) =>
  range.startFrame <= frame && frame < range.endFrame

describe('segments', () => {
  it('cover the output exactly: no hole, no overlap, none empty', () => {
    law(({ segments, frames }) => {
      expect(segments[0]?.startFrame).toBe(0)
      expect(segments.at(-1)?.endFrame).toBe(frames)
      segments.forEach((segment, i) => {
        expect(segment.endFrame).toBeGreaterThan(segment.startFrame)
        if (i > 0) expect(segment.startFrame).toBe(segments[i - 1]?.endFrame)
      })
    })
  })

  it('differ from their neighbours', () => {
    law(({ segments }) => {
      segments
        .slice(1)
        .forEach((segment, i) => expect(segment.placements).not.toEqual(segments[i]?.placements))
    })
  })

  it('last as long as they must, unless there is only one', () => {
    law(({ segments, fps }, { rules }) => {
      if (segments.length === 1) return
      const lengths = segments.map((segment) => segment.endFrame - segment.startFrame)
      expect((Math.min(...lengths) * 1000) / fps).toBeGreaterThanOrEqual(rules.minSegmentMs)
    })
  })

  it('are what seats say, where nothing is too short', () => {
    law(({ segments, streams }, { rules, layout }) => {
      if (rules.minSegmentMs > 0 || layout.kind !== 'preset' || layout.preset === 'single') return
      for (const segment of segments) {
        const seated = streams.filter(({ clips }) =>
          // Not at its start: the first may have been drawn out to the beginning of the output.
          clips.some(({ video }) => video?.seats.some((seat) => within(seat, segment.endFrame - 1))),
        )
        expect(segment.placements.map((one) => one.streamId).toSorted()).toEqual(
          seated.map((one) => one.streamId).toSorted(),
        )
      }
    })
  })
})

describe('shots', () => {
  it('refine segments exactly, and differ from their neighbours within one', () => {
    law(({ segments, shots }) => {
      const starts = new Set(segments.map((segment) => segment.startFrame))
      expect(shots[0]?.startFrame).toBe(0)
      expect(shots.at(-1)?.endFrame).toBe(segments.at(-1)?.endFrame)
      shots.forEach((shot, i) => {
        const before = shots[i - 1]
        const segment = segments.find((one) => within(one, shot.startFrame))
        expect(shot.endFrame).toBeGreaterThan(shot.startFrame)
        expect(shot.endFrame).toBeLessThanOrEqual(segment?.endFrame ?? 0)
        if (before) expect(shot.startFrame).toBe(before.endFrame)
        if (before && !starts.has(shot.startFrame)) expect(shot.tiles).not.toEqual(before.tiles)
        const placed = segment?.placements ?? []
        expect(shot.tiles.map((tile) => placed.indexOf(tile.placement))).toEqual(
          shot.tiles.map((tile) => placed.findIndex((one) => one.streamId === tile.clip.streamId)),
        )
      })
    })
  })

  it('show a clip only where it has a picture, has just had one in that segment, or opens the output', () => {
    law(({ segments, shots, fps }) => {
      for (const shot of shots) {
        const segment = segments.find((one) => within(one, shot.startFrame))
        for (const { clip } of shot.tiles) {
          const hasHad = clip.video?.pictures.some(
            (picture) =>
              (picture.startFrame <= shot.startFrame ||
                (shot.startFrame === 0 && picture.startFrame <= fps)) &&
              picture.endFrame > (segment?.startFrame ?? Infinity),
          )
          expect(hasHad).toBe(true)
        }
      }
    })
  })

  it('open with somebody who is there within a second, before anybody else', () => {
    law(({ shots, clips, fps, segments }) => {
      if (shots[0]?.tiles.length !== 0) return
      const placed = (streamId: string) =>
        (segments[0]?.placements ?? []).some((one) => one.streamId === streamId)
      for (const { video, streamId } of clips) {
        for (const { startFrame } of video?.pictures ?? []) {
          const isOpening = startFrame <= fps && startFrame < (segments[0]?.endFrame ?? 0)
          if (placed(streamId)) expect(isOpening).toBe(false)
        }
      }
    })
  })

  it('leave out no picture of a stream that has a region', () => {
    law(({ segments, shots, clips, frames }) => {
      for (let frame = 0; frame < frames; frame++) {
        const segment = segments.find((one) => within(one, frame))
        const shown = shots.find((one) => within(one, frame))?.tiles.map((tile) => tile.clip.streamId)
        const wanted = segment?.placements
          .map((one) => one.streamId)
          .filter((id) =>
            clips.some(
              (clip) => clip.streamId === id && clip.video?.pictures.some((one) => within(one, frame)),
            ),
          )
        expect(shown).toEqual(expect.arrayContaining(wanted ?? []))
      }
    })
  })
})

describe('clips', () => {
  it('of one stream never share a moment in one medium', () => {
    law(({ streams }) => {
      for (const { clips } of streams) {
        for (const ranges of [
          clips.map((clip) => clip.video?.range),
          clips.map((clip) => clip.audio?.range),
        ]) {
          const sorted = ranges
            .filter((range) => range !== undefined)
            .toSorted((a, b) => a.startMs - b.startMs)
          sorted
            .slice(1)
            .forEach((range, i) => expect(range.startMs).toBeGreaterThanOrEqual(sorted[i]?.endMs ?? Infinity))
        }
      }
    })
  })

  it('use every moment in which a recording of the stream has something', () => {
    law(({ streams }, { recordings }) => {
      for (const { streamId, clips } of streams) {
        const own = recordings.filter((one) => one.entry.streamId === streamId)
        for (const { entry, probe } of own) {
          const offsetMs = entry.startMs - 1_700_000_000_000
          const inside = (range: { startMs: number; endMs: number } | undefined, ms: number) =>
            range !== undefined && range.startMs <= ms && ms < range.endMs
          if (probe.audio) {
            for (const ms of [probe.audio.startMs, (probe.audio.startMs + probe.audio.endMs) / 2]) {
              expect(clips.some((clip) => inside(clip.audio?.range, ms + offsetMs))).toBe(true)
            }
          }
          for (const ms of probe.video?.timesMs ?? []) {
            expect(clips.some((clip) => inside(clip.video?.range, ms + offsetMs))).toBe(true)
          }
        }
      }
    })
  })

  it('have seats and pictures inside the output, ascending, apart, pictures within seats', () => {
    law(({ clips, frames }) => {
      for (const { video } of clips) {
        for (const ranges of [video?.seats ?? [], video?.pictures ?? []]) {
          ranges.forEach((range, i) => {
            expect(range.startFrame).toBeGreaterThanOrEqual(Math.max(0, (ranges[i - 1]?.endFrame ?? -1) + 1))
            expect(range.endFrame).toBeGreaterThan(range.startFrame)
            expect(range.endFrame).toBeLessThanOrEqual(frames)
          })
        }
        for (const picture of video?.pictures ?? []) {
          expect(
            video?.seats.some(
              (one) => one.startFrame <= picture.startFrame && picture.endFrame <= one.endFrame,
            ),
          ).toBe(true)
        }
      }
    })
  })
})

describe('the timeline', () => {
  it('does not depend on the order in which recordings come', () => {
    fc.assert(
      fc.property(
        rooms.chain((room) =>
          fc.tuple(
            fc.constant(room),
            fc.shuffledSubarray([...room.recordings], { minLength: room.recordings.length }),
          ),
        ),
        ([room, shuffled]) => {
          expect(timelineOf({ ...room, recordings: shuffled })).toEqual(timelineOf(room))
        },
      ),
      { numRuns: 200 },
    )
  })

  it('leaves its arguments as they were', () => {
    const freeze = <T>(value: T): T => {
      if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
        Object.values(value).forEach(freeze)
        Object.freeze(value)
      }
      return value
    }
    const room = freeze([makeRecording(), makeRecording({ streamId: 'b_1', atMs: 500 })])
    expect(makeTimeline(room, { job: freeze(makeJob()) }).frames).toBe(105)
  })
})
