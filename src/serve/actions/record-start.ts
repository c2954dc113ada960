/** job.record.start: says where the result goes. */
import type { Action } from './action.ts'
import { DATA } from './data-schemas.ts'
import { updateSections } from './update-section.ts'

export const recordStart: Action = {
  name: 'job.record.start',
  ack: 'job.record.stat',
  data: DATA.recording,
  isOfJob: true,
  apply: (asked) =>
    updateSections(asked, {
      names: ['RecordingConfig'],
      needs: 'RecordingConfig',
      echoes: ['RecordingConfig'],
    }),
}
