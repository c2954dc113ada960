/** `Data.SubscribeConfig`: which streams are seen and heard. */
import { z } from 'zod'
import { MOST } from './limits.ts'
import { REQUIRED } from './meaning.ts'

const streamIds = z.array(z.string()).max(MOST.names).optional()

export const subscribeSchema = z.strictObject({
  VideoStreamType: z.literal([0, 1]).optional().meta({
    description: 'How streams get their places: by `MixedVideoLayout`, or by `PositionConfig`.',
    default: 0,
    vendor: REQUIRED,
  }),
  MaxSubscriptions: z.int().min(1).max(10_000).optional().meta({
    description:
      'How many streams are mixed at one time, a camera and a screen being one each. One that joins while that many are there is neither seen nor heard until one of them leaves; those that wait get in as they joined. A stream that comes back joins anew.',
    default: 32,
  }),
  SubscribeAudio: streamIds.meta({
    description: 'Only these are heard. Not together with `UnsubscribeAudio`.',
    defaultText: 'all',
  }),
  UnsubscribeAudio: streamIds.meta({
    description: 'All but these are heard.',
    defaultText: 'none left out',
  }),
  SubscribeVideo: streamIds.meta({
    description: 'Only these are seen. Not together with `UnsubscribeVideo`.',
    defaultText: 'all',
  }),
  UnsubscribeVideo: streamIds.meta({ description: 'All but these are seen.', defaultText: 'none left out' }),
})
