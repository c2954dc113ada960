/** job.query: everything that is known of a job. */
import { CODES } from '../codes.ts'
import { dataOf } from '../served-job.ts'
import { type Action, noSuchJob } from './action.ts'
import { DATA } from './data-schemas.ts'

export const query: Action = {
  name: 'job.query',
  ack: 'job.query.stat',
  data: DATA.none,
  isOfJob: true,
  apply: ({ job }) => (job ? { code: CODES.ok, data: dataOf(job), adds: 'status' } : noSuchJob()),
}
