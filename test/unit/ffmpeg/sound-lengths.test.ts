import { describe, expect, it } from 'vitest'
import { soundLengths } from '../../../src/ffmpeg/sound-lengths.ts'

function lengths(options: {
  codec: string
  sampleRate?: number
  tickMs?: number
  timesMs?: readonly number[]
  durationsMs: readonly number[]
}) {
  const { codec, sampleRate = 48_000, tickMs = 1, durationsMs, timesMs = durationsMs } = options
  const found = soundLengths({
    codec,
    sampleRate,
    tickMs,
    timesMs: Float64Array.from(timesMs),
    durationsMs: Float64Array.from(durationsMs),
  })
  return { ...found, lengthsMs: [...found.lengthsMs] }
}

describe('sound lengths', () => {
  it('of Opus in WebM are what each packet says', () => {
    expect(lengths({ codec: 'opus', durationsMs: [20, 20, 60, 20] }).lengthsMs).toEqual([20, 20, 60, 20])
  })

  it('of Opus packets of 2.5 ms are not what whole ms make of them', () => {
    expect(lengths({ codec: 'opus', durationsMs: [2, 3, 2, 3] }).lengthsMs).toEqual([2.5, 2.5, 2.5, 2.5])
  })

  it('of Opus in MP4 are alike: what it tells there is the way to the next packet, holes and jitter with it', () => {
    const durationsMs = [19.9, 20.1, 3020, 20.4, 19.6]
    expect(lengths({ codec: 'opus', tickMs: 1 / 48, durationsMs }).lengthsMs).toEqual([20, 20, 20, 20, 20])
  })

  it.each([
    ['AAC at 48 kHz', 'aac', 48_000, 21, 1024],
    ['AAC at 44.1 kHz', 'aac', 44_100, 23, 1024],
    ['AAC whose rate is doubled', 'aac', 44_100, 46, 2048],
    ['MP3', 'mp3', 44_100, 26, 1152],
  ])('of %s are whole packets of samples', (_, codec, sampleRate, ms, samples) => {
    const exact = (samples * 1000) / sampleRate
    expect(lengths({ codec, sampleRate, durationsMs: [ms, ms, ms + 1, 0] })).toEqual({
      lengthsMs: [exact, exact, exact, exact],
      areRough: false,
    })
  })

  it('of packets that say none are the usual one', () => {
    expect(lengths({ codec: 'opus', durationsMs: [20, 0, 20, 20] }).lengthsMs).toEqual([20, 20, 20, 20])
  })

  it('of packets of which none says any are how far they lie apart', () => {
    const timesMs = [0, 20, 40, 1060, 1080, 1100]
    expect(lengths({ codec: 'opus', timesMs, durationsMs: [0, 0, 0, 0, 0, 0] }).lengthsMs).toEqual(
      timesMs.map(() => 20),
    )
  })

  it('of other codecs are rough in whole ms, and never a hole', () => {
    expect(lengths({ codec: 'vorbis', durationsMs: [21, 3, 21, 1021, 12, 21, 21] })).toEqual({
      lengthsMs: [21, 3, 21, 21, 12, 21, 21],
      areRough: true,
    })
    expect(lengths({ codec: 'flac', tickMs: 1 / 48, durationsMs: [96, 96] }).areRough).toBe(false)
  })

  it('of a single packet without any are nothing', () => {
    expect(lengths({ codec: 'opus', timesMs: [5], durationsMs: [0] }).lengthsMs).toEqual([0])
  })
})
