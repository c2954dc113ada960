/**
 * The wire shapes of cfg.json and of the index, and what their fields mean: no defaults are filled in and nothing is
 * transformed, so that JSON Schemas and docs/config.md can be generated from them. `resolve.ts` interprets the values;
 * `check.ts` and `spellings.ts` accept misspellings with a warning (`"1920"`, `highprodile`).
 */
import { z } from 'zod'
import { shaped } from './allowed.ts'
import { MOST } from './schema/limits.ts'
import { OURS, REQUIRED, schemaLink } from './schema/meaning.ts'
import { mixerSchema } from './schema/mixer.ts'
import { notifySchema } from './schema/notify.ts'
import { recordingSchema } from './schema/recording.ts'
import { streamsSchema } from './schema/streams.ts'
import { subscribeSchema } from './schema/subscribe.ts'
import { transcodingSchema } from './schema/transcoding.ts'
import { inlineUpdates } from './schema/updates.ts'
import { TIME_TEXT } from './unix-time.ts'

/** JobIds are usable as file names. */
export const JOB_ID = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/

const text = z.string().optional()
const filled = z.string().min(1)

const internal = z.strictObject({
  RequestId: text.meta({ description: 'Echoed in `ucloud` callbacks.', vendor: REQUIRED }),
  JobId: shaped('jobId', z.string().regex(JOB_ID)).meta({
    description:
      'The single-stream recording task to mix. Names the index, the log, the result file, the work folder, and `$Jobid` in `FileNamePrefix`.',
    vendor: 'required; says nothing of the characters allowed',
  }),
  AppId: text.meta({ description: 'The developer id, told in callbacks.', vendor: REQUIRED }),
  RoomId: text.meta({ description: 'The room, told in callbacks.', vendor: REQUIRED }),
  Mode: z.literal([0, 1]).optional().meta({
    description: 'The kind of task. This worker always mixes; 0 gives a warning.',
    default: 1,
    vendor: 'required; 0 records single streams',
  }),
  ChannelType: z
    .literal([0, 1])
    .optional()
    .meta({ description: 'The kind of room. Not used.', vendor: REQUIRED }),
})

const jobConfig = z.strictObject({
  IdleTime: z.number().min(0).max(31_536_000).optional().meta({
    description:
      'Seconds the output goes on after `KeyStream` last leaves. It ends with the last stream at the latest. Without `KeyStream` it has no effect.',
    default: 60,
    vendor: 'a whole number; also how long a live task waits after the last stream has gone',
  }),
  KeyStream: text.describe(
    'The stream with whose end the output ends, as `<user>_<1 camera or 2 screen>`. One that is not in the index gives a warning and has no effect.',
  ),
})

const live = z.strictObject({
  Type: text.describe('Kind of push. Not used.'),
  Url: text.describe('Where to push. Not used.'),
})

/** cfg.json: a `job.start` request as the offline worker reads it. */
export const cfgSchema = z.strictObject({
  $schema: schemaLink,
  Version: text.meta({
    description: 'Version of the request format. Not used.',
    vendor: 'optional; `1.0` at present',
  }),
  Action: z
    .literal('job.start')
    .optional()
    .meta({ description: 'What is asked for.', default: 'job.start', vendor: REQUIRED }),
  Token: text.meta({
    description:
      'Echoed in `ucloud` callbacks whose entry in `NotifyConfig` has no `Token` of its own. Never logged.',
    vendor: 'the token that authenticates the request',
  }),
  Internal: internal.describe('Which recording task is mixed.'),
  Data: z
    .strictObject({
      JobConfig: jobConfig.optional().describe('When the output ends.'),
      NotifyConfig: z
        .union([notifySchema, z.array(notifySchema).max(MOST.receivers)])
        .optional()
        .meta({
          description: 'Receivers of callbacks, one or an array of them; see [callbacks](callbacks.md).',
          vendor: 'an array',
        }),
      TranscodingConfig: transcodingSchema.describe('How the output is encoded.'),
      MixerConfig: mixerSchema.optional().describe('Who is where in the picture.'),
      SubscribeConfig: subscribeSchema
        .optional()
        .describe(
          'Which streams are seen and heard. Empty lists, and lists of empty texts, count as none. A name that is not in the index gives a warning; a list that leaves none of its streams is an error (6).',
        ),
      StreamConfig: streamsSchema.optional().meta({
        description:
          'What is said about single streams, whatever `SubscribeConfig` says: one or an array of them.',
        defaultText: 'nothing',
        vendor: 'in `job.stream.update` and `job.update` only',
      }),
      Updates: inlineUpdates.meta({
        description: 'Timed updates, as in `<JobId>.updates.json`; see [mixing](mixing.md#timed-updates).',
        defaultText: 'those of the index or beside it',
        vendor: OURS,
      }),
      RecordingConfig: recordingSchema.describe('What is recorded, and where it lies.'),
      LiveConfig: live.optional().meta({
        description: 'A live push. Not done by this worker: a `Url` gives a warning.',
        vendor: 'pushes the mix to it',
      }),
    })
    .describe('What is made of it.'),
})

export type CfgWire = z.infer<typeof cfgSchema>

const time = z.union([z.number(), shaped('time', z.string().regex(TIME_TEXT))])

/** An index entry. */
const indexEntry = z.strictObject({
  StreamId: filled.describe(
    'The stream, `<user>_<type>`: 1 camera, 2 screen. A user id may hold `_`: the last one counts.',
  ),
  Name: filled.describe(
    'File name below `Root`: a WebM, MKV, MP4, MOV, M4A, Ogg, WAV, MP3, FLAC, AAC or TS file, whatever its extension.',
  ),
  StartTime: time.meta({
    description:
      "When the recording's timestamp 0 was, by the same rule as the index's `StartTime`. A time at the end of the file name that lies more than 10 s away is warned of.",
    vendor: 'gives no unit',
  }),
  EndTime: time.optional().meta({
    description:
      'When it ended. The recording itself has the last word on its length; where the two differ by more than 10 s, that is warned of.',
    vendor: 'named in the text, not in the sample',
  }),
  Clock: z.literal('room').optional().meta({
    description:
      '`room`: the timestamps of these recordings count from one moment, which is `StartTime`, and none is moved to it, however late it begins.',
    defaultText: 'the recording begins at `StartTime`',
    vendor: OURS,
  }),
  Rotation: z.literal([90, 180, 270]).optional().meta({
    description:
      'Clockwise rotation in degrees that shows the picture upright, where the file does not say it.',
    defaultText: 'what the file says',
    vendor: OURS,
  }),
  Slices: z
    .array(
      z.strictObject({
        Name: filled.meta({ description: 'File name below `Root`, a TS file.', vendor: OURS }),
        StartTime: time.optional().meta({
          description:
            'When its first packet was, by the same rule. Times in the file that differ by less than half a second count more.',
          defaultText: 'it follows the slice before',
          vendor: OURS,
        }),
      }),
    )
    .max(MOST.slices)
    .optional()
    .meta({
      description:
        'The files below `Root` in which the recording was stored, in order; `Name` is then only what it is called.',
      defaultText: 'one file',
      vendor: OURS,
    }),
})

/** The index that a single-stream recording task writes next to its files. */
export const indexSchema = z.strictObject({
  $schema: schemaLink,
  JobId: text.describe('The recording task. One that is not that of cfg.json is warned of.'),
  RoomId: text.describe('The room. Not used.'),
  StartTime: time.optional().meta({
    description:
      "The room's beginning, which is output time 0: a Unix time, in nanoseconds from 10^18 up, in microseconds from 10^15, in milliseconds from 10^12, else in seconds. Not used where it is more than a day from the first clip.",
    defaultText: 'the start of the earliest clip',
    vendor: 'gives no unit',
  }),
  EndTime: time.optional().meta({
    description: "The room's end. Not used; a recording that starts after it is warned of.",
    vendor: 'not in the sample',
  }),
  Root: text.meta({ description: 'Folder of the files in the bucket.', defaultText: 'the bucket itself' }),
  Files: z
    .array(indexEntry)
    .describe('The recordings. An entry that cannot be used is left out with a reason.'),
  Updates: inlineUpdates.meta({
    description: 'Timed updates, as in `<JobId>.updates.json`; see [mixing](mixing.md#timed-updates).',
    defaultText: 'those of `<JobId>.updates.json` beside the index',
    vendor: OURS,
  }),
})
