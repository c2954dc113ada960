/** Tiny pictures of the finished file against the plan: which places look empty, and which did not change. Pure. */
import type { Canvas, Rect } from '../model/job.ts'
import { frameAt } from '../model/time.ts'
import type { Shot, Tile, Timeline } from '../model/timeline.ts'
import { TINY, type Tiny } from '../model/tiny.ts'

/** A place whose grey levels lie closer together than this shows nothing but one colour. */
const FLAT_LEVELS = 6
/** A picture with levels further apart than this shows something. */
export const BUSY_LEVELS = 40
/** Two pictures that differ by less than this on average are the same one. */
const SAME_LEVELS = 0.2
/** At most so many looks at one clip: an empty place stays empty. */
const LOOKS_PER_CLIP = 3
const MOST_LOOKS = 24

/** A tile of the finished file that shows one colour; whether its recording does too is to be looked up. */
export interface EmptyTile {
  readonly tile: Tile
  /** Output time in ms. */
  readonly atMs: number
}

/** A moment of the finished file. */
export interface Moment {
  readonly atMs: number
  readonly picture: Tiny
}

/** The tiles that show one colour where the plan has a picture. */
export function emptyTiles(
  moments: readonly Moment[],
  timeline: Timeline,
  canvas: Canvas,
): readonly EmptyTile[] {
  const looks = new Map<number, number>()
  const found: EmptyTile[] = []
  for (const { atMs, picture } of moments) {
    const shot = shotAt(timeline, atMs)
    for (const tile of shot ? inTheOpen(shot) : []) {
      const seen = looks.get(tile.clip.id) ?? 0
      const levels = levelsIn(picture, tile.placement, canvas)
      if (levels === undefined || levels > FLAT_LEVELS || seen >= LOOKS_PER_CLIP) continue
      looks.set(tile.clip.id, seen + 1)
      found.push({ tile, atMs })
    }
  }
  return found.slice(0, MOST_LOOKS)
}

/** Moments at which the layout had changed and a new tile's place, which shows something, had not. */
export function unchanged(moments: readonly Moment[], timeline: Timeline, canvas: Canvas): readonly Moment[] {
  return moments.filter((moment, i) => {
    const before = moments[i - 1]
    const now = shotAt(timeline, moment.atMs)
    const then = before && shotAt(timeline, before.atMs)
    if (!before || !now || !then || now === then) return false
    const isNew = (tile: Tile) => !then.tiles.some((one) => one.clip === tile.clip && samePlace(one, tile))
    return inTheOpen(now)
      .filter(isNew)
      .some((tile) => {
        const levels = levelsIn(moment.picture, tile.placement, canvas)
        if (levels === undefined || levels < BUSY_LEVELS) return false
        return distance(before.picture, moment.picture, tile.placement, canvas) < SAME_LEVELS
      })
  })
}

/** Greatest grey level less least, of a whole picture. */
export function levelsOf(picture: Tiny): number {
  return Math.max(...picture) - Math.min(...picture)
}

function shotAt({ shots, fps }: Timeline, ms: number): Shot | undefined {
  const frame = frameAt(ms, fps)
  return shots.find((shot) => frame >= shot.startFrame && frame < shot.endFrame)
}

/** Tiles that no other lies over. */
function inTheOpen(shot: Shot): readonly Tile[] {
  return shot.tiles.filter((tile, i) =>
    shot.tiles.slice(i + 1).every((above) => !overlap(tile.placement, above.placement)),
  )
}

function levelsIn(picture: Tiny, rect: Rect, canvas: Canvas): number | undefined {
  let least = 255
  let most = 0
  const cells = cellsOf(rect, canvas)
  for (const cell of cells) {
    const level = picture[cell] ?? 0
    least = Math.min(least, level)
    most = Math.max(most, level)
  }
  return cells.length < 4 ? undefined : most - least
}

function distance(a: Tiny, b: Tiny, rect: Rect, canvas: Canvas): number {
  const cells = cellsOf(rect, canvas)
  const sum = cells.reduce((total, cell) => total + Math.abs((a[cell] ?? 0) - (b[cell] ?? 0)), 0)
  return sum / Math.max(1, cells.length)
}

/** Indices of the tiny pixels that lie wholly inside a rectangle of the canvas. */
function cellsOf(rect: Rect, canvas: Canvas): number[] {
  const across = TINY.width / canvas.width
  const down = TINY.height / canvas.height
  const cells: number[] = []
  for (let y = Math.ceil(rect.y * down); y < Math.floor((rect.y + rect.height) * down); y++) {
    for (let x = Math.ceil(rect.x * across); x < Math.floor((rect.x + rect.width) * across); x++) {
      cells.push(y * TINY.width + x)
    }
  }
  return cells
}

function samePlace(a: Tile, b: Tile): boolean {
  const [one, other] = [a.placement, b.placement]
  return one.x === other.x && one.y === other.y && one.width === other.width && one.height === other.height
}

function overlap(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}
