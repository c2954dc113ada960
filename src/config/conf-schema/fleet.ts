/** The section `fleet` of the settings: tasks of jobs on several machines. */
import { z } from 'zod'
import { shaped } from '../allowed.ts'
import { whole } from '../schema/numbers.ts'

export const fleetSchema = z
  .strictObject({
    queue: shaped('redisUrl', z.string().regex(/^(?:rediss?:\/\/\S+)?$/))
      .default('')
      .describe(
        'The Redis or Valkey with the queue that the machines of a fleet share, as redis://... or rediss://...; "" uses none, and a job is done by the machine that runs it. The server has to keep its data (appendonly yes) and must not evict any (maxmemory-policy noeviction).',
      ),
    prefix: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,100}$/)
      .default('owt')
      .describe('What the keys in Redis begin with, so that several fleets can use one server.'),
    tasks: whole({ min: 0, max: 1024, preset: 0 }).describe(
      'How many tasks `owt-main work` carries out at once; 0 is one for each core. 0 to 1024.',
    ),
    jobs: whole({ min: 0, max: 1024, preset: 4 }).describe(
      'How many jobs from the queue `owt-main work` plans, joins and uploads at once, besides its tasks; 0 takes none. 0 to 1024.',
    ),
    lockMs: whole({ min: 1000, max: 600_000, preset: 10_000 }).describe(
      'The tasks of a machine that has not answered for this long are given to others, at most two thirds of this time later. 1000 to 600000 ms.',
    ),
    attempts: whole({ min: 1, max: 100, preset: 5 }).describe(
      'How often a task is tried that fails for a reason of the machine or the bucket. 1 to 100.',
    ),
    aloneMs: whole({ min: 0, max: 86_400_000, preset: 60_000 }).describe(
      'If no machine takes tasks for this long, the one that runs the job makes them itself, until there is one again. 0 to 86400000 ms.',
    ),
    cacheMb: whole({ min: 0, max: 16_777_216, preset: 20_480 }).describe(
      'How much of the recordings that were fetched for tasks a machine keeps for further tasks. 0 to 16777216 MB.',
    ),
  })
  .prefault({})
