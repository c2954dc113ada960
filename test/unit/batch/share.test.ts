import fc from 'fast-check'
import { expect, it } from 'vitest'
import { inTurns, jobsByDefault, shareOf } from '../../../src/batch/share.ts'

it.each([
  [1, 8000, 1],
  [2, 8000, 1],
  [5, 8000, 2],
  [16, 64_000, 8],
  [16, 2000, 2],
  [16, 500, 1],
])('%i cores and %i MB: %i jobs at once', (cores, memoryMb, jobs) => {
  expect(jobsByDefault({ cores, memoryMb })).toBe(jobs)
})

it('shares come to no more than there is, but for the one core a job needs', () => {
  const upTo = (max: number) => fc.integer({ min: 1, max })
  fc.assert(
    fc.property(upTo(128), upTo(100_000), upTo(200), (cores, memoryMb, jobs) => {
      const share = shareOf({ cores, memoryMb }, jobs)
      expect(share.cores * jobs).toBeLessThanOrEqual(Math.max(cores, jobs))
      expect(share.memoryMb * jobs).toBeLessThanOrEqual(Math.max(memoryMb, jobs))
      expect(share.cores).toBeGreaterThanOrEqual(1)
      // 0 would be all there is.
      expect(share.memoryMb).toBeGreaterThanOrEqual(1)
    }),
  )
  expect(shareOf({ cores: 8, memoryMb: 4001 }, 2)).toEqual({ cores: 4, memoryMb: 2000 })
})

it('files of one job take one turn', () => {
  const files = ['a', 'b', 'a', 'c', 'a'].map((jobId, at) => ({ jobId, at }))
  expect(inTurns(files).map((turn) => turn.map(({ jobId, at }) => `${jobId}${at}`))).toEqual([
    ['a0', 'a2', 'a4'],
    ['b1'],
    ['c3'],
  ])
})
