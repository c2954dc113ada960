/** `Data.MixerConfig`: who is where in the picture. */
import { z } from 'zod'
import { SCREEN_SHARES } from '../../model/job.ts'
import { shaped } from '../allowed.ts'
import { MOST } from './limits.ts'
import { OURS, REQUIRED } from './meaning.ts'

const LAYOUTS = 'Data.MixerConfig.LayoutConfig'
const WATERMARKS = 'Data.MixerConfig.WaterMark'

const pixel = z.int().min(0).max(16384)
const fraction = shaped(
  'fraction',
  z.string().regex(/^ *(?:\d{1,9} *\/ *0*[1-9]\d{0,8}|\d{1,9}(?:\.\d{1,12})?|\.\d{1,12}) *$/),
)

const area = z.strictObject({
  Left: fraction.meta({ description: 'Left edge.', vendor: 'written as `1/2`; decimals are ours' }),
  Top: fraction.meta({ description: 'Top edge.', vendor: 'as `Left`' }),
  Width: fraction.meta({ description: 'Width, above 0; with `Left` at most 1.', vendor: 'may be 0' }),
  Height: fraction.meta({ description: 'Height, above 0; with `Top` at most 1.', vendor: 'may be 0' }),
})

const region = z.strictObject({
  Id: z.string().optional().meta({
    description: 'Name of the region. Not used; one given twice in a template gives a warning.',
    vendor: REQUIRED,
  }),
  Shape: z
    .literal('rectangle')
    .optional()
    .meta({ description: 'Shape of the region.', default: 'rectangle', vendor: REQUIRED }),
  Area: area.meta({
    description: 'Its place, in fractions of the canvas.',
    vendor: 'an array in the table, an object in the samples',
  }),
})

const templates = z.array(z.array(region).max(MOST.regions)).max(MOST.templates).optional()

const place = z.strictObject({
  X: pixel.meta({
    description:
      'Left edge in pixels. A value that is not a multiple of 4 is moved to the nearest, with a warning.',
    vendor: 'multiples of 4 only',
  }),
  Y: pixel.meta({
    description: 'Top edge in pixels, a multiple of 4 like `X`.',
    vendor: 'multiples of 4 only; the samples have 270',
  }),
  Z: z.int().min(-1_000_000).max(1_000_000).optional().meta({
    description: 'Which is in front where regions overlap: the higher one.',
    default: 0,
    vendor: 'from 0 to `MaxSubscriptions`; not supported yet',
  }),
  Width: pixel.min(1).meta({ description: 'Width in pixels, a multiple of 4 like `X`.', vendor: 'from 0' }),
  Height: pixel.min(1).meta({ description: 'Height in pixels, a multiple of 4 like `X`.', vendor: 'from 0' }),
})

const position = z.strictObject({
  RtcStreamId: z.string().min(1).describe('The stream, as `<user>_<1 camera or 2 screen>`.'),
  Region: place.describe('Its place. All of it has to lie on the canvas.'),
})

const waterMark = z.strictObject({
  Type: z.literal([0, 1, 2, 3]).meta({
    description:
      "What it shows. The time is the room's wall-clock time, `YYYY-MM-DD HH:MM:SS`, in the zone of `watermark.zone`.",
    vendor: 'does not say which time, nor how it is written',
  }),
  Image: z.string().optional().meta({
    description: 'The picture of `Type` 2: an http(s) URL, an object key of the bucket, or a file.',
    vendor: 'an http URL',
  }),
  Text: z.string().optional().describe('The text of `Type` 3.'),
  X: pixel.optional().meta({
    description: 'Left edge in pixels, at most the width of the canvas.',
    default: 0,
    vendor: REQUIRED,
  }),
  Y: pixel.optional().meta({
    description: 'Top edge in pixels, at most the height of the canvas.',
    default: 0,
    vendor: REQUIRED,
  }),
  Alpha: z.number().min(0).max(1).optional().meta({
    description: 'Opacity: 0 is invisible, 1 is opaque.',
    default: 1,
    vendor: 'required, from 0 to 1, not supported yet',
  }),
})
const waterMarks = z.union([waterMark, z.array(waterMark).max(MOST.marks)]).optional()

const shade = z.int().min(0).max(255).optional()

const colour = z.strictObject({
  R: shade.meta({ description: 'Red.', default: 0 }),
  G: shade.meta({ description: 'Green.', default: 0 }),
  B: shade.meta({ description: 'Blue.', default: 0 }),
})

export const mixerSchema = z.strictObject({
  MaxResolutionStream: z.string().optional().meta({
    description:
      'The stream that takes the main region while it is present, as `<user>_<1 camera or 2 screen>`. One that is not in the index gives a warning.',
    defaultText: 'the first stream',
  }),
  ScreenShare: z.enum(SCREEN_SHARES).optional().meta({
    description:
      '`large`: while somebody shares a screen (a stream that ends in `_2`), it takes the main region, before `MaxResolutionStream`; where all regions of a preset are equal, those of vertical are used meanwhile. No effect on `PositionConfig`.',
    default: 'equal',
    vendor: OURS,
  }),
  BackgroundColor: colour
    .optional()
    .meta({ description: 'Colour behind and between the streams.', defaultText: 'black' }),
  ResizeMode: z
    .literal([0, 1, 2])
    .optional()
    .meta({ description: 'How a picture fills its region.', default: 2 }),
  Crop: z.boolean().optional().meta({
    description: 'Without `ResizeMode`, `true` means 1 (crop to fill).',
    default: false,
    vendor: 'in a sample of the document on live push only',
  }),
  MixedVideoLayout: z.literal([0, 1, 2, 3, 4, 5]).optional().meta({
    description: 'The layout. 0 takes the templates of `LayoutConfig`.',
    default: 1,
    vendor: 'required; its presets are shown as pictures up to 17 streams, those for more are ours',
  }),
  PositionConfig: z
    .union([position, z.array(position).max(MOST.positions)])
    .optional()
    .meta({
      description:
        'A place in pixels for each stream, with `VideoStreamType` 1 only. A stream without one is heard and not seen; with none for any stream of the index it is an error (6).',
      vendor: 'an object in the table, an array in the samples',
    }),
  LayoutConfig: templates.meta({
    description:
      'Own templates, for `MixedVideoLayout` 0: arrays of regions. For n streams the one with n regions is used; else the smallest larger one; else the largest, and later streams are heard only.',
    vendor: 'called `Layouts` in the table and `LayoutConfig` in the samples',
  }),
  Layouts: templates.meta({ description: 'Another name of `LayoutConfig`, which wins.', sameAs: LAYOUTS }),
  WaterMark: waterMarks.meta({
    description: 'What is drawn over the picture: one or an array of them, later ones over earlier ones.',
    vendor: 'an array in the table, an object in the samples',
  }),
  Watermark: waterMarks.meta({
    description: 'Another name of `WaterMark`, which wins.',
    vendor: OURS,
    sameAs: WATERMARKS,
  }),
})
