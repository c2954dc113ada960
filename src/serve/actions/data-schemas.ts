/** What `Data` of each action holds, from the schema of cfg.json, for the description of the API. */
import { z } from 'zod'
import { cfgSchema, indexSchema } from '../../config/schema.ts'

const {
  JobConfig,
  NotifyConfig,
  TranscodingConfig,
  MixerConfig,
  SubscribeConfig,
  RecordingConfig,
  LiveConfig,
} = cfgSchema.shape.Data.shape

const flags = {
  HasVideo: z.boolean().optional(),
  HasAudio: z.boolean().optional(),
  MuteVideo: z.boolean().optional(),
  MuteAudio: z.boolean().optional(),
}

const StreamConfig = z.array(z.strictObject({ RtcStreamId: z.string().min(1), ...flags })).max(1000)
const Stream = z.strictObject({ CmdType: z.literal([1, 2, 3]), SubScribeId: z.string().min(1), ...flags })

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
    RecordingConfig: RecordingConfig.optional(),
    LiveConfig,
    Index: indexSchema.optional(),
    IndexKey: z.string().min(1).optional(),
    Updates: z.array(update).max(10_000).optional(),
  }),
  recording: z.strictObject({ RecordingConfig }),
  subscribe: z.strictObject({ SubscribeConfig: SubscribeConfig.unwrap() }),
  mixer: z.strictObject({ MixerConfig: MixerConfig.unwrap() }),
  transcoding: z.strictObject({ TranscodingConfig }),
  notify: z.strictObject({ NotifyConfig: NotifyConfig.unwrap() }),
  stream: z.union([z.strictObject({ Stream }), z.strictObject({ StreamConfig })]),
  update: z.strictObject({
    NotifyConfig,
    StreamConfig: StreamConfig.optional(),
    TranscodingConfig: TranscodingConfig.optional(),
    SubscribeConfig,
    MixerConfig,
  }),
} as const

export { Stream as streamSchema, StreamConfig as streamConfigSchema }
