/** job.restart: stops a job and starts it again from what it has made. */
import { CODES } from '../codes.ts'
import { type Action, noSuchJob, refused } from './action.ts'
import { DATA } from './data-schemas.ts'

export const restart: Action = {
  name: 'job.restart',
  ack: 'job.restart.stat',
  data: DATA.none,
  isOfJob: true,
  apply({ job, world }) {
    if (!job) return noSuchJob()
    switch (job.state) {
      case 'acquired':
        return refused(CODES.noSuchJob, 'the job has not been started')
      case 'queued':
        return { code: CODES.ok, data: {} }
      case 'running':
        return { code: CODES.ok, job: { ...job, asked: 'restart' }, data: {} }
      case 'done':
      case 'unchanged':
      case 'failed':
      case 'stopped': {
        if (world.noRoom !== undefined) return refused(CODES.failed, world.noRoom)
        const { endedAtMs: _ended, exitCode: _exit, error: _error, asked: _asked, ...rest } = job
        return {
          code: CODES.ok,
          job: { ...rest, state: 'queued', queuedAtMs: world.nowMs, crashes: 0 },
          data: {},
        }
      }
    }
  },
}
