/** Where a job keeps its files, and where its index is looked for. */
import { z } from 'zod'
import { shaped } from '../allowed.ts'
import { number, whole } from '../schema/numbers.ts'

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** The owner can read and write the worker's files; nobody can execute them. */
export const fileMode = shaped('fileMode', z.string().regex(/^0?6[046]{2}$/))

const indexKey = shaped('indexKey', z.string().regex(/^(?:[^{}\p{Cc}]|\{jobId\}|\{folder\})+$/u))

export const workSchema = z
  .strictObject({
    folder: z
      .string()
      .default('')
      .describe(
        'Folder for downloads and parts of the output, one folder per job in it; "" is work/ of the deployment, or $XDG_CACHE_HOME/owt-main/work where that cannot be written.',
      ),
    keepHours: number({ min: 0, max: 87_600, preset: 72 }).describe(
      'Work of a job that failed or was stopped is kept this long for its next run to go on with. 0 to 87600 h.',
    ),
  })
  .prefault({})

export const logsSchema = z
  .strictObject({
    folder: z
      .string()
      .default('')
      .describe(
        'Folder of the log files, one per job; "" is logs/ of the deployment, or $XDG_STATE_HOME/owt-main/logs where that cannot be written.',
      ),
    level: z.enum(LEVELS).default('info').describe('fatal, error, warn, info, debug, trace or silent.'),
    keep: whole({ min: 0, max: 1000, preset: 5 }).describe(
      'How many log files of earlier runs of a job are kept. 0 to 1000.',
    ),
    fileMode: fileMode
      .default('0600')
      .describe(
        'Mode of log, result, report and state of a job, and of the summary of a batch; folders made for them get the same and the right to enter. Callbacks that are still to be delivered are always 0600.',
      ),
  })
  .prefault({})

export const reportSchema = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe(
        'Write logs/<JobId>.html at the end of each job: the film in a player, timeline, pictures, loudness, corrections, settings used.',
      ),
    link: z
      .enum(['local', 'signed'])
      .default('local')
      .describe(
        'How the page finds the film. local: where it is on this machine; signed: also by a link into the bucket, with which anybody who has the page can fetch the film, with no other right, until the link expires.',
      ),
    linkHours: number({ min: 0.1, max: 168, preset: 24 }).describe(
      'How long a signed link lasts. Credentials that expire earlier end it earlier. 0.1 to 168 h.',
    ),
  })
  .prefault({})

export const indexSchema = z
  .strictObject({
    keys: z
      .array(indexKey)
      .max(50)
      .default([
        '{jobId}.json',
        '{jobId}/index.json',
        '{jobId}/info.json',
        '{folder}/{jobId}.json',
        '{folder}/{jobId}/index.json',
        '{folder}/{jobId}/info.json',
        '{folder}/index.json',
      ])
      .describe(
        'Object keys under which the index is looked for, in this order, where it is neither given with --index nor beside cfg.json. {jobId} is Internal.JobId, {folder} the folder of the output key. At most 50. Where none of them is there, <JobId>.json is looked for among the first 1000 files of a local bucket, and taken where it lies in the folder that it names as its Root; not where this list is empty.',
      ),
  })
  .prefault({})
