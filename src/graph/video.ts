/**
 * The video graph. Each clip is decoded once and scaled once per tile size, each shot stacks its tiles in one pass over
 * the canvas, the shots are concatenated, and watermarks are drawn over the result.
 *
 * A chain of overlays would copy the whole canvas once per tile and frame, shown or not. `xstack` writes it once.
 */
import { groupBy } from '../model/collect.ts'
import type { Canvas, Fit, Rect } from '../model/job.ts'
import type { Clip, FrameRange, Shot, Tile } from '../model/timeline.ts'
import { overlap } from '../model/rect.ts'
import { backdrop, countedFrom } from './backdrop.ts'
import { type CanvasMatrix, canvasTags } from './colour.ts'
import { type Stream, filter, input, joined, through } from './node.ts'
import { type TileShape, tileShape, tileStream } from './tile.ts'
import { type DrawableWatermark, drawWatermarks } from './watermark.ts'

/** A stream with its place on the canvas; a later layer covers an earlier one. */
interface Layer extends Rect {
  readonly stream: Stream
}

/** A tile with the stream that provides all tiles of its clip at this size. */
interface Ready {
  readonly tile: Tile
  readonly shape: TileShape
  readonly stream: Stream
}

/**
 * The finished video of consecutive shots without gaps, as frames 0, 1, 2 … in units of 1/fps.
 * @param inputOf returns the number of the command input that holds a clip; its timestamps are output time
 */
export function pictureGraph(options: {
  canvas: Canvas
  fit: Fit
  matrix: CanvasMatrix
  shots: readonly Shot[]
  inputOf: (clip: Clip) => number
  watermarks: readonly DrawableWatermark[]
  /**
   * Gives every tile its own backdrop, and so its full length even where none of its frames can be decoded: `xstack`
   * waits forever for an input without frames. Costs one copy of each tile.
   */
  tolerant: boolean
  /** Whether ffmpeg can tone-map HDR to the canvas's colours. */
  toneMaps: boolean
}): Stream {
  const { canvas, matrix, shots, watermarks } = options
  const readyOf = readyTiles(options)
  const startFrame = shots[0]?.startFrame ?? 0
  const frames = (shots.at(-1)?.endFrame ?? startFrame) - startFrame
  // Shared by all shots: a backdrop per shot would keep several canvases in memory for the life of the graph.
  const under = backdrop({ ...canvas, matrix, frames, startFrame })
  const pictures = shots.map((shot, i) => shotPicture({ canvas, matrix, shot, under, tiles: readyOf(i) }))
  const [first, ...rest] = pictures
  if (!first) throw new Error('a graph needs at least one shot')
  const whole = rest.length === 0 ? first : joined([first, ...rest], [filter('concat', { n: shots.length })])
  const tags = canvasTags(matrix)
  return through(drawWatermarks({ onto: whole, watermarks, matrix, startFrame, frames, fps: canvas.fps }), [
    // A recording's side data (rotation, mastering display, spherical) does not apply to the finished video.
    filter('sidedata', { mode: 'delete' }),
    filter('setparams', {
      range: 'limited',
      colorspace: tags.space,
      color_primaries: tags.primaries,
      color_trc: tags.transfer,
    }),
    ...countedFrom(0, canvas.fps),
  ])
}

/** Makes one stream per clip and tile size, shared by all shots that show it. */
function readyTiles(options: {
  canvas: Canvas
  fit: Fit
  matrix: CanvasMatrix
  shots: readonly Shot[]
  inputOf: (clip: Clip) => number
  tolerant: boolean
  /** Whether ffmpeg can tone-map HDR to the canvas's colours. */
  toneMaps: boolean
}): (shot: number) => Ready[] {
  const { canvas, fit, matrix, shots, inputOf, tolerant, toneMaps } = options
  const { fps } = canvas
  const inputs = new Map<number, Stream>()
  const inputStream = (clip: Clip): Stream => {
    const stream = inputs.get(clip.id) ?? input('video', inputOf(clip))
    inputs.set(clip.id, stream)
    return stream
  }
  const uses = shots.flatMap((shot, index) => shot.tiles.map((tile) => ({ tile, shot, index })))
  const perShot: Ready[][] = shots.map(() => [])
  const bySize = groupBy(
    uses,
    ({ tile }) => `${tile.clip.id} ${tile.placement.width}x${tile.placement.height}`,
  )
  for (const group of bySize.values()) {
    const [sample] = group
    if (!sample) continue
    const { clip, placement } = sample.tile
    const ranges: FrameRange[] = group.map(({ shot }) => shot)
    const region = { width: placement.width, height: placement.height }
    const steady = tileShape({ fit, region, clip, uses: ranges, fps })
    const shape = tolerant ? { ...steady, onBackdrop: true } : steady
    const stream = tileStream({
      from: inputStream(clip),
      clip,
      uses: ranges,
      shape,
      matrix,
      canvas,
      toneMaps,
    })
    for (const { tile, index } of group) perShot[index]?.push({ tile, shape, stream })
  }
  return (index) =>
    (shots[index]?.tiles ?? []).flatMap((tile) => perShot[index]?.find((ready) => ready.tile === tile) ?? [])
}

function shotPicture(options: {
  canvas: Canvas
  matrix: CanvasMatrix
  shot: Shot
  /** The background of the whole canvas, in output frames. */
  under: Stream
  tiles: readonly Ready[]
}): Stream {
  const { canvas, matrix, shot, under, tiles } = options
  const frames = shot.endFrame - shot.startFrame
  const duringShot = [
    filter('trim', { start_pts: shot.startFrame, end_pts: shot.endFrame }),
    filter('setpts', { expr: `PTS-${shot.startFrame}` }),
  ]
  const plain = (rect: Rect): Layer => ({
    ...rect,
    stream: backdrop({ ...canvas, ...rect, matrix, frames, startFrame: 0 }),
  })
  const layers: Layer[] = []
  for (const { tile, shape, stream } of tiles) {
    const { placement } = tile
    const { width, height } = shape
    const fills = width === placement.width && height === placement.height
    // Over another tile a letterbox needs its own background; elsewhere the canvas's shows through.
    if (!fills && layers.some((below) => overlap(below, placement))) layers.push(plain(placement))
    layers.push({
      stream: through(stream, duringShot),
      x: placement.x + shape.x,
      y: placement.y + shape.y,
      width,
      height,
    })
  }
  if (!coverCanvas(layers, canvas)) {
    layers.unshift({
      stream: through(under, duringShot),
      x: 0,
      y: 0,
      width: canvas.width,
      height: canvas.height,
    })
  }
  const [bottom, ...above] = layers
  if (!bottom) throw new Error('a shot has no layer')
  if (above.length === 0) return bottom.stream
  // `xstack` copies its inputs in order, later ones on top. The order holds because the graph runs on one thread.
  return joined(
    [bottom.stream, ...above.map((layer) => layer.stream)],
    [filter('xstack', { inputs: layers.length, layout: layers.map(({ x, y }) => `${x}_${y}`).join('|') })],
  )
}

/** Reports whether one layer covers the canvas, or all layers together do without overlapping. */
function coverCanvas(layers: readonly Rect[], canvas: Canvas): boolean {
  const whole = canvas.width * canvas.height
  const areas = layers.map((layer) => layer.width * layer.height)
  if (areas.includes(whole)) return true
  if (areas.reduce((sum, area) => sum + area, 0) !== whole) return false
  return layers.every((a, i) => layers.slice(i + 1).every((b) => !overlap(a, b)))
}
