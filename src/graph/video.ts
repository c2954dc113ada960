/**
 * The video graph. Each clip is decoded once and scaled once per tile size, each shot stacks its tiles in one pass over
 * the canvas, the shots are concatenated, and watermarks are drawn over the result.
 *
 * A chain of overlays would copy the whole canvas once per tile and frame, shown or not. `xstack` writes it once.
 */
import { groupBy } from '../model/collect.ts'
import type { Canvas, Rect } from '../model/job.ts'
import type { Clip, FrameRange, Look, Shot, Tile } from '../model/timeline.ts'
import { isSameRect, overlap } from '../model/rect.ts'
import { coalesce } from '../timeline/ranges.ts'
import { backdrop, countedFrom } from './backdrop.ts'
import { type CanvasMatrix, canvasTags, colour } from './colour.ts'
import { type Stream, filter, input, joined, through } from './node.ts'
import { during, tilePts, tileStreams } from './tile-streams.ts'
import { type TileShape, tileShape } from './tile.ts'
import { type DrawableWatermark, drawWatermarks } from './watermark.ts'

/** A stream with its place on the canvas; a later layer covers an earlier one. */
interface Layer extends Rect {
  readonly stream: Stream
}

/** A tile with its stream during one shot. */
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
  matrix: CanvasMatrix
  shots: readonly Shot[]
  inputOf: (clip: Clip) => number
  /** The watermarks of a look, the same list for each look that has the same watermarks. */
  watermarksOf: (look: Look) => readonly DrawableWatermark[]
  /**
   * Gives every tile its own backdrop, and so its full length even where none of its frames can be decoded: `xstack`
   * waits forever for an input without frames. Costs one copy of each tile.
   */
  tolerant: boolean
  /** Whether ffmpeg can tone-map HDR to the canvas's colours. */
  toneMaps: boolean
  /** The same pictures without these tiles, which do not overlap any in them; the background if absent. */
  onto?: Stream
}): Stream {
  const { canvas, matrix, watermarksOf, onto } = options
  // Where tiles are composed elsewhere, those that are left may stay the same.
  const shots = coalesce(options.shots, isAlike)
  const readyOf = readyTiles({ ...options, shots })
  const startFrame = shots[0]?.startFrame ?? 0
  const frames = (shots.at(-1)?.endFrame ?? startFrame) - startFrame
  // Shared by all shots: a backdrop per shot would keep several canvases in memory for the life of the graph.
  const backdrops = new Map<string, Stream>()
  // Raw pictures do not say what shape their pixels have.
  const composed =
    onto && through(onto, [...countedFrom(tilePts(startFrame), canvas.fps), filter('setsar', { sar: 1 })])
  const under = ({ background }: Look): Stream => {
    if (composed) return composed
    const key = colour(background)
    const one =
      backdrops.get(key) ??
      backdrop({ ...canvas, background, matrix, frames, startFrame: tilePts(startFrame) })
    backdrops.set(key, one)
    return one
  }
  const pictures = shots.map((shot, i) =>
    shotPicture({
      canvas,
      matrix,
      shot,
      under: under(shot.look),
      isUnderAll: onto !== undefined,
      tiles: readyOf(i),
    }),
  )
  // Watermarks are drawn over each run of shots that has the same: where none change, once over the whole.
  const runs = runsOf(shots, watermarksOf).map(({ first, behind, watermarks }) => {
    const from = shots[first]?.startFrame ?? 0
    return drawWatermarks({
      onto: inTurn(pictures.slice(first, behind)),
      watermarks,
      matrix,
      startFrame: from,
      frames: (shots[behind - 1]?.endFrame ?? from) - from,
      fps: canvas.fps,
    })
  })
  const tags = canvasTags(matrix)
  return through(inTurn(runs), [
    // Every scaler before it converts to this format.
    filter('format', { pix_fmts: 'yuv420p' }),
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

/** One stream after the other. */
function inTurn(streams: readonly Stream[]): Stream {
  const [first, ...rest] = streams
  if (!first) throw new Error('a graph needs at least one shot')
  return rest.length === 0 ? first : joined([first, ...rest], [filter('concat', { n: streams.length })])
}

function isAlike(a: Shot, b: Shot): boolean {
  return (
    a.look === b.look &&
    a.tiles.length === b.tiles.length &&
    a.tiles.every(({ clip, placement }, i) => {
      const other = b.tiles[i]
      return other?.clip === clip && isSameRect(placement, other.placement)
    })
  )
}

/** Runs of consecutive shots with the same watermarks, as indexes of their first shot and of the one behind them. */
function runsOf(shots: readonly Shot[], watermarksOf: (look: Look) => readonly DrawableWatermark[]) {
  const runs: { first: number; behind: number; watermarks: readonly DrawableWatermark[] }[] = []
  for (const [i, { look }] of shots.entries()) {
    const watermarks = watermarksOf(look)
    const last = runs.at(-1)
    if (last?.watermarks === watermarks) last.behind = i + 1
    else runs.push({ first: i, behind: i + 1, watermarks })
  }
  return runs
}

/** Makes the tiles of every shot. All tiles of a clip come from one decoder, and those of one size from one scaler. */
function readyTiles(options: {
  canvas: Canvas
  matrix: CanvasMatrix
  shots: readonly Shot[]
  inputOf: (clip: Clip) => number
  tolerant: boolean
  /** Whether ffmpeg can tone-map HDR to the canvas's colours. */
  toneMaps: boolean
}): (shot: number) => Ready[] {
  const { canvas, matrix, shots, inputOf, tolerant, toneMaps } = options
  const { fps } = canvas
  const uses = shots.flatMap((shot, index) => shot.tiles.map((tile) => ({ tile, shot, index })))
  const perShot: Ready[][] = shots.map(() => [])
  for (const ofClip of groupBy(uses, ({ tile }) => tile.clip.id).values()) {
    const [sample] = ofClip
    if (!sample) continue
    const { clip } = sample.tile
    const bySize = groupBy(ofClip, ({ tile: { placement }, shot: { look } }) => {
      const { width, height } = placement
      return `${width}x${height} ${look.fit} ${colour(look.background)}`
    })
    const sizes = [...bySize.values()].flatMap((group) => {
      const [first] = group
      if (!first) return []
      const { fit, background } = first.shot.look
      const ranges: FrameRange[] = group.map(({ shot }) => shot)
      const { width, height } = first.tile.placement
      const steady = tileShape({ fit, region: { width, height }, clip, uses: ranges, fps })
      const shape = tolerant ? { ...steady, onBackdrop: true } : steady
      return [{ group, uses: ranges, background, shape }]
    })
    const streams = tileStreams({
      from: input('video', inputOf(clip)),
      clip,
      sizes,
      matrix,
      canvas,
      toneMaps,
    })
    sizes.forEach(({ group, shape }, size) =>
      group.forEach(({ tile, index }, use) => {
        const stream = streams[size]?.[use]
        if (stream) perShot[index]?.push({ tile, shape, stream })
      }),
    )
  }
  return (index) =>
    (shots[index]?.tiles ?? []).flatMap((tile) => perShot[index]?.find((ready) => ready.tile === tile) ?? [])
}

function shotPicture(options: {
  canvas: Canvas
  matrix: CanvasMatrix
  shot: Shot
  /** The background of the whole canvas, with the timestamps of tiles. */
  under: Stream
  /** Whether it shows more than the background. */
  isUnderAll: boolean
  tiles: readonly Ready[]
}): Stream {
  const { canvas, matrix, shot, under, isUnderAll, tiles } = options
  const { background } = shot.look
  const frames = shot.endFrame - shot.startFrame
  const plain = (rect: Rect): Layer => ({
    ...rect,
    stream: backdrop({
      ...canvas,
      ...rect,
      background,
      matrix,
      frames,
      startFrame: tilePts(shot.startFrame),
    }),
  })
  const layers: Layer[] = []
  for (const { tile, shape, stream } of tiles) {
    const { placement } = tile
    const { width, height } = shape
    const fills = width === placement.width && height === placement.height
    // Over another tile a letterbox needs its own background; elsewhere the canvas's shows through.
    if (!fills && layers.some((below) => overlap(below, placement))) layers.push(plain(placement))
    layers.push({
      stream,
      x: placement.x + shape.x,
      y: placement.y + shape.y,
      width,
      height,
    })
  }
  const isCovered = !isUnderAll && coverCanvas(layers, canvas)
  if (!isCovered) {
    layers.unshift({
      stream: through(under, [during(shot)]),
      x: 0,
      y: 0,
      width: canvas.width,
      height: canvas.height,
    })
  }
  const [bottom, ...above] = layers
  if (!bottom) throw new Error('a shot has no layer')
  // A shot's pixels have the shape of its lowest layer's: those of a scaled picture may not be square.
  const square = isCovered ? [filter('setsar', { sar: 1 })] : []
  if (above.length === 0) return through(bottom.stream, square)
  const layout = layers.map(({ x, y }) => `${x}_${y}`).join('|')
  // `xstack` copies its inputs in order, later ones on top. The order holds because the graph runs on one thread.
  return joined(
    [bottom.stream, ...above.map((layer) => layer.stream)],
    [filter('xstack', { inputs: layers.length, layout }), ...square],
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
