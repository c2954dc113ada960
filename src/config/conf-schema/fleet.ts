/** The section `fleet` of the settings: tasks of jobs on several machines. */
import { z } from 'zod'
import { whole } from '../schema/numbers.ts'

export const fleetSchema = z
  .strictObject({
    cacheMb: whole({ min: 0, max: 16_777_216, preset: 20_480 }).describe(
      'How much of the recordings that were fetched for tasks a machine keeps for further tasks. 0 to 16777216 MB.',
    ),
  })
  .prefault({})
