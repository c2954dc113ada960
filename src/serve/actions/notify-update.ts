/** job.notify.update: who is told about the job. */
import type { Action } from './action.ts'
import { DATA } from './data-schemas.ts'
import { updateSections } from './update-section.ts'

export const notifyUpdate: Action = {
  name: 'job.notify.update',
  ack: 'job.notify.stat',
  data: DATA.notify,
  isOfJob: true,
  apply(asked) {
    // Receivers change when it is said, not at a moment of the mix.
    const { at: _, ...request } = asked.request
    const now = { ...asked, request: { ...request, at: undefined } }
    const outcome = updateSections(now, { names: ['NotifyConfig'], needs: 'NotifyConfig' })
    if (outcome.code !== 0 || asked.job?.state !== 'running') return outcome
    return { ...outcome, warnings: [...(outcome.warnings ?? []), RUNNING] }
  },
}

const RUNNING =
  'Data.NotifyConfig: the process of the job goes on with its receivers; the new ones get what is sent after it has ended'
