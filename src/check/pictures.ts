/** Compares tiny pictures of the finished file with the plan to find tiles that look empty or did not change. Pure. */
import type { CanvasMatrix } from '../graph/colour.ts'
import { fitPicture } from '../layout/fit.ts'
import type { Canvas, Rect } from '../model/job.ts'
import { frameAt } from '../model/time.ts'
import type { Shot, Tile, Timeline } from '../model/timeline.ts'
import { TINY, type Tiny } from '../model/tiny.ts'
import { isSameRect, overlap } from '../model/rect.ts'
import { spread, levelsAt, distance, mean } from './levels.ts'

/** A tile whose grey levels differ by no more than this shows a single colour. */
const FLAT_LEVELS = 6
/** A recording whose levels, at the tile's resolution, differ by more than this shows something. */
const BUSY_LEVELS = 40
/** Two pictures of the finished file with a smaller average difference look the same. */
const SAME_LEVELS = 0.5
/** A tile shows something other than its recording if more than half of it differs by more: a watermark covers less. */
const OTHER_LEVELS = 16
const OTHER_SHARE = 0.5
/** A tile with fewer cells is not checked. */
const LEAST_CELLS = 4
/** Maximum number of looks at one clip, and at all clips. */
const LOOKS_PER_CLIP = 3
const MOST_LOOKS = 24

/** A picture of the finished file. */
export interface Moment {
  readonly atMs: number
  readonly picture: Tiny
}

/** A tile of the finished file that looks wrong, to be verified in its recording. */
export interface Suspect {
  readonly tile: Tile
  readonly moment: Moment
}

/** What the pictures are compared with. */
export interface Planned {
  readonly timeline: Timeline
  readonly canvas: Canvas
  readonly matrix: CanvasMatrix
  /** Areas under watermarks, which cannot be checked. */
  readonly covered: readonly Rect[]
}

/**
 * Tiles that show one colour where the plan has a picture: the middle of each such period, the longest first per clip.
 */
export function emptyTiles(moments: readonly Moment[], planned: Planned): readonly Suspect[] {
  const stretches = new Map<number, Suspect[][]>()
  let open = new Map<number, Suspect[]>()
  for (const moment of moments) {
    const next = new Map<number, Suspect[]>()
    for (const tile of inTheOpen(shotAt(planned.timeline, moment.atMs))) {
      const cells = cellsOf(tile, moment.atMs, planned)
      if (cells.length < LEAST_CELLS || spread(levelsAt(moment.picture, cells)) > FLAT_LEVELS) continue
      const { id } = tile.clip
      const stretch = open.get(id) ?? []
      if (stretch.length === 0) stretches.set(id, [...(stretches.get(id) ?? []), stretch])
      stretch.push({ tile, moment })
      next.set(id, stretch)
    }
    open = next
  }
  return [...stretches.values()]
    .flatMap((ofClip) =>
      ofClip
        .toSorted((a, b) => b.length - a.length)
        .slice(0, LOOKS_PER_CLIP)
        .flatMap((stretch) => stretch[Math.floor((stretch.length - 1) / 2)] ?? []),
    )
    .slice(0, MOST_LOOKS)
}

/** New tiles of a changed layout that show what was there before, or stay unchanged afterwards. */
export function unchangedTiles(moments: readonly Moment[], planned: Planned): readonly Suspect[] {
  const looks = new Map<number, number>()
  const found = moments.flatMap((moment, i): Suspect[] => {
    const [before, next] = [moments[i - 1], moments[i + 1]]
    const now = shotAt(planned.timeline, moment.atMs)
    const then = before && shotAt(planned.timeline, before.atMs)
    if (!then || now === then) return []
    return inTheOpen(now)
      .filter(
        (tile) =>
          !then.tiles.some((one) => one.clip === tile.clip && isSameRect(one.placement, tile.placement)),
      )
      .filter((tile) => {
        const seen = looks.get(tile.clip.id) ?? 0
        const cells = cellsOf(tile, moment.atMs, planned)
        if (cells.length < LEAST_CELLS || seen >= LOOKS_PER_CLIP) return false
        const levels = levelsAt(moment.picture, cells)
        const isSame = (other: Moment | undefined) =>
          other !== undefined && distance(levelsAt(other.picture, cells), levels) < SAME_LEVELS
        if (spread(levels) <= FLAT_LEVELS || !(isSame(before) || isSame(next))) return false
        looks.set(tile.clip.id, seen + 1)
        return true
      })
      .map((tile) => ({ tile, moment }))
  })
  return found.slice(0, MOST_LOOKS)
}

/**
 * Whether a recording shows something where the finished file shows a single colour.
 * @param pictures its pictures around that moment; all of them must, so that a cut to black is not an error
 */
export function isBusy(suspect: Suspect, pictures: readonly Tiny[], planned: Planned): boolean {
  return pictures.length > 0 && pictures.every((one) => spread(seenAs(suspect, one, planned)) > BUSY_LEVELS)
}

/** Whether the finished file shows something other than the recording around that moment. */
export function isOther(suspect: Suspect, pictures: readonly Tiny[], planned: Planned): boolean {
  const cells = cellsOf(suspect.tile, suspect.moment.atMs, planned)
  const shown = levelsAt(suspect.moment.picture, cells)
  const differs = (picture: Tiny) => {
    const due = seenAs(suspect, picture, planned)
    const others = shown.filter((level, i) => Math.abs(level - (due[i] ?? 0)) > OTHER_LEVELS)
    return others.length > OTHER_SHARE * cells.length
  }
  return pictures.length > 0 && pictures.every(differs)
}

function shotAt({ shots, fps }: Timeline, ms: number): Shot | undefined {
  const frame = frameAt(ms, fps)
  return shots.find((shot) => frame >= shot.startFrame && frame < shot.endFrame)
}

/** Tiles that no other tile overlaps. */
function inTheOpen(shot: Shot | undefined): readonly Tile[] {
  if (!shot) return []
  return shot.tiles.filter((tile, i) =>
    shot.tiles.slice(i + 1).every((above) => !overlap(tile.placement, above.placement)),
  )
}

/** Where a tile's picture is on the canvas, without letterbox, and which part of the upright picture it shows. */
function picturePlace(
  { clip, placement }: Tile,
  atMs: number,
  { timeline }: Planned,
): { on: Rect; of: Rect } {
  const fit = shotAt(timeline, atMs)?.look.fit ?? 'contain'
  const whole = { x: 0, y: 0, width: 1, height: 1 }
  const { video } = clip.recording.probe
  const size = video?.sizes.findLast(({ fromMs }) => fromMs <= atMs - clip.offsetMs) ?? video?.sizes[0]
  if (!video || !size) return { on: placement, of: whole }
  const { pixelAspect, rotation } = video
  const { scale, crop, x, y } = fitPicture({
    fit,
    source: { width: size.width, height: size.height, pixelAspect, rotation },
    region: placement,
  })
  const { width, height } = crop ?? scale
  return {
    on: { x: placement.x + x, y: placement.y + y, width, height },
    of: crop
      ? {
          x: crop.x / scale.width,
          y: crop.y / scale.height,
          width: crop.width / scale.width,
          height: crop.height / scale.height,
        }
      : whole,
  }
}

/** The tiny pixels that are entirely inside a tile's picture and under no watermark. */
function cellsOf(tile: Tile, atMs: number, planned: Planned): readonly { x: number; y: number }[] {
  const { on } = picturePlace(tile, atMs, planned)
  const across = TINY.width / planned.canvas.width
  const down = TINY.height / planned.canvas.height
  const isCovered = (x: number, y: number) => {
    const cell = { x: x / across, y: y / down, width: 1 / across, height: 1 / down }
    return planned.covered.some((rect) => overlap(rect, cell))
  }
  const cells: { x: number; y: number }[] = []
  for (let y = Math.ceil(on.y * down); y < Math.floor((on.y + on.height) * down); y++) {
    for (let x = Math.ceil(on.x * across); x < Math.floor((on.x + on.width) * across); x++) {
      if (!isCovered(x, y)) cells.push({ x, y })
    }
  }
  return cells
}

/** A recording's picture as the cells of its tile would show it: the same part, at the same resolution. */
function seenAs({ tile, moment }: Suspect, picture: Tiny, planned: Planned): number[] {
  const { on, of } = picturePlace(tile, moment.atMs, planned)
  const across = planned.canvas.width / TINY.width
  const down = planned.canvas.height / TINY.height
  const rotation = tile.clip.recording.probe.video?.rotation ?? 0
  return cellsOf(tile, moment.atMs, planned).map(({ x, y }) =>
    mean(
      picture,
      beforeTurn(
        {
          x: of.x + ((x * across - on.x) / on.width) * of.width,
          y: of.y + ((y * down - on.y) / on.height) * of.height,
          width: (across / on.width) * of.width,
          height: (down / on.height) * of.height,
        },
        rotation,
      ),
    ),
  )
}

/** Converts a part of the upright picture to a part of the coded one, both in fractions. */
function beforeTurn({ x, y, width, height }: Rect, rotation: 0 | 90 | 180 | 270): Rect {
  switch (rotation) {
    case 0:
      return { x, y, width, height }
    case 90:
      return { x: y, y: 1 - x - width, width: height, height: width }
    case 180:
      return { x: 1 - x - width, y: 1 - y - height, width, height }
    case 270:
      return { x: 1 - y - height, y: x, width: height, height: width }
  }
}
