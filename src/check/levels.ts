/** Brightness of a tile in small pictures of the film and of its recordings. */
import type { Rect } from '../model/job.ts'
import { TINY, type Tiny } from '../model/tiny.ts'

export function levelsAt(picture: Tiny, cells: readonly { x: number; y: number }[]): number[] {
  return cells.map(({ x, y }) => picture[y * TINY.width + x] ?? 0)
}

/** Mean level of a part of a picture, given in fractions; at least one pixel. */
export function mean(picture: Tiny, part: Rect): number {
  const [left, right] = pixels(part.x, part.width, TINY.width)
  const [top, bottom] = pixels(part.y, part.height, TINY.height)
  let sum = 0
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) sum += picture[y * TINY.width + x] ?? 0
  }
  return sum / ((right - left) * (bottom - top))
}

function pixels(from: number, length: number, count: number): [first: number, behind: number] {
  const first = Math.min(count - 1, Math.max(0, Math.round(from * count)))
  return [first, Math.min(count, Math.max(first + 1, Math.round((from + length) * count)))]
}

export function spread(levels: readonly number[]): number {
  return Math.max(...levels) - Math.min(...levels)
}

export function distance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, level, i) => total + Math.abs(level - (b[i] ?? 0)), 0) / Math.max(1, a.length)
}
