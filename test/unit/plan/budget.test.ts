import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canvasThatFits, chunkRules, encoderThreads, isOfFullRound } from '../../../src/plan/budget.ts'
import { makeCanvas } from '../../harness/builders.ts'

const HD = makeCanvas({ width: 1280, height: 720, fps: 30 })
const FULL_HD = makeCanvas({ width: 1920, height: 1080, fps: 30 })
const LIMITS = {
  segmentsPerGraph: 96,
  filesPerGraph: 128,
  fleetCores: 0,
  mostRedecode: 'auto' as number | 'auto',
  processesPerChunk: 'auto' as number | 'auto',
}

function rulesFor(
  cores: number,
  memoryMb: number,
  options: Partial<Omit<Parameters<typeof chunkRules>[0], 'limits'>> & {
    limits?: Partial<typeof LIMITS>
  } = {},
) {
  const limits = { ...LIMITS, ...options.limits }
  return chunkRules({ budget: { cores, memoryMb }, canvas: HD, encoder: 'x264', ...options, limits })
}

describe('cores and memory', () => {
  it('a chunk for each core', () => {
    const counts = [1, 2, 3, 8, 32].map((cores) => rulesFor(cores, 100_000).atOnce)
    expect(counts).toEqual([1, 2, 3, 8, 32])
    expect(rulesFor(2.5, 100_000).atOnce).toBe(2)
    expect(rulesFor(0.5, 100_000).atOnce).toBe(1)
  })

  it('no more encoders of graphics hardware than every driver allows', () => {
    expect(rulesFor(32, 100_000, { encoder: 'nvenc' }).atOnce).toBe(3)
    expect(rulesFor(32, 100_000, { encoder: 'auto' }).atOnce).toBe(3)
    expect(rulesFor(2, 100_000, { encoder: 'auto' }).atOnce).toBe(2)
  })

  it('graphs as large as asked where there is memory for them, larger canvases in proportion', () => {
    expect(rulesFor(2, 8000)).toEqual({
      ...{ shotsPerGraph: 96, filesPerGraph: 128, cores: 2 },
      ...{ atOnce: 2, fleetAtOnce: 2, mostRedecode: 0.15, processes: 'auto' },
    })
    expect(rulesFor(2, 8000, { canvas: FULL_HD }).shotsPerGraph).toBe(43)
    expect(rulesFor(2, 8000, { canvas: makeCanvas() }).shotsPerGraph).toBe(96)
    expect(rulesFor(2, 8000, { limits: { segmentsPerGraph: 1 } }).shotsPerGraph).toBe(1)
    expect(rulesFor(2, 8000, { limits: { filesPerGraph: 7 } }).filesPerGraph).toBe(7)
  })

  it('smaller graphs, then fewer at once, where there is little memory', () => {
    expect(rulesFor(4, 8000)).toMatchObject({ atOnce: 4, shotsPerGraph: 96 })
    const tight = rulesFor(4, 1800)
    expect(tight.atOnce).toBe(4)
    expect(tight.shotsPerGraph).toBeLessThan(96)
    // Three shots for each of four graphs would be too few.
    expect(rulesFor(4, 1440).atOnce).toBe(3)
    expect(rulesFor(4, 300)).toMatchObject({ shotsPerGraph: 8, filesPerGraph: 128, atOnce: 1 })
    expect(rulesFor(4, 1)).toMatchObject({ atOnce: 1, shotsPerGraph: 8 })
  })

  it('always leaves something to work with, and more of one never makes less of it', () => {
    const cores = fc.integer({ min: 1, max: 256 })
    const memoryMb = fc.integer({ min: 1, max: 200_000 })
    const canvas = fc
      .record({ width: fc.integer({ min: 1, max: 2048 }), height: fc.integer({ min: 1, max: 2048 }) })
      .map(({ width, height }) => makeCanvas({ width: width * 2, height: height * 2 }))
    fc.assert(
      fc.property(
        cores,
        memoryMb,
        canvas,
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 50 }),
        (cores, memoryMb, canvas, most, of) => {
          const options = { canvas, limits: { segmentsPerGraph: most } }
          const { shotsPerGraph, atOnce } = rulesFor(cores, memoryMb, options)
          for (const count of [shotsPerGraph, atOnce]) {
            expect(Number.isInteger(count)).toBe(true)
            expect(count).toBeGreaterThanOrEqual(1)
          }
          expect(shotsPerGraph).toBeLessThanOrEqual(most)
          expect(rulesFor(cores, memoryMb * 2, options).atOnce).toBeGreaterThanOrEqual(atOnce)
          const threads = Array.from({ length: of }, (_, i) =>
            encoderThreads(i + 1, { of, rules: { cores, atOnce, fleetAtOnce: atOnce } }),
          )
          // In each round there is a thread for each core at least.
          for (let i = 0; i < of; i += atOnce) {
            const round = threads.slice(i, i + atOnce)
            expect(round.reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(cores)
          }
        },
      ),
    )
  })
})

describe('encoder threads', () => {
  it('one where every core has its chunk; those of a last round share the cores, with threads to spare', () => {
    const threads = (of: number, atOnce: number, cores: number) =>
      Array.from({ length: of }, (_, i) =>
        encoderThreads(i + 1, { of, rules: { cores, atOnce, fleetAtOnce: atOnce } }),
      )
    expect(threads(1, 1, 1)).toEqual([1])
    expect(threads(1, 2, 2)).toEqual([3])
    expect(threads(2, 2, 2)).toEqual([1, 1])
    expect(threads(5, 2, 2)).toEqual([1, 1, 1, 1, 3])
    expect(threads(6, 4, 8)).toEqual([3, 3, 3, 3, 6, 6])
    expect(threads(1, 32, 32)).toEqual([48])
  })

  it('is settled for the chunks of full rounds, however many more come', () => {
    const isFull = (of: number) =>
      [1, 2, 3, 4, 5].map((number) => isOfFullRound(number, { of, fleetAtOnce: 2 }))
    expect(isFull(3)).toEqual([true, true, false, false, false])
    expect(isFull(5)).toEqual([true, true, true, true, false])
  })
})

describe('a fleet', () => {
  const of = (fleetCores: number, cores = 2) => rulesFor(cores, 8000, { limits: { fleetCores } })

  it('renders as many chunks at once as its machines do together, and this one as many as alone', () => {
    expect(of(32)).toMatchObject({ cores: 2, atOnce: 2, fleetAtOnce: 32 })
    expect(of(0)).toMatchObject({ atOnce: 2, fleetAtOnce: 2 })
    // A fleet is never smaller than one of its machines.
    expect(of(1, 4)).toMatchObject({ atOnce: 4, fleetAtOnce: 4 })
  })

  it('may decode more again the more cores would wait, unless it is told how much', () => {
    const shares = [1, 2, 4, 8, 16, 32].map((cores) => of(cores, 1).mostRedecode)
    expect(shares[0]).toBe(0.15)
    expect(shares[1]).toBe(0.15)
    expect(shares[3]).toBeCloseTo(0.51, 2)
    expect(shares.slice(4)).toEqual([1, 1])
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(rulesFor(2, 8000, { limits: { fleetCores: 32, mostRedecode: 0.4 } }).mostRedecode).toBe(0.4)
  })

  it('has one thread a chunk where every core has one, else as many as a machine has cores for', () => {
    const threads = (of: number) =>
      encoderThreads(of, { of, rules: { cores: 2, atOnce: 2, fleetAtOnce: 32 } })
    expect([1, 16, 17, 32, 33].map(threads)).toEqual([3, 3, 1, 1, 3])
  })
})

describe('a canvas that memory is too small for', () => {
  it('is told with one of its shape that fits', () => {
    expect(canvasThatFits({ width: 8192, height: 8192 }, 2000)).toEqual({
      neededMb: 5828,
      width: 4578,
      height: 4578,
    })
    expect(canvasThatFits({ width: 1280, height: 720 }, 512)).toBeUndefined()
    expect(canvasThatFits({ width: 1280, height: 720 }, 256)).toEqual({ neededMb: 337, width: 2, height: 2 })
  })

  it('the one that would fit does', () => {
    const lengths = fc.integer({ min: 160, max: 8192 })
    fc.assert(
      fc.property(lengths, lengths, fc.integer({ min: 300, max: 8000 }), (width, height, memoryMb) => {
        const { width: fitting, height: high } = canvasThatFits({ width, height }, memoryMb) ?? {}
        if (fitting === undefined || high === undefined) return
        expect(canvasThatFits({ width: fitting, height: high }, memoryMb)).toBeUndefined()
      }),
    )
  })
})
