import { expect, it } from 'vitest'
import { JobError } from '../../../src/errors.ts'
import { errorOfFailure, failureText } from '../../../src/fleet/queue.ts'

it('an error arrives with what caused it', () => {
  const cause = new JobError({ code: 'taskMissing', params: { number: 2, of: 1 } }, { fault: 'destination' })
  const error = new JobError({ code: 'queueUnset', params: {} }, { fault: 'config', cause })
  const there = errorOfFailure(failureText(error))
  expect(there).toMatchObject({ code: 'queueUnset', fault: 'config' })
  expect(there.cause).toMatchObject({ code: 'taskMissing', fault: 'destination' })
})
