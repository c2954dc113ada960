/** Turns one clip's frames into tiles of one size: scaled, rotated and cropped once, then put on the frame grid. */
import { type FittedPicture, fitPicture } from '../layout/fit.ts'
import type { Size } from '../layout/pixels.ts'
import type { Canvas, Fit } from '../model/job.ts'
import { type SizeChange, type VideoProbe, videoOf } from '../model/room.ts'
import { lastUpTo } from '../model/search.ts'
import { msOfFrame, seconds } from '../model/time.ts'
import type { Clip, FrameRange } from '../model/timeline.ts'
import { backdrop } from './backdrop.ts'
import { type CanvasMatrix, toCanvasColours, toneMapping } from './colour.ts'
import { type Filter, type Stream, filter, joined, through } from './node.ts'

/** Sizes whose fits differ by at most this many pixels are shown at one size, to avoid a jump. */
const SAME_FIT_PX = 2

/**
 * Limit for a side that `cover` scales beyond its region. A longer side is squeezed: a picture of 2 x 4000 must not
 * become one of hundreds of millions of pixels. Far more than any camera needs in any region.
 */
const LONGEST_SIDE_PX = 4096

/** The colour around pictures until they are overlaid on a backdrop. */
const CLEAR = 'black@0'

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
      filters: [
        ...(first.crop ? [scale(coded), ...turn, crop(first.crop)] : [scale(coded), ...turn]),
        filter('setsar', { sar: 1 }),
      ],
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
    return { filters: [fitted, ...centred, filter('setsar', { sar: 1 })], frame: region }
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
    filter('setsar', { sar: 1 }),
  ]
  return { filters, frame }
}

/** Options of `pad` that centre each frame in one size, or keep its own where that is larger. */
function centredIn({ width, height }: Size): Filter['options'] {
  return {
    width: `max(iw,${width})`,
    height: `max(ih,${height})`,
    x: '2*floor((ow-iw)/4)',
    y: '2*floor((oh-ih)/4)',
    eval: 'frame',
  }
}

/**
 * A clip's tiles on the output's frame grid, from the first frame that any of `uses` needs.
 *
 * Frames that no use needs are dropped before scaling, and each frame is scaled once, before `fps` repeats it. The
 * frame due at the start is older than the start and is moved there, because `fps` emits nothing for a stream that ends
 * before its `start_time`. `fps` also drops a last frame of unknown duration, hence the clones after it. The final
 * `tpad` makes every use full length, whatever cannot be decoded.
 */
export function tileStream(options: {
  from: Stream
  clip: Clip
  uses: readonly FrameRange[]
  shape: TileShape
  matrix: CanvasMatrix
  canvas: Canvas
  /** Whether ffmpeg can tone-map HDR to the canvas's colours. */
  toneMaps: boolean
}): Stream {
  const { from, clip, uses, shape, matrix, canvas, toneMaps } = options
  const { fps } = canvas
  const startFrame = Math.min(...uses.map((use) => use.startFrame))
  const endFrame = Math.max(...uses.map((use) => use.endFrame))
  const start = seconds(msOfFrame(startFrame, fps))
  const video = videoOf(clip.recording)
  const [first, ...rest] = shape.filters
  if (!first) throw new Error('a tile shape has no filter')
  const isMapped = toneMaps && video.colour.hdr !== undefined
  const isLayered = shape.onBackdrop || video.alpha !== undefined
  const colours = isMapped ? {} : toCanvasColours(video.colour, matrix)
  const scaled = { ...first, options: { ...first.options, ...colours } }
  const tiles = through(from, [
    ...selectFilter({ clip, uses, fps }),
    // Deinterlaces only frames flagged as interlaced; each stays one frame at its time. The filter keeps its first
    // size.
    ...(video.isInterlaced && video.sizes.length === 1
      ? [filter('bwdif', { mode: 'send_frame', parity: 'auto', deint: 'interlaced' })]
      : []),
    scaled,
    ...(isMapped ? mapped({ shape, video, matrix, isLayered }) : []),
    // The upper input of `overlay` needs alpha; converting to it later would bring all frames to one size.
    filter('format', { pix_fmts: isLayered ? 'yuva420p' : 'yuv420p' }),
    ...rest,
    // A clone lasts as long as ffmpeg's guess at a frame's duration in this file: from 1 ms to a second. The clones
    // come before `setpts`, after which some releases no longer know a frame's duration.
    filter('tpad', { stop: 1, stop_mode: 'clone' }),
    filter('tpad', { stop_duration: seconds(msOfFrame(4, fps)), stop_mode: 'clone' }),
    filter('setpts', { expr: notBefore(`${start}/TB`) }),
    filter('fps', { fps, start_time: start }),
    filter('tpad', { stop: endFrame - startFrame, stop_mode: 'clone' }),
  ])
  if (!isLayered) return tiles
  const { width, height } = shape
  const under = backdrop({ ...canvas, width, height, matrix, frames: endFrame - startFrame, startFrame })
  return joined(
    [under, tiles],
    [filter('overlay', { x: '2*floor((W-w)/4)', y: '2*floor((H-h)/4)', eval: 'frame', format: 'yuv420' })],
  )
}

/**
 * Tone mapping gives all frames the size of the first, so frames of varying size are first padded with transparency.
 */
function mapped(options: {
  shape: TileShape
  video: VideoProbe
  matrix: CanvasMatrix
  isLayered: boolean
}): readonly Filter[] {
  const { shape, video, matrix, isLayered } = options
  return [
    ...(shape.frame
      ? [
          filter('format', { pix_fmts: 'yuva420p10le' }),
          filter('pad', { ...centredIn(shape.frame), color: CLEAR }),
        ]
      : []),
    ...toneMapping(video.colour, matrix, isLayered),
  ]
}

/**
 * A `setpts` expression for timestamps that are never before `start`. The first frame moves to `start`; later frames
 * before it, which can only be clones of the first, keep their distance. Kept between frames: 0 the last timestamp.
 */
function notBefore(start: string): string {
  const later = `if(lt(PTS,${start}),${start}+PTS-STARTPTS,PTS)`
  return `st(0,if(N,max(ld(0),${later}),max(PTS,${start})))`
}

/**
 * Selects only the frames that are shown: from the one due at a use's start to the one after its end. `fps` knows which
 * frame is due only once it has seen a later one, and `trim` ends only at a frame after its range: without that frame,
 * the whole rest of the recording would be decoded to find one, and all its other tiles would stay in memory until
 * then.
 */
function selectFilter(options: { clip: Clip; uses: readonly FrameRange[]; fps: number }): Filter[] {
  const { clip, uses, fps } = options
  const { timesMs } = videoOf(clip.recording)
  const spans: { fromMs: number; toMs: number }[] = []
  for (const use of uses) {
    const startMs = msOfFrame(use.startFrame, fps) - clip.offsetMs
    const fromMs = (timesMs[lastUpTo(timesMs, startMs)] ?? startMs) - 0.5
    const overMs = msOfFrame(use.endFrame + 1, fps) - clip.offsetMs
    const toMs = (timesMs[lastUpTo(timesMs, overMs) + 1] ?? Infinity) + 0.5
    const last = spans.at(-1)
    if (last && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs)
    else spans.push({ fromMs, toMs })
  }
  const [first] = spans
  const all = spans.length === 1 && first && first.fromMs <= (timesMs[0] ?? 0) && first.toMs === Infinity
  if (all) return []
  const at = (ms: number) => seconds(ms + clip.offsetMs)
  const within = spans.map(({ fromMs, toMs }) =>
    toMs === Infinity ? `gte(t,${at(fromMs)})` : `between(t,${at(fromMs)},${at(toMs)})`,
  )
  return [filter('select', { expr: within.join('+') })]
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
