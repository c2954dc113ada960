/** The shape of a clip's tiles of one size, and the filters that scale, rotate and crop its frames into them. */
import { type FittedPicture, fitPicture } from '../layout/fit.ts'
import type { Size } from '../layout/pixels.ts'
import type { Fit } from '../model/job.ts'
import { type SizeChange, type VideoProbe, videoOf } from '../model/room.ts'
import { msOfFrame } from '../model/time.ts'
import type { Clip, FrameRange } from '../model/timeline.ts'
import { type Filter, filter } from './node.ts'

/** Sizes whose fits differ by at most this many pixels are shown at one size, to avoid a jump. */
const SAME_FIT_PX = 2

/**
 * Limit for a side that `cover` scales beyond its region. A longer side is squeezed: a picture of 2 x 4000 must not
 * become one of hundreds of millions of pixels. Far more than any camera needs in any region.
 */
const LONGEST_SIDE_PX = 4096

/** The colour around pictures until they are overlaid on a backdrop. */
export const CLEAR = 'black@0'

/** How the tiles of one clip and one region size are made. */
export interface TileShape {
  readonly filters: readonly Filter[]
  /** Size of the finished tile and position of its top left corner in the region, in pixels. */
  readonly width: number
  readonly height: number
  readonly x: number
  readonly y: number
  /** Whether the filters' output varies in size, so that each frame is centred on a backdrop of the tile's size. */
  readonly onBackdrop: boolean
  /**
   * Where frames vary in size: the size before rotation that holds each of them once the first filter has scaled it.
   */
  readonly frame?: Size
}

interface Geometry {
  readonly fit: Fit
  readonly region: { readonly width: number; readonly height: number }
}

/**
 * Returns the filters that turn a clip's frames into tiles.
 * @param uses output frames during which the clip is shown in this region
 */
export function tileShape(
  options: Geometry & { clip: Clip; uses: readonly FrameRange[]; fps: number },
): TileShape {
  const { clip, uses, fps, fit, region } = options
  const video = videoOf(clip.recording)
  const sizes = sizesDuring(video.sizes, { clip, uses, fps })
  const fits = sizes.map((size) =>
    bounded(fitPicture({ fit, source: { ...size, ...turnOf(video) }, region }), region),
  )
  const [first] = fits
  if (!first) throw new Error(`${clip.recording.entry.name}: no picture size is known`)
  const steady = fits.every(
    ({ scale }) =>
      Math.abs(scale.width - first.scale.width) <= SAME_FIT_PX &&
      Math.abs(scale.height - first.scale.height) <= SAME_FIT_PX,
  )
  const turn = turnFilters(video.rotation)
  if (steady) {
    const coded = beforeTurn(first.scale, video.rotation)
    const shown = first.crop ?? first.scale
    return {
      filters: [scale(coded), ...turn, ...(first.crop ? [crop(first.crop)] : [])],
      width: shown.width,
      height: shown.height,
      x: first.x,
      y: first.y,
      onBackdrop: false,
    }
  }
  return {
    ...varyingFilters({ ...options, video, fits, turn }),
    ...region,
    x: 0,
    y: 0,
    onBackdrop: fit !== 'cover',
  }
}

/**
 * Filters for pictures whose shape changes in mid-file: each frame is fitted by its own size without rebuilding the
 * graph. The offsets of `crop` are constant, so `pad` first centres every frame in a rectangle of one size.
 */
function varyingFilters(
  options: Geometry & {
    video: VideoProbe
    fits: readonly { readonly scale: { readonly width: number; readonly height: number } }[]
    turn: readonly Filter[]
  },
): Required<Pick<TileShape, 'filters' | 'frame'>> {
  const { fit, video, fits, turn } = options
  const region = beforeTurn(options.region, video.rotation)
  const pick = fit === 'cover' ? 'max' : 'min'
  // The pixel aspect ratio comes from probing; the frame's own is not reliable.
  const aspect = `iw*${video.pixelAspect}/ih`
  const most = (length: number, px: string) => (fit === 'cover' ? `min(${longest(length)},${px})` : px)
  const fitted = scale({
    width: `2*round(${most(region.width, `${pick}(${region.width},${region.height}*${aspect})`)}/2)`,
    height: `2*round(${most(region.height, `${pick}(${region.height},${region.width}/(${aspect}))`)}/2)`,
    eachFrame: true,
  })
  if (fit !== 'cover') {
    // Filters that rotate keep the size of their first frame, and read out of bounds on a smaller one.
    const centred = turn.length > 0 ? [filter('pad', { ...centredIn(region), color: CLEAR }), ...turn] : []
    return { filters: [fitted, ...centred], frame: region }
  }
  const frame = beforeTurn(
    {
      width: Math.max(...fits.map((one) => one.scale.width)),
      height: Math.max(...fits.map((one) => one.scale.height)),
    },
    video.rotation,
  )
  const filters = [
    fitted,
    filter('pad', centredIn(frame)),
    crop({
      ...region,
      x: 2 * Math.floor((frame.width - region.width) / 4),
      y: 2 * Math.floor((frame.height - region.height) / 4),
    }),
    ...turn,
  ]
  return { filters, frame }
}

/** Options of `pad` that centre each frame in one size, or keep its own where that is larger. */
export function centredIn({ width, height }: Size): Filter['options'] {
  return {
    width: `max(iw,${width})`,
    height: `max(ih,${height})`,
    x: '2*floor((ow-iw)/4)',
    y: '2*floor((oh-ih)/4)',
    eval: 'frame',
  }
}

function sizesDuring(
  sizes: readonly SizeChange[],
  options: { clip: Clip; uses: readonly FrameRange[]; fps: number },
): readonly SizeChange[] {
  const { clip, uses, fps } = options
  const used = sizes.filter((size, i) => {
    const fromMs = i === 0 ? -Infinity : size.fromMs + clip.offsetMs
    const toMs = (sizes[i + 1]?.fromMs ?? Infinity) + clip.offsetMs
    return uses.some((use) => msOfFrame(use.endFrame, fps) > fromMs && msOfFrame(use.startFrame, fps) < toMs)
  })
  return used.length > 0 ? used : sizes.slice(0, 1)
}

/** Limits the sides of a fitted picture to `longest`; the crop stays centred. */
function bounded(fitted: FittedPicture, region: Geometry['region']): FittedPicture {
  const { scale, crop } = fitted
  const width = Math.min(scale.width, longest(region.width))
  const height = Math.min(scale.height, longest(region.height))
  if (!crop || (width === scale.width && height === scale.height)) return fitted
  const x = 2 * Math.floor((width - crop.width) / 4)
  const y = 2 * Math.floor((height - crop.height) / 4)
  return { ...fitted, scale: { width, height }, crop: { ...crop, x, y } }
}

function longest(regionSide: number): number {
  return Math.max(regionSide, LONGEST_SIDE_PX)
}

function turnOf({ pixelAspect, rotation }: VideoProbe): Pick<VideoProbe, 'pixelAspect' | 'rotation'> {
  return { pixelAspect, rotation }
}

function scale(size: { width: number | string; height: number | string; eachFrame?: boolean }): Filter {
  return filter('scale', {
    w: size.width,
    h: size.height,
    flags: 'bicubic',
    ...(size.eachFrame && { eval: 'frame' }),
  })
}

function crop({ width, height, x, y }: { width: number; height: number; x: number; y: number }): Filter {
  return filter('crop', { w: width, h: height, x, y })
}

/** Rotation is applied to the scaled frame; decoders are told not to rotate. */
function turnFilters(rotation: VideoProbe['rotation']): Filter[] {
  switch (rotation) {
    case 0:
      return []
    case 90:
      return [filter('transpose', { dir: 'clock' })]
    case 180:
      return [filter('hflip'), filter('vflip')]
    case 270:
      return [filter('transpose', { dir: 'cclock' })]
  }
}

function beforeTurn(
  size: { readonly width: number; readonly height: number },
  rotation: VideoProbe['rotation'],
): { width: number; height: number } {
  return rotation === 90 || rotation === 270
    ? { width: size.height, height: size.width }
    : { width: size.width, height: size.height }
}
