import { JobError } from '../errors.ts'

/** An object that is larger than whoever wants it takes. */
export function tooLarge(object: { where: string; key: string; bytes: number; maxBytes: number }): JobError {
  return new JobError({ code: 'objectTooLarge', params: object }, { fault: 'input' })
}
