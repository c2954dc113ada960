import { expect, it } from 'vitest'
import { inSlices } from '../../../src/job/in-slices.ts'
import type { Stepwise } from '../../../src/model/stepwise.ts'

function* steps(count: number): Stepwise<number> {
  for (let i = 0; i < count; i++) yield
  return count
}

it('returns what the work returns', async () => {
  expect(await inSlices(steps(3), new AbortController().signal)).toBe(3)
})

it('lets the event loop run, so that endless work can be aborted', async () => {
  const controller = new AbortController()
  setTimeout(() => controller.abort(new Error('stopped by SIGTERM')), 0)
  await expect(inSlices(steps(Infinity), controller.signal)).rejects.toThrow('stopped by SIGTERM')
})

it('does nothing when it is aborted already', async () => {
  const work = steps(3)
  await expect(inSlices(work, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped')
  expect(work.next().done).toBe(false)
})
