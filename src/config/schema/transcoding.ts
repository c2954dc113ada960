/** `Data.TranscodingConfig`: how the output is encoded. */
import { z } from 'zod'
import { shaped } from '../allowed.ts'
import { OURS, REQUIRED } from './meaning.ts'

const size = z.int().multipleOf(2).min(16).max(16384)
const bitrate = z.int().min(1).max(200_000).optional()

const video = z.strictObject({
  Codec: z
    .literal('h264')
    .optional()
    .meta({ description: 'The video codec.', default: 'h264', vendor: REQUIRED }),
  Width: size.meta({ description: 'Width of the canvas in pixels.', vendor: 'gives no limits' }),
  Height: size.meta({ description: 'Height of the canvas in pixels.', vendor: 'gives no limits' }),
  Fps: z
    .int()
    .min(1)
    .max(120)
    .meta({ description: 'Frames per second, constant.', vendor: 'gives no limits' }),
  BitRate: bitrate.meta({
    description:
      'Average bit rate of the picture in kbit/s. Required here or in one of the other places for it.',
    defaultText: 'required',
    vendor: 'gives no unit',
  }),
  Bitrate: bitrate.meta({ description: 'Another name of `BitRate`, which wins.', vendor: OURS }),
  Profile: z.enum(['baseline', 'main', 'high', 'highprofile']).optional().meta({
    description: 'H.264 profile. `highprofile` is `high`.',
    default: 'high',
    vendor:
      'required; lists `baseline` and `highprofile` and supports the latter only; its samples have `baseline` and `highprodile`',
  }),
})

const audio = z.strictObject({
  Codec: shaped('audioCodec', z.string().regex(/^aac(?:_48000_[12])?$/))
    .optional()
    .meta({
      description: 'AAC: `aac` and `aac_48000_2` are stereo, `aac_48000_1` is mono.',
      default: 'aac',
      vendor:
        'required; also opus, for pushing into a room. The names with rate and channels are in a sample only',
    }),
  SampleRate: z.literal(48000).optional().meta({
    description: 'Sampling rate in Hz.',
    default: 48000,
    vendor: 'required; a sample has 4800, which is read as 48000 with a warning',
  }),
})

export const transcodingSchema = z.strictObject({
  Bitrate: bitrate.meta({
    description: 'Another place for `Video.BitRate`, which wins.',
    vendor: 'in the document on live push only',
  }),
  BitRate: bitrate.meta({ description: 'Another place for `Video.BitRate`, which wins.', vendor: OURS }),
  Video: video.describe('The picture.'),
  Audio: audio.optional().meta({ description: 'The sound.', vendor: REQUIRED }),
})
