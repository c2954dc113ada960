/** Picture and sound of the film, and its sidecar files. */
import { z } from 'zod'
import { HARDWARE, SPEEDS } from '../../model/encoding.ts'
import { shaped } from '../allowed.ts'
import { number, whole } from '../schema/numbers.ts'

const PRESETS = [
  'ultrafast',
  'superfast',
  'veryfast',
  'faster',
  'fast',
  'medium',
  'slow',
  'slower',
  'veryslow',
  'placebo',
] as const

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) instanceof Intl.DateTimeFormat
  } catch {
    return false
  }
}

/** "n/d" between 1/200 and 1/2; a regular expression cannot compare. */
function isTextHeight(text: string): boolean {
  const [, over, under] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []
  const height = Number(over) / Number(under)
  return height >= 1 / 200 && height <= 1 / 2
}

export const videoSchema = z
  .strictObject({
    encoder: z
      .enum(['x264', ...HARDWARE, 'auto'])
      .default('x264')
      .describe(
        'x264, or an encoder of graphics hardware: nvenc, qsv, vaapi, videotoolbox, or auto for the first of these that works. Each is tried with a short encode; where none works, or it fails in mid job, x264 encodes.',
      ),
    speed: z
      .enum(SPEEDS)
      .default('balanced')
      .describe(
        'How much work goes into the picture: fast, balanced, or quality for a better picture at the same bit rate.',
      ),
    preset: z
      .enum(['', ...PRESETS])
      .default('')
      .describe(
        'A preset of x264\'s to take as it is, whatever the speed: ultrafast, superfast, veryfast, faster, fast, medium, slow, slower, veryslow or placebo; "" is none.',
      ),
    keyframeSeconds: number({ min: 0.1, max: 60, preset: 2 }).describe(
      'Longest time between keyframes, which is how finely a player can seek. 0.1 to 60 s.',
    ),
    peakRatio: number({ min: 0, max: 10, preset: 0 }).describe(
      'How far the bit rate may rise above BitRate for a while, as a factor; 0 sets no limit. With a limit x264 does not repeat itself to the bit on several cores, and less than 1 counts as 1. 0 to 10.',
    ),
    matrix: z
      .enum(['auto', 'bt601', 'bt709'])
      .default('auto')
      .describe(
        'Colour matrix of the output: bt601, bt709, or auto to choose by the canvas and the recordings.',
      ),
  })
  .prefault({})

export const audioSchema = z
  .strictObject({
    bitrateKbps: whole({ min: 16, max: 512, preset: 128 }).describe(
      'Bit rate of the AAC track. 16 to 512 kbit/s.',
    ),
    loudness: shaped('loudness', z.union([z.enum(['auto', 'off']), z.number().min(-40).max(-8)]))
      .default('auto')
      .describe(
        'Loudness that the whole mix is brought to by one gain, in LUFS (EBU R128), with peaks below -1 dBTP: -16 suits a talk on the web; "off" leaves the level as it was recorded; "auto" is -16 for mix and "off" for jobs with a cfg.json. The sound is rendered twice for it, the picture once. "auto", "off" or -40 to -8.',
      ),
  })
  .prefault({})

export const outputSchema = z
  .strictObject({
    chapters: z
      .boolean()
      .default(true)
      .describe(
        'Chapters in the finished file, where somebody joins or leaves and where a screen share starts or ends.',
      ),
    poster: z
      .boolean()
      .default(true)
      .describe('A picture of it beside the finished file, <name>.jpg, and in it as its cover.'),
    thumbnails: z
      .boolean()
      .default(false)
      .describe(
        "Small pictures for a player's time line beside it: <name>.thumbs.jpg, .thumbs-2.jpg ... and <name>.thumbs.vtt.",
      ),
    hls: z
      .boolean()
      .default(false)
      .describe(
        'An HLS rendition beside it, of the same packets: <name>/master.m3u8, index.m3u8, init.mp4 and segments.',
      ),
  })
  .prefault({})

export const layoutSchema = z
  .strictObject({
    minSegmentMs: whole({ min: 0, max: 60_000, preset: 500 }).describe(
      'Shorter segments are merged with their neighbours. 0 to 60000 ms.',
    ),
    holdMs: whole({ min: 0, max: 3_600_000, preset: 3000 }).describe(
      'A camera that sends nothing for this long counts as stalled. 0 to 3600000 ms.',
    ),
    whenStalled: z
      .enum(['leave', 'hold', 'background'])
      .default('leave')
      .describe(
        'What a stalled stream does: "leave" the layout, "hold" its last picture, or show the "background".',
      ),
  })
  .prefault({})

export const watermarkSchema = z
  .strictObject({
    zone: shaped('zone', z.string().refine(isZone))
      .default('Asia/Shanghai')
      .describe(
        'Time zone of a job, an IANA name: of the time watermark, the title of the film, the report and `status`.',
      ),
    fontFile: z
      .string()
      .default('')
      .describe('Font file for time and text watermarks; "" is the bundled Noto Sans, which has Chinese.'),
    textHeight: shaped('heightFraction', z.string().refine(isTextHeight))
      .default('1/24')
      .describe('Height of watermark text as a fraction of the canvas height. "1/200" to "1/2".'),
    proxy: z
      .boolean()
      .default(true)
      .describe(
        'Whether pictures are downloaded through the proxies that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name.',
      ),
  })
  .prefault({})
