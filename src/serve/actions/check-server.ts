/** job.check.server: whether the service answers. */
import { CODES } from '../codes.ts'
import type { Action } from './action.ts'
import { DATA } from './data-schemas.ts'

export const checkServer: Action = {
  name: 'job.check.server',
  ack: 'job.check.stat',
  data: DATA.none,
  isOfJob: false,
  apply: () => ({ code: CODES.ok, data: {} }),
}
