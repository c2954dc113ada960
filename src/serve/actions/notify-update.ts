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
    return updateSections(now, { names: ['NotifyConfig'], needs: 'NotifyConfig' })
  },
}
