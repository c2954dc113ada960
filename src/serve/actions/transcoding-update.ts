/** job.transcoding.update: canvas and codecs, before the job runs. */
import type { Action } from './action.ts'
import { DATA } from './data-schemas.ts'
import { updateSections } from './update-section.ts'

export const transcodingUpdate: Action = {
  name: 'job.transcoding.update',
  ack: 'job.transcoding.stat',
  data: DATA.transcoding,
  isOfJob: true,
  apply: (asked) => updateSections(asked, { names: ['TranscodingConfig'], needs: 'TranscodingConfig' }),
}
