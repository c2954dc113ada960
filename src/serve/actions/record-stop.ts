/** job.record.stop: no file is kept of a job that has not been started. */
import { CODES } from '../codes.ts'
import { type Action, alreadyRuns, noSuchJob, sectionsOf } from './action.ts'
import { DATA } from './data-schemas.ts'

export const recordStop: Action = {
  name: 'job.record.stop',
  ack: 'job.record.stat',
  data: DATA.none,
  isOfJob: true,
  apply({ job }) {
    if (!job) return noSuchJob()
    // This worker makes nothing but the file.
    if (job.state === 'queued' || job.state === 'running') return alreadyRuns()
    const { RecordingConfig: _, ...sections } = job.sections
    return { code: CODES.ok, job: { ...job, sections }, data: sectionsOf(job, ['RecordingConfig']) }
  },
}
