/**
 * How many filters the graphs of the measured rooms have. ffmpeg looks at every filter of a graph to find the next one
 * to run: in a room of 32 people that alone was a twentieth of the CPU time, at twice as many.
 */
import { describe, expect, it } from 'vitest'
import { workloads } from '../../../scripts/bench/workloads.mjs'
import { runToEnd } from '../../../src/model/stepwise.ts'
import { planRender } from '../../../src/plan/render.ts'
import {
  makeCanvas,
  makeJob,
  makeRecording,
  makeSettings,
  makeTimeline,
  makeVideo,
  makeWatermarkFiles,
} from '../../harness/builders.ts'

/** The filters of a measured room in one graph, by name. Its cameras send 27 pictures/s. */
function filtersOf(name: string): Record<string, number> {
  const room = workloads()
    .flatMap(({ rooms }) => rooms)
    .find((one) => one.name === name)
  if (!room) throw new Error(name)
  const job = makeJob({ canvas: makeCanvas(room) })
  const timeline = makeTimeline(
    room.stays.map(({ user, fromMs, media: { durationMs, width, height } }, i) =>
      makeRecording({
        streamId: `${user}_1`,
        name: `${i}.webm`,
        atMs: fromMs,
        video: makeVideo({ lengthMs: durationMs, everyMs: 37, sizes: [{ fromMs: 0, width, height }] }),
        audio: null,
      }),
    ),
    { job },
  )
  const { video } = runToEnd(
    planRender({ job, timeline, settings: makeSettings(), watermarks: makeWatermarkFiles() }),
  )
  expect(video).toHaveLength(1)
  const filters: Record<string, number> = {}
  for (const chain of video[0]?.graph?.text.trim().split(';\n') ?? []) {
    for (const filter of chain.replace(/^(?:\[\w+(?::\w+)*\])+/, '').split(/(?<!\\),/)) {
      const [kind = ''] = /^\w+/.exec(filter) ?? []
      filters[kind] = (filters[kind] ?? 0) + 1
    }
  }
  return filters
}

const sum = (filters: Record<string, number>) => Object.values(filters).reduce((all, count) => all + count, 0)

describe('filters of the measured rooms', () => {
  it.each([
    ['W4', 140],
    ['W9', 250],
    ['W32', 1410],
  ])('%s has at most %i', (name, most) => {
    const filters = filtersOf(name)
    expect(sum(filters), JSON.stringify(filters)).toBeLessThanOrEqual(most)
  })

  it('convert the format once, and the times of each recording once where it has frames to spare', () => {
    const { format, setpts, fps } = filtersOf('W32')
    // The background's two, and the finished video's; its times and the background's.
    expect({ format, setpts, fps }).toEqual({ format: 3, setpts: 36 + 2, fps: 36 })
  })
})
