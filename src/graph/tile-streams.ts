/** Makes the tiles of one clip from its decoded frames: put on the output's frame grid, and scaled once per size. */
import type { Canvas, Rgb } from '../model/job.ts'
import { type VideoProbe, videoOf } from '../model/room.ts'
import { countUpTo } from '../model/search.ts'
import { msOfFrame, seconds } from '../model/time.ts'
import type { Clip, FrameRange } from '../model/timeline.ts'
import { backdrop } from './backdrop.ts'
import { type CanvasMatrix, toCanvasColours, toneMapping } from './colour.ts'
import { type Filter, type Stream, filter, joined, through } from './node.ts'
import { CLEAR, type TileShape, centredIn } from './tile.ts'
import { whenShown, spanOf, gridFrames, shownSpans } from './shown-frames.ts'

/** One size at which a clip is shown. */
export interface TileSize {
  readonly shape: TileShape
  /** Output frames of each shot that shows the clip at this size, ascending. */
  readonly uses: readonly FrameRange[]
  /** The colour behind pictures that do not cover their tile. */
  readonly background: Rgb
}

interface TileOptions {
  readonly from: Stream
  readonly clip: Clip
  readonly sizes: readonly TileSize[]
  readonly matrix: CanvasMatrix
  readonly canvas: Canvas
  /** Whether ffmpeg can tone-map HDR to the canvas's colours. */
  readonly toneMaps: boolean
}

/**
 * Returns the tiles of each size and each of its uses, with `tilePts` of output frames as timestamps.
 *
 * Frames that no use needs are dropped first. Scaling comes before `fps` or after it, whichever scales fewer frames:
 * `fps` drops those that come between two output frames, and repeats one where none has come.
 */
export function tileStreams(options: TileOptions): readonly (readonly Stream[])[] {
  const { from, clip, sizes, canvas } = options
  const { fps } = canvas
  const video = videoOf(clip.recording)
  const all = sizes.flatMap(({ uses }) => uses).toSorted((a, b) => a.startFrame - b.startFrame)
  const shown = (uses: readonly FrameRange[]) => [
    ...whenShown({ clip, uses, fps }),
    // Deinterlaces only frames flagged as interlaced; each stays one frame at its time. The filter keeps its first
    // size.
    ...(video.isInterlaced && video.sizes.length === 1
      ? [filter('bwdif', { mode: 'send_frame', parity: 'auto', deint: 'interlaced' })]
      : []),
  ]
  const perUse = (size: TileSize, fitted: Stream) => {
    const { shape, uses } = size
    const tiles = isLayered(shape, video)
      ? through(onBackdrop(options, { ...size, tiles: fitted }), [DELAY])
      : through(fitted, [GATE])
    return uses.map((use) => through(tiles, [during(use)]))
  }
  if (!hasSpareFrames({ clip, sizes, fps })) {
    return sizes.map((size) => {
      const { shape, uses } = size
      const filters = [...shown(uses), ...fitFilters(options, shape), ...onGrid(spanOf(uses), fps)]
      return perUse(size, through(from, filters))
    })
  }
  const grid = through(from, [...shown(all), ...onGrid(spanOf(all), fps)])
  return sizes.map((size) => {
    const { shape, uses } = size
    return perUse(size, through(grid, [...gridFrames(uses, spanOf(all)), ...fitFilters(options, shape)]))
  })
}

/**
 * Holds tiles back until a shot asks for them, by adding a frame before the first that is made only then. A newer ffmpeg
 * decodes the first frames of every input at once. `xstack` asks for all its inputs as soon as it has a frame of one, so
 * those frames of a person who joins late would have everybody else decoded, and kept, up to that moment.
 */
const GATE = filter('tpad', { start: 1 })

/** Delays other tiles as much. Some releases do not know how long a frame is behind `overlay`, so no gate fits there. */
const DELAY = filter('setpts', { expr: 'PTS+1' })

/** The timestamp of the tile of an output frame, which the frame added before the first one delays. */
export function tilePts(frame: number): number {
  return frame + 1
}

/** Selects the frames of a shot from tiles or from the canvas's background. */
export function during({ startFrame, endFrame }: FrameRange): Filter {
  return filter('trim', { start_pts: tilePts(startFrame), end_pts: tilePts(endFrame) })
}

/** Whether the clip has more frames to be scaled than the output has frames that show it. */
function hasSpareFrames(options: { clip: Clip; sizes: readonly TileSize[]; fps: number }): boolean {
  const { clip, sizes, fps } = options
  const { timesMs } = videoOf(clip.recording)
  let frames = 0
  let due = 0
  for (const { uses } of sizes) {
    for (const { startFrame, endFrame } of uses) due += endFrame - startFrame
    for (const { fromMs, toMs } of shownSpans({ clip, uses, fps })) {
      frames += countUpTo(timesMs, toMs) - countUpTo(timesMs, fromMs)
    }
  }
  return frames > due
}

/** The filters that scale, convert, crop and turn frames into tiles of a shape. */
function fitFilters({ clip, matrix, toneMaps }: TileOptions, shape: TileShape): readonly Filter[] {
  const video = videoOf(clip.recording)
  const [first, ...rest] = shape.filters
  if (!first) throw new Error('a tile shape has no filter')
  const isMapped = toneMaps && video.colour.hdr !== undefined
  const withAlpha = isLayered(shape, video)
  const colours = isMapped ? {} : toCanvasColours(video.colour, matrix)
  return [
    { ...first, options: { ...first.options, ...colours } },
    ...(isMapped ? mapped({ shape, video, matrix, withAlpha }) : []),
    // The upper input of `overlay` needs alpha; converting to it later would bring all frames to one size. Scalers of
    // other tiles find the format of the finished video by themselves.
    ...(withAlpha || isMapped ? [filter('format', { pix_fmts: withAlpha ? 'yuva420p' : 'yuv420p' })] : []),
    ...rest,
  ]
}

/** Whether tiles are overlaid on a backdrop of their own: they vary in size, are transparent, or may be missing. */
function isLayered(shape: TileShape, video: VideoProbe): boolean {
  return shape.onBackdrop || video.alpha !== undefined
}

/**
 * Puts frames on the output's frame grid, with output frames as timestamps.
 *
 * The frame due at the start is older than the start and is moved there, because `fps` emits nothing for a stream that
 * ends before its `start_time`. `fps` also drops a last frame of unknown duration, hence the clones before it. The
 * final `tpad` makes every use full length, whatever cannot be decoded.
 */
function onGrid({ startFrame, endFrame }: FrameRange, fps: number): readonly Filter[] {
  const start = seconds(msOfFrame(startFrame, fps))
  return [
    // A clone lasts as long as ffmpeg's guess at a frame's duration in this file: from 1 ms to a second. The clones
    // come before `setpts`, after which some releases no longer know a frame's duration.
    filter('tpad', { stop: 1, stop_mode: 'clone' }),
    filter('tpad', { stop_duration: seconds(msOfFrame(4, fps)), stop_mode: 'clone' }),
    filter('setpts', { expr: notBefore(`${start}/TB`) }),
    filter('fps', { fps, start_time: start }),
    filter('tpad', { stop: endFrame - startFrame, stop_mode: 'clone' }),
  ]
}

/** Overlays tiles that are layered on a backdrop of their own. */
function onBackdrop(
  { canvas, matrix }: TileOptions,
  { shape, uses, background, tiles }: TileSize & { tiles: Stream },
): Stream {
  const { startFrame, endFrame } = spanOf(uses)
  const { width, height } = shape
  const frames = endFrame - startFrame
  const under = backdrop({ ...canvas, width, height, background, matrix, frames, startFrame })
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
  withAlpha: boolean
}): readonly Filter[] {
  const { shape, video, matrix, withAlpha } = options
  return [
    ...(shape.frame
      ? [
          filter('format', { pix_fmts: 'yuva420p10le' }),
          filter('pad', { ...centredIn(shape.frame), color: CLEAR }),
        ]
      : []),
    ...toneMapping(video.colour, matrix, withAlpha),
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
