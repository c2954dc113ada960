import { describe, expect, it } from 'vitest'
import { runToEnd } from '../../../src/model/stepwise.ts'
import { estimate, limitMs } from '../../../src/plan/estimate.ts'
import { planRender } from '../../../src/plan/render.ts'
import {
  makeJob,
  makeRecording,
  makeSettings,
  makeTimeline,
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

it('a plan may take many times the most that it is estimated to, and an hour at least', () => {
  expect(limitMs({ seconds: [1, 2] })).toBe(3_600_000)
  expect(limitMs({ seconds: [100, 1000] })).toBe(20_000_000)
})
