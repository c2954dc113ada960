/** job.stop: a job that has not begun is gone; a running one is stopped, and its work is kept. */
import { CODES } from '../codes.ts'
import { type Action, noSuchJob } from './action.ts'
import { DATA } from './data-schemas.ts'

export const stop: Action = {
  name: 'job.stop',
  ack: 'job.destroyed',
  data: DATA.none,
  isOfJob: true,
  apply({ job }) {
    if (!job) return noSuchJob()
    if (job.state === 'acquired' || job.state === 'queued') return { code: CODES.ok, isGone: true, data: {} }
    if (job.state === 'running') return { code: CODES.ok, job: { ...job, asked: 'stop' }, data: {} }
    return { code: CODES.ok, data: {} }
  },
}
