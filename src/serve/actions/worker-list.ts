/** job.worker.list: this machine, and the jobs of the AppId that are running on it. */
import { CODES } from '../codes.ts'
import type { Action } from './action.ts'
import { DATA } from './data-schemas.ts'

export const workerList: Action = {
  name: 'job.worker.list',
  ack: 'job.worker.stat',
  data: DATA.none,
  isOfJob: false,
  apply: () => ({ code: CODES.ok, adds: 'workers' }),
}
