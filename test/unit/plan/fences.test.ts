import { describe, expect, it } from 'vitest'
import { fencesOf, pixelLimit } from '../../../src/plan/fences.ts'

const of = (memoryMb: number, size: { width?: number; height?: number } = {}) =>
  fencesOf({
    budget: { cores: 2, memoryMb },
    canvas: { width: 1280, height: 720, fps: 30, ...size },
    kbps: 2000,
    ...{ atOnce: 2, probes: 2, filesPerGraph: 128 },
  })

/** A recording of `frames` pictures, 30 of them a second. */
function recorded(width: number, height: number, frames: number, references?: number) {
  const timesMs = Float64Array.from({ length: frames }, (_, i) => (i * 1000) / 30)
  return {
    demuxer: 'mov' as const,
    video: {
      codec: 'h264',
      timesMs,
      keyframesMs: [0],
      endMs: (frames * 1000) / 30,
      sizes: [
        { fromMs: 0, width: 320, height: 240 },
        { fromMs: 10, width, height },
      ],
      ...(references !== undefined && { references }),
      pixelAspect: 1,
      rotation: 0 as const,
      colour: { matrix: 'bt709' as const, range: 'limited' as const },
    },
  }
}

const MB = 2 ** 20

describe('the largest picture', () => {
  it('is what conf/ allows, where there is memory for all that it may make a decoder keep', () => {
    expect(pixelLimit(2 ** 26, { memoryMb: 4096 })).toBe(2 ** 26)
    const limit = pixelLimit(2 ** 26, { memoryMb: 1500 })
    expect(limit).toBeLessThan(2 ** 26)
    expect((16 + 1) * 1.5 * limit).toBeLessThan((1500 - 200) * MB)
    expect(limit).toBeGreaterThan(7680 * 4320)
    expect(pixelLimit(2 ** 26, { memoryMb: 300 })).toBeGreaterThan(1920 * 1080)
  })
})

describe('a probe', () => {
  it('may take what its file is worth, in memory and in time', () => {
    const { probe } = of(100_000)
    expect(probe(2000, 1)).toMatchObject({ memoryMb: 513, cpuSeconds: 16 })
    expect(probe(2000, 8)).toMatchObject({ memoryMb: 513, cpuSeconds: 6 })
    expect(probe(1000 * MB, 1)).toMatchObject({ memoryMb: 1012, cpuSeconds: 4015 })
  })

  it('shares what the job has with those beside it', () => {
    expect(of(1000).probe(1000 * MB, 1).memoryMb).toBe(400)
    expect(of(100).probe(1000 * MB, 1).memoryMb).toBe(128)
  })
})

describe('a decoder', () => {
  it('may keep twelve pictures, or as many more as it says, of the largest size, as far as there is memory', () => {
    const { decode } = of(100_000)
    expect(decode(recorded(1920, 1080, 300)).memoryMb).toBe(292)
    expect(decode(recorded(1920, 1080, 300, 1)).memoryMb).toBe(292)
    expect(decode(recorded(8192, 8192, 300)).memoryMb).toBe(1408)
    expect(decode(recorded(8192, 8192, 300, 1)).memoryMb).toBe(1408)
    expect(decode(recorded(8192, 8192, 300, 16)).memoryMb).toBe(2176)
    expect(of(1500).decode(recorded(8192, 8192, 300)).memoryMb).toBe(650)
  })

  it('may take longer for more pictures', () => {
    const { decode } = of(4000)
    expect(decode(recorded(1920, 1080, 30)).cpuSeconds).toBe(626)
    expect(decode(recorded(1920, 1080, 108_000)).cpuSeconds).toBe(93_780)
  })
})

describe('a command', () => {
  it('shares memory with those beside it, and alone has all of it', () => {
    expect(of(2200).command(60_000, false).memoryMb).toBe(1000)
    expect(of(2200).command(60_000, true).memoryMb).toBe(2000)
  })

  it('has enough for its canvas where the share is not', () => {
    expect(of(2000, { width: 3840, height: 2160 }).command(60_000, false).memoryMb).toBe(900)
    expect(of(900, { width: 3840, height: 2160 }).command(60_000, false).memoryMb).toBe(700)
  })

  it('may write a file of several times its rate, and work as long as it is long', () => {
    expect(of(2000).command(0, false)).toMatchObject({ fileMb: 256, cpuSeconds: 600 })
    expect(of(2000).command(3_600_000, false)).toMatchObject({ fileMb: 3772, cpuSeconds: 614_732 })
  })
})
