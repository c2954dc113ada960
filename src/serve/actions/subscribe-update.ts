/** job.subscribe.update: who is seen and heard. */
import type { Action } from './action.ts'
import { DATA } from './data-schemas.ts'
import { updateSections } from './update-section.ts'

export const subscribeUpdate: Action = {
  name: 'job.subscribe.update',
  ack: 'job.subscribe.stat',
  data: DATA.subscribe,
  isOfJob: true,
  apply: (asked) =>
    updateSections(asked, {
      names: ['SubscribeConfig'],
      needs: 'SubscribeConfig',
      echoes: ['SubscribeConfig'],
    }),
}
