import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chunkBudget, chunksAtOnce } from '../../../src/plan/budget.ts'
import { makeCanvas } from '../../harness/builders.ts'

const HD = makeCanvas({ width: 1280, height: 720, fps: 30 })
const FULL_HD = makeCanvas({ width: 1920, height: 1080, fps: 30 })

function budget(cores: number, memoryMb: number, options: Partial<Parameters<typeof chunkBudget>[0]> = {}) {
  const { rules, threads } = chunkBudget({
    budget: { cores, memoryMb },
    canvas: HD,
    segmentsPerGraph: 96,
    filesPerGraph: 128,
    ...options,
  })
  return { ...rules, threads }
}

describe('cores and memory', () => {
  it('one graph for up to three cores and what is left over, the encoder on all of them, with threads to spare', () => {
    const counts = [1, 2, 3, 5, 6, 8, 9, 32].map((cores) => {
      const { atOnce, threads } = budget(cores, 100_000)
      return [cores, atOnce, threads]
    })
    expect(counts).toEqual([
      [1, 1, 1],
      [2, 1, 3],
      [3, 1, 5],
      [5, 1, 8],
      [6, 2, 5],
      [8, 2, 6],
      [9, 3, 5],
      [32, 10, 6],
    ])
  })

  it('so many chunks are rendered at once', () => {
    const limits = { segmentsPerGraph: 96, filesPerGraph: 128 }
    expect(chunksAtOnce({ cores: 9, memoryMb: 100_000 }, HD, limits)).toBe(3)
    expect(chunksAtOnce({ cores: 9, memoryMb: 1000 }, HD, limits)).toBe(2)
  })

  it('graphs as large as asked where there is memory for them, larger canvases in proportion', () => {
    expect(budget(2, 8000)).toEqual({ shotsPerGraph: 96, filesPerGraph: 128, atOnce: 1, threads: 3 })
    expect(budget(2, 8000, { canvas: FULL_HD }).shotsPerGraph).toBe(43)
    expect(budget(2, 8000, { canvas: makeCanvas() }).shotsPerGraph).toBe(96)
    expect(budget(2, 8000, { segmentsPerGraph: 1 }).shotsPerGraph).toBe(1)
    expect(budget(2, 8000, { filesPerGraph: 7 }).filesPerGraph).toBe(7)
  })

  it('smaller graphs, then fewer at once, where there is little memory', () => {
    expect(budget(12, 8000)).toMatchObject({ atOnce: 4, shotsPerGraph: 96 })
    const tight = budget(12, 2000)
    expect(tight.atOnce).toBe(4)
    expect(tight.shotsPerGraph).toBeLessThan(96)
    // Three shots for each of four graphs would be too few.
    expect(budget(12, 1480).atOnce).toBe(3)
    expect(budget(12, 1000)).toMatchObject({ atOnce: 2, threads: 9 })
    expect(budget(12, 300)).toEqual({ shotsPerGraph: 8, filesPerGraph: 128, atOnce: 1, threads: 18 })
    expect(budget(12, 1)).toMatchObject({ atOnce: 1, shotsPerGraph: 8 })
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
        (cores, memoryMb, canvas, most) => {
          const options = { canvas, segmentsPerGraph: most }
          const { shotsPerGraph, atOnce, threads } = budget(cores, memoryMb, options)
          for (const count of [shotsPerGraph, atOnce, threads]) {
            expect(Number.isInteger(count)).toBe(true)
            expect(count).toBeGreaterThanOrEqual(1)
          }
          expect(shotsPerGraph).toBeLessThanOrEqual(most)
          expect(atOnce * threads).toBeGreaterThanOrEqual(cores)
          expect(budget(cores, memoryMb * 2, options).atOnce).toBeGreaterThanOrEqual(atOnce)
          expect(budget(cores + 1, memoryMb, options).atOnce).toBeGreaterThanOrEqual(atOnce)
        },
      ),
    )
  })
})
