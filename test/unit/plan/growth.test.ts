/** Work grows with the room, not with its square: counted in reads of the input, not in time. */
import { expect, it } from 'vitest'
import { runToEnd } from '../../../src/model/stepwise.ts'
import type { Clip, FrameRange, Timeline } from '../../../src/model/timeline.ts'
import { planRender } from '../../../src/plan/render.ts'
import { cutChunks } from '../../../src/plan/chunks.ts'
import { cutCosts } from '../../../src/plan/cut-costs.ts'
import { staysOf } from '../../../src/report/stays.ts'
import { buildTimeline } from '../../../src/timeline/build.ts'
import { cutShots } from '../../../src/timeline/shots.ts'
import {
  ROOM_MS,
  RULES,
  makeAudio,
  makeCanvas,
  makeChunkRules,
  makeJob,
  makeRecording,
  makeSettings,
  makeTimeline,
  makeVideo,
  makeWatermarkFiles,
} from '../../harness/builders.ts'

/** Counts reads of the properties of some objects. */
function reads() {
  let count = 0
  const watched = <T extends object>(item: T): T =>
    new Proxy(item, {
      get(target, key, receiver) {
        count++
        return Reflect.get(target, key, receiver) as unknown
      },
    })
  return { watched, count: () => count }
}

/** Somebody stays; another one's picture comes and goes so many times. */
function stallingRoom(times: number): Timeline {
  const stalling = makeVideo({ timesMs: Array.from({ length: times }, (_, i) => i * 4000) })
  const lengthMs = times * 4000
  return makeTimeline([
    makeRecording({ streamId: 'a_1', lengthMs }),
    makeRecording({ streamId: 'b_1', video: stalling, audio: null }),
  ])
}

const everySecond = (count: number) => Array.from({ length: count }, (_, i) => i * 1000)

function growth(work: (times: number) => number): number {
  return work(800) / work(200)
}

it('drawing when a stream is seen', () => {
  const countReads = (times: number) => {
    const timeline = stallingRoom(times)
    const { watched, count } = reads()
    const segments = timeline.segments.map((segment) => watched(segment))
    for (const stream of timeline.streams) staysOf(stream, { ...timeline, segments })
    return count()
  }
  expect(growth(countReads)).toBeLessThan(5)
})

it('cutting segments into shots', () => {
  const countReads = (times: number) => {
    const timeline = stallingRoom(times)
    const { watched, count } = reads()
    const watchedRanges = (ranges: readonly FrameRange[]) => ranges.map((range) => watched(range))
    const clips = timeline.clips.map((clip): Clip => ({
      ...clip,
      ...(clip.video && {
        video: {
          ...clip.video,
          seats: watchedRanges(clip.video.seats),
          pictures: watchedRanges(clip.video.pictures),
        },
      }),
    }))
    runToEnd(cutShots(timeline.segments, clips))
    return count()
  }
  // Sorting takes a little more than its share.
  expect(growth(countReads)).toBeLessThan(6)
})

it('cutting shots into chunks', () => {
  const countReads = (times: number) => {
    const { watched, count } = reads()
    const shots = stallingRoom(times).shots.map((shot) => watched(shot))
    const rules = makeChunkRules({ atOnce: 2, fleetAtOnce: 2 })
    runToEnd(cutChunks({ shots, costs: cutCosts({ shots, canvas: makeCanvas() }), rules, soundWork: 0 }))
    return count()
  }
  expect(growth(countReads)).toBeLessThan(6)
})

it('yields after every clip, segment and command, so that whoever plans can do something else', () => {
  const steps = (work: Generator) => [...work].length
  const recordings = [
    makeRecording({
      streamId: 'a_1',
      video: makeVideo({ lengthMs: 900_000, keyframesMs: everySecond(900) }),
    }),
    makeRecording({ streamId: 'b_1', atMs: 100_000, lengthMs: 100_000 }),
  ]
  const job = makeJob()
  const timelineSteps = steps(buildTimeline({ job, roomStartMs: ROOM_MS, recordings, rules: RULES }))
  const timeline = makeTimeline(recordings)
  // Each segment twice: once for its layout, once for its shots.
  expect(timelineSteps).toBe(recordings.length + 2 * timeline.segments.length)
  const settings = makeSettings({ chunks: makeChunkRules({ shotsPerGraph: 1 }) })
  const watermarks = makeWatermarkFiles()
  const planning = { job, timeline, settings, watermarks }
  const commands = runToEnd(planRender(planning)).video.length
  expect(commands).toBeGreaterThan(1)
  expect(steps(planRender(planning))).toBe(2 * commands)
})

it('gives every clip of a stream what later ones leave of it', () => {
  // The later one lies inside the first: what is left of that are two pieces.
  const clip = (name: string, atMs: number, lengthMs: number) =>
    makeRecording({ name, atMs, lengthMs, audio: makeAudio({ lengthMs }) })
  const { clips } = makeTimeline([clip('long', 0, 10_000), clip('b', 2000, 1000), clip('c', 2500, 2000)])
  expect(
    clips.map(({ recording, audio }) => [recording.entry.name, audio?.range.startMs, audio?.range.endMs]),
  ).toEqual([
    ['long', 0, 2000],
    ['b', 2000, 2500],
    ['c', 2500, 4500],
    ['long', 4500, 10_000],
  ])
})
