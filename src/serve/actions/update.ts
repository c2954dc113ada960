/** job.update: several sections at once, all or nothing. */
import { CODES } from '../codes.ts'
import type { Section, ServedJob } from '../served-job.ts'
import { type Action, isOutcome, noSuchJob, refused, withUpdates } from './action.ts'
import { DATA } from './data-schemas.ts'
import { streamProblem } from './stream-update.ts'
import { updateSections } from './update-section.ts'

const NAMES: readonly Section[] = ['NotifyConfig', 'TranscodingConfig', 'SubscribeConfig', 'MixerConfig']

export const update: Action = {
  name: 'job.update',
  ack: 'job.update.stat',
  data: DATA.update,
  isOfJob: true,
  apply(asked) {
    const { request, job, world } = asked
    if (!job) return noSuchJob()
    const { StreamConfig } = request.data
    if (StreamConfig === undefined && !NAMES.some((name) => request.data[name] !== undefined))
      return refused(CODES.badParameters, `Data: give one of StreamConfig, ${NAMES.join(', ')}`)
    if (StreamConfig !== undefined) {
      const wrong =
        job.state === 'running' ? refused(CODES.jobExists, 'the job is running') : streamProblem(asked)
      if (wrong) return wrong
    }
    const outcome = updateSections(asked, { names: NAMES })
    if (outcome.code !== CODES.ok || StreamConfig === undefined) return outcome
    const data = { ...outcome.data, StreamConfig }
    // A timed update is kept as a whole, streams included.
    if (request.at !== undefined) return { ...outcome, data }
    const from: ServedJob = outcome.job ?? job
    const streams = { At: 0, Action: 'job.stream.update', Data: { StreamConfig } }
    const changed = withUpdates(from, [streams], { world, isRequest: true })
    return isOutcome(changed) ? changed : { ...outcome, job: changed, data }
  },
}
