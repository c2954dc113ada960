/** `<JobId>.updates.json`: timed updates. */
import { z } from 'zod'
import { shaped } from '../allowed.ts'
import { TIME_TEXT } from '../unix-time.ts'
import { MOST } from './limits.ts'
import { mixerSchema } from './mixer.ts'
import { notifySchema } from './notify.ts'
import { streamCommandsSchema, streamsSchema } from './streams.ts'
import { subscribeSchema } from './subscribe.ts'
import { transcodingSchema } from './transcoding.ts'

/** A request of the vendor's API with the time at which it applies. What is not about the mix is not read. */
const updateSchema = z.strictObject({
  At: z.union([z.number(), shaped('updateTime', z.string().regex(TIME_TEXT))]),
  Action: z.string().min(1),
  Version: z.unknown().optional(),
  Token: z.unknown().optional(),
  Internal: z.unknown().optional(),
  Data: z.strictObject({
    MixerConfig: mixerSchema.optional(),
    SubscribeConfig: subscribeSchema.optional(),
    StreamConfig: streamsSchema.optional(),
    Stream: streamCommandsSchema.optional(),
    TranscodingConfig: transcodingSchema
      .extend({ Video: transcodingSchema.shape.Video.partial().optional() })
      .optional(),
    NotifyConfig: z.union([notifySchema, z.array(notifySchema).max(MOST.receivers)]).optional(),
  }),
})

export type UpdateWire = z.infer<typeof updateSchema>

export const updatesSchema = z.array(updateSchema).max(MOST.updates)

/** Updates inside of cfg.json or of the index, which `updates/read.ts` checks. */
export const inlineUpdates = z.array(z.unknown()).max(MOST.updates).optional()
