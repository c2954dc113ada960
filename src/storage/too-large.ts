import { JobError } from '../errors.ts'

/** The error for an object that exceeds the caller's limit. */
export function tooLarge(object: { where: string; key: string; bytes: number; maxBytes: number }): JobError {
  return new JobError({ code: 'objectTooLarge', params: object }, { fault: 'input' })
}
