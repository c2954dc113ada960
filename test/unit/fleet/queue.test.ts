import { expect, it } from 'vitest'
import { JobError } from '../../../src/errors.ts'
import { errorOfFailure, failureText, turnOf } from '../../../src/fleet/queue.ts'

it('an error arrives with what caused it', () => {
  const cause = new JobError({ code: 'taskMissing', params: { number: 2, of: 1 } }, { fault: 'destination' })
  const error = new JobError({ code: 'queueUnset', params: {} }, { fault: 'config', cause })
  const there = errorOfFailure(failureText(error))
  expect(there).toMatchObject({ code: 'queueUnset', fault: 'config' })
  expect(there.cause).toMatchObject({ code: 'taskMissing', fault: 'destination' })
})

/** Priorities of tasks that are added one after the other while another job's task of that priority is next. */
function priorities(tasks: readonly { isLong: boolean }[], next?: number): number[] {
  let last = 0
  return tasks.map(({ isLong }) => {
    const given = turnOf({ last, next, isLong })
    last = given.last
    return given.priority
  })
}

it('tasks of a job take turns with those of others, and the sound waits for none of its own', () => {
  const [chunk, sound] = [{ isLong: false }, { isLong: true }]
  expect(priorities([chunk, chunk, chunk], 7)).toEqual([7, 8, 9])
  expect(priorities([chunk, chunk, sound, chunk], 7)).toEqual([7, 8, 7, 9])
  expect(priorities([sound, chunk])).toEqual([1, 1])
  expect(turnOf({ last: 2 ** 21, next: 3, isLong: false }).priority).toBe(2 ** 21 - 1)
})
