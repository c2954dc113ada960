/** job.mixer.update: layout, positions, background and watermarks. */
import type { Action } from './action.ts'
import { DATA } from './data-schemas.ts'
import { updateSections } from './update-section.ts'

export const mixerUpdate: Action = {
  name: 'job.mixer.update',
  ack: 'job.mixer.stat',
  data: DATA.mixer,
  isOfJob: true,
  apply: (asked) =>
    updateSections(asked, { names: ['MixerConfig'], needs: 'MixerConfig', echoes: ['MixerConfig'] }),
}
