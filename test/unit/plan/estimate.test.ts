import { describe, expect, it } from 'vitest'
import { runToEnd } from '../../../src/model/stepwise.ts'
import { estimate, limitMs } from '../../../src/plan/estimate.ts'
import { planRender } from '../../../src/plan/render.ts'
import {
  makeJob,
  makeRecording,
  makeSettings,
  makeTimeline,
  makeVideo,
  makeWatermarkFiles,
} from '../../harness/builders.ts'

function costOf(options: {
  people?: number
  minutes?: number
  job?: Parameters<typeof makeJob>[0]
  settings?: Parameters<typeof makeSettings>[0]
  speed?: 'fast' | 'balanced' | 'quality'
  cores?: number
  fetchedBytes?: number
}) {
  const { people = 2, minutes = 10, speed = 'balanced', cores = 2, fetchedBytes = 0 } = options
  const job = makeJob(options.job)
  const lengthMs = minutes * 60_000
  const recordings = Array.from({ length: people }, (_, i) =>
    makeRecording({ streamId: `p${i}_1`, lengthMs }),
  )
  const timeline = makeTimeline(recordings, { job })
  const watermarks = makeWatermarkFiles()
  const plan = runToEnd(planRender({ job, timeline, settings: makeSettings(options.settings), watermarks }))
  return estimate({ plan, timeline, canvas: job.canvas, speed, cores, fetchedBytes })
}

describe('an estimate', () => {
  it('counts pixels to encode and to decode, and bytes by the bit rates', () => {
    const { encodedPixels, decodedPixels, outputBytes, diskBytes, cores } = costOf({ fetchedBytes: 1000 })
    expect(encodedPixels).toBe(640 * 360 * 6000)
    expect(decodedPixels / (2 * 640 * 360 * 6000)).toBeCloseTo(1, 3)
    expect(outputBytes).toBe((600 * (800 + 128) * 1000) / 8)
    expect(diskBytes).toBe(2 * outputBytes + 1000)
    expect(cores).toBe(2)
  })

  it('grows with length, people and care, and shrinks with cores', () => {
    const [least, most] = costOf({}).seconds
    expect(most).toBeGreaterThan(least)
    const mostOf = (options: Parameters<typeof costOf>[0]) => costOf(options).seconds[1]
    expect(mostOf({ minutes: 60 })).toBeGreaterThan(5 * most)
    expect(mostOf({ people: 9 })).toBeGreaterThan(most)
    expect(mostOf({ speed: 'quality' })).toBeGreaterThan(most)
    expect(mostOf({ speed: 'fast' })).toBeLessThan(most)
    expect(mostOf({ cores: 16 })).toBeLessThan(most / 4)
    expect(mostOf({ settings: { encoder: 'nvenc' } })).toBeLessThan(most)
  })

  it('counts no picture where there is none, and the packets of HLS once more', () => {
    const sound = costOf({ job: { media: 'audio' } })
    expect(sound).toMatchObject({ encodedPixels: 0, decodedPixels: 0 })
    expect(sound.seconds[0]).toBe(sound.seconds[1])
    const output = { chapters: true, poster: false, thumbnails: false, hls: true }
    const { diskBytes, outputBytes } = costOf({ settings: { output } })
    expect(diskBytes).toBe(3 * outputBytes)
  })
})

/** Of the cameras of the benchmark. */
const SIZES = [
  { width: 640, height: 360 },
  { width: 640, height: 480 },
  { width: 1280, height: 720 },
] as const
const HD = { width: 1280, height: 720, fps: 30 }
const FULL_HD = { width: 1920, height: 1080, fps: 15 }

/** The benchmark's rooms, with seconds of recordings by size, and what they took on two idle cores. */
const MEASURED = [
  { room: '2 people', canvas: HD, lengthS: 90, recorded: [90, 47, 27], wallS: 16.7, cpuS: 29.2 },
  { room: '4 people', canvas: HD, lengthS: 60, recorded: [72, 80, 42], wallS: 16.7, cpuS: 27.2 },
  { room: '9 people', canvas: FULL_HD, lengthS: 60, recorded: [141, 139, 115], wallS: 23.6, cpuS: 39.4 },
  { room: '32 people', canvas: FULL_HD, lengthS: 30, recorded: [266, 253, 229], wallS: 34.5, cpuS: 49.4 },
] as const

it.each(MEASURED)('$room take what is estimated, to a quarter', (measured) => {
  const { canvas, lengthS, recorded, wallS, cpuS } = measured
  const recordings = recorded.flatMap((seconds, kind) => {
    const count = Math.ceil(seconds / lengthS)
    const lengthMs = (seconds * 1000) / count
    const video = makeVideo({ lengthMs, everyMs: 37, sizes: [{ fromMs: 0, ...(SIZES[kind] ?? SIZES[0]) }] })
    return Array.from({ length: count }, (_, i) =>
      makeRecording({ streamId: `p${kind}-${i}_1`, lengthMs, video }),
    )
  })
  const job = makeJob({ canvas })
  const timeline = makeTimeline(recordings, { job })
  const watermarks = makeWatermarkFiles()
  const plan = runToEnd(planRender({ job, timeline, settings: makeSettings(), watermarks }))
  const cost = estimate({ plan, timeline, canvas, speed: 'balanced', cores: 2, fetchedBytes: 0 })
  const middle = ([least, most]: readonly [number, number]) => (least + most) / 2
  for (const ratio of [middle(cost.seconds) / wallS, middle(cost.cpuSeconds) / cpuS]) {
    expect(ratio).toBeGreaterThan(0.75)
    expect(ratio).toBeLessThan(1.25)
  }
})

it('a plan may take many times the most that it is estimated to, and an hour at least', () => {
  expect(limitMs({ seconds: [1, 2] })).toBe(3_600_000)
  expect(limitMs({ seconds: [100, 1000] })).toBe(20_000_000)
})
