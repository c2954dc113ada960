/** What `Data` of each action holds, from the schema of cfg.json, for the description of the API. */
import { z } from 'zod'
import { cfgSchema, indexSchema } from '../../config/schema.ts'
import { MOST } from '../../config/schema/limits.ts'
import { streamCommandSchema, streamSchema } from '../../config/schema/streams.ts'

const {
  JobConfig,
  NotifyConfig,
  TranscodingConfig,
  MixerConfig,
  SubscribeConfig,
  StreamConfig: streamsOfJob,
  RecordingConfig,
  LiveConfig,
} = cfgSchema.shape.Data.shape

const StreamConfig = z.array(streamSchema).max(MOST.positions)

const update = z.strictObject({
  At: z.union([z.number(), z.string()]),
  Action: z.string(),
  Data: z.looseObject({}),
})

export const DATA = {
  none: z.looseObject({}).optional(),
  start: z.strictObject({
    JobConfig,
    NotifyConfig,
    TranscodingConfig: TranscodingConfig.optional(),
    MixerConfig,
    SubscribeConfig,
    StreamConfig: streamsOfJob,
    RecordingConfig: RecordingConfig.optional(),
    LiveConfig,
    Index: indexSchema.optional(),
    IndexKey: z.string().min(1).optional(),
    Updates: z.array(update).max(MOST.updates).optional(),
  }),
  recording: z.strictObject({ RecordingConfig }),
  subscribe: z.strictObject({ SubscribeConfig: SubscribeConfig.unwrap() }),
  mixer: z.strictObject({ MixerConfig: MixerConfig.unwrap() }),
  transcoding: z.strictObject({ TranscodingConfig }),
  notify: z.strictObject({ NotifyConfig: NotifyConfig.unwrap() }),
  stream: z.union([z.strictObject({ Stream: streamCommandSchema }), z.strictObject({ StreamConfig })]),
  update: z.strictObject({
    NotifyConfig,
    StreamConfig: StreamConfig.optional(),
    TranscodingConfig: TranscodingConfig.optional(),
    SubscribeConfig,
    MixerConfig,
  }),
} as const

export { StreamConfig as streamConfigSchema }
