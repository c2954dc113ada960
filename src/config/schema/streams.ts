/** What is said about single streams: `Data.StreamConfig`, and `Stream` of the document on live push. */
import { z } from 'zod'
import { MOST } from './limits.ts'

const flag = z.boolean().optional()

const says = {
  HasVideo: flag.meta({ description: 'Whether its video is mixed.', defaultText: 'by `SubscribeConfig`' }),
  HasAudio: flag.meta({ description: 'Whether its audio is mixed.', defaultText: 'by `SubscribeConfig`' }),
  MuteVideo: flag.meta({
    description:
      'Whether its picture is hidden. By `layout.whenStalled` the stream gives up its seat, or keeps it with the background.',
    default: false,
  }),
  MuteAudio: flag.meta({ description: 'Whether its audio is silenced.', default: false }),
}

export const streamSchema = z.strictObject({
  RtcStreamId: z.string().min(1).describe('The stream, as `<user>_<1 camera or 2 screen>`.'),
  ...says,
})
export const streamsSchema = z.union([streamSchema, z.array(streamSchema).max(MOST.positions)])

/** CmdType 1 adds a stream, 2 removes it, 3 mutes or unmutes it. */
export const streamCommandSchema = z.strictObject({
  CmdType: z.literal([1, 2, 3]),
  SubScribeId: z.string().min(1),
  ...says,
})
export const streamCommandsSchema = z.union([
  streamCommandSchema,
  z.array(streamCommandSchema).max(MOST.positions),
])
