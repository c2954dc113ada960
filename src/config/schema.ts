/**
 * The wire shapes of cfg.json and of the index: no defaults and no transforms, so that JSON Schemas can be generated
 * from them. `resolve.ts` interprets the values, `meanings.ts` describes them, `check.ts` and `spellings.ts` accept
 * misspellings with a warning (`"1920"`, `highprodile`).
 */
import { z } from 'zod'
import { shaped } from './allowed.ts'
import { TIME_TEXT } from './unix-time.ts'

/** JobIds are usable as file names. */
export const JOB_ID = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/

const text = z.string()
const filled = z.string().min(1)
const streamId = text
/** Maximum lengths of lists: more than any room needs, yet few enough to process each item. */
const MOST = { names: 10_000, positions: 1000, templates: 200, regions: 1000, marks: 100, receivers: 50 }

const streamIds = z.array(text).max(MOST.names)
const pixel = z.int().min(0).max(16384)
const size = z.int().multipleOf(2).min(16).max(16384)
const bitrate = z.int().min(1).max(200_000)
const fraction = shaped(
  'fraction',
  z.string().regex(/^ *(?:\d{1,9} *\/ *0*[1-9]\d{0,8}|\d{1,9}(?:\.\d{1,12})?|\.\d{1,12}) *$/),
)

const video = z.strictObject({
  Codec: z.literal('h264').optional(),
  Width: size,
  Height: size,
  Fps: z.int().min(1).max(120),
  BitRate: bitrate.optional(),
  Bitrate: bitrate.optional(),
  Profile: z.enum(['baseline', 'main', 'high', 'highprofile']).optional(),
})

const audio = z.strictObject({
  Codec: shaped('audioCodec', z.string().regex(/^aac(?:_48000_[12])?$/)).optional(),
  SampleRate: z.literal(48000).optional(),
})

const region = z.strictObject({
  Id: text.optional(),
  Shape: z.literal('rectangle').optional(),
  Area: z.strictObject({ Left: fraction, Top: fraction, Width: fraction, Height: fraction }),
})

const templates = z.array(z.array(region).max(MOST.regions)).max(MOST.templates)

const position = z.strictObject({
  RtcStreamId: filled,
  Region: z.strictObject({
    X: pixel,
    Y: pixel,
    Z: z.int().min(-1_000_000).max(1_000_000).optional(),
    Width: pixel.min(1),
    Height: pixel.min(1),
  }),
})

const waterMark = z.strictObject({
  Type: z.literal([0, 1, 2, 3]),
  Image: text.optional(),
  Text: text.optional(),
  X: pixel.optional(),
  Y: pixel.optional(),
  Alpha: z.number().min(0).max(1).optional(),
})
const waterMarks = z.union([waterMark, z.array(waterMark).max(MOST.marks)])

const colour = z.int().min(0).max(255)

const mixer = z.strictObject({
  MaxResolutionStream: streamId.optional(),
  BackgroundColor: z
    .strictObject({ R: colour.optional(), G: colour.optional(), B: colour.optional() })
    .optional(),
  ResizeMode: z.literal([0, 1, 2]).optional(),
  Crop: z.boolean().optional(),
  MixedVideoLayout: z.literal([0, 1, 2, 3, 4, 5]).optional(),
  PositionConfig: z.union([position, z.array(position).max(MOST.positions)]).optional(),
  LayoutConfig: templates.optional(),
  Layouts: templates.optional(),
  WaterMark: waterMarks.optional(),
  Watermark: waterMarks.optional(),
})

const subscribe = z.strictObject({
  VideoStreamType: z.literal([0, 1]).optional(),
  MaxSubscriptions: z.int().min(1).max(10_000).optional(),
  SubscribeAudio: streamIds.optional(),
  UnsubscribeAudio: streamIds.optional(),
  SubscribeVideo: streamIds.optional(),
  UnsubscribeVideo: streamIds.optional(),
})

const httpUrl = shaped('httpUrl', z.string().regex(/^(?:https?:\/\/[^\s/?#@\\]+(?:\/[^\s?#@\\]*)?)?$/i))

/** A bucket as in `StorageConfig`. */
export const storageSchema = z.strictObject({
  Vendor: z
    .enum(['ucloud', 'aws', 's3', 'aliyun', 'tencent', 'volcengine', 'huawei', 'qiniu', 'local'])
    .optional(),
  PublicKey: text.optional(),
  accessKey: text.optional(),
  AccessKey: text.optional(),
  accessKeyId: text.optional(),
  AccessKeyId: text.optional(),
  SecretKey: text.optional(),
  secretKey: text.optional(),
  secretAccessKey: text.optional(),
  SecretAccessKey: text.optional(),
  Region: shaped('region', z.string().regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}))?$/)).optional(),
  Bucket: filled,
  FileNamePrefix: text.optional(),
  Endpoint: httpUrl.optional(),
  PathStyle: z.boolean().optional(),
})

const recording = z.strictObject({
  MediaChannel: z.literal([1, 2, 3]).optional(),
  FileType: z.union([text, z.array(text).max(MOST.marks)]).optional(),
  // The vendor's table has these fields here; its samples have them in StorageConfig.
  ...storageSchema.partial().shape,
  StorageConfig: storageSchema.optional(),
  BackupStorageConfig: storageSchema.optional(),
})

const notify = z.strictObject({
  Status: z.enum(['open', 'close']).optional(),
  ServiceType: z.enum(['job.mixer', 'job.oss', 'job.record', 'job.living']),
  EventType: text.optional(),
  NotifyUrl: text.optional(),
  Token: text.optional(),
  Dialect: z.enum(['ucloud', 'anyrtc', 'volcengine', 'tencent']).optional(),
  Key: text.optional(),
})

/** cfg.json: a `job.start` request as the offline worker reads it. */
export const cfgSchema = z.strictObject({
  $schema: text.optional(),
  Version: text.optional(),
  Action: z.literal('job.start').optional(),
  Token: text.optional(),
  Internal: z.strictObject({
    RequestId: text.optional(),
    JobId: shaped('jobId', z.string().regex(JOB_ID)),
    AppId: text.optional(),
    RoomId: text.optional(),
    Mode: z.literal([0, 1]).optional(),
    ChannelType: z.literal([0, 1]).optional(),
  }),
  Data: z.strictObject({
    JobConfig: z
      .strictObject({
        IdleTime: z.number().min(0).max(31_536_000).optional(),
        KeyStream: streamId.optional(),
      })
      .optional(),
    NotifyConfig: z.union([notify, z.array(notify).max(MOST.receivers)]).optional(),
    TranscodingConfig: z.strictObject({
      Bitrate: bitrate.optional(),
      BitRate: bitrate.optional(),
      Video: video,
      Audio: audio.optional(),
    }),
    MixerConfig: mixer.optional(),
    SubscribeConfig: subscribe.optional(),
    RecordingConfig: recording,
    LiveConfig: z.strictObject({ Type: text.optional(), Url: text.optional() }).optional(),
  }),
})

export type CfgWire = z.infer<typeof cfgSchema>

const time = z.union([z.number(), shaped('time', z.string().regex(TIME_TEXT))])

/** An index entry. */
const indexEntrySchema = z.strictObject({
  StreamId: filled,
  Name: filled,
  StartTime: time,
  EndTime: time.optional(),
})

/** The index that a single-stream recording task writes next to its files. */
export const indexSchema = z.strictObject({
  $schema: text.optional(),
  JobId: text.optional(),
  RoomId: text.optional(),
  StartTime: time.optional(),
  EndTime: time.optional(),
  Root: text.optional(),
  Files: z.array(indexEntrySchema),
})
