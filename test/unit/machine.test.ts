import { availableParallelism, totalmem } from 'node:os'
import { describe, expect, it } from 'vitest'
import { machineBudget } from '../../src/machine.ts'

describe('cores and memory for a job', () => {
  it('are what the settings say, each by itself', async () => {
    expect(await machineBudget({ cores: 7, memoryMb: 1234 })).toEqual({ cores: 7, memoryMb: 1234 })
    const own = await machineBudget({ cores: 0, memoryMb: 0 })
    expect(await machineBudget({ cores: 7, memoryMb: 0 })).toEqual({ ...own, cores: 7 })
    expect(await machineBudget({ cores: 0, memoryMb: 1234 })).toEqual({ ...own, memoryMb: 1234 })
  })

  it('are otherwise no more than the machine has, in whole cores and MB', async () => {
    const { cores, memoryMb } = await machineBudget({ cores: 0, memoryMb: 0 })
    for (const [amount, most] of [
      [cores, availableParallelism()],
      [memoryMb, totalmem() / 2 ** 20],
    ] as const) {
      expect(Number.isInteger(amount)).toBe(true)
      expect(amount).toBeGreaterThanOrEqual(1)
      expect(amount).toBeLessThanOrEqual(most)
    }
  })
})
