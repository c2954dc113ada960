import { describe, expect, it } from 'vitest'
import { lengthOfBatch } from '../../../src/ffmpeg/probe-queue.ts'

const MB = 2 ** 20
const files = (...megabytes: readonly number[]) => megabytes.map((size) => ({ bytes: size * MB }))
const small = (count: number) => files(...Array.from({ length: count }, () => 1))

describe('recordings that share a run', () => {
  it('are a fair part of those that wait, eight at most', () => {
    expect([1, 2, 3, 9, 16, 40].map((count) => lengthOfBatch(small(count), 2))).toEqual([1, 1, 2, 5, 8, 8])
    expect(lengthOfBatch(small(4), 1)).toBe(4)
    expect(lengthOfBatch(small(4), 8)).toBe(1)
  })

  it('are no more than 64 MiB together; a larger one is read by itself', () => {
    expect(lengthOfBatch(files(30, 30, 30, 30), 1)).toBe(2)
    expect(lengthOfBatch(files(64, 1), 1)).toBe(1)
    expect(lengthOfBatch(files(32, 32, 1), 1)).toBe(2)
    expect(lengthOfBatch(files(500, 1, 1), 1)).toBe(1)
    expect(lengthOfBatch(files(1, 500, 1), 1)).toBe(1)
  })
})
