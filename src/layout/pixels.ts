/** Converts fractions of the canvas to whole even pixels: the only place where regions are rounded. */
import type Fraction from 'fraction.js'
import type { Rect } from '../model/job.ts'
import type { Region } from './region.ts'

/** Width and height in pixels. */
export type Size = Pick<Rect, 'width' | 'height'>

/**
 * Returns a region's rectangle on the canvas: even pixels, inside the canvas, at least 2 x 2.
 *
 * It rounds edges, not sizes: regions that share an edge as fractions also share it in pixels, with no gap or overlap.
 * Values are even because 4:2:0 video has one colour sample per 2 x 2 pixels.
 * @param canvas size in pixels, both sides even and at least 2
 */
export function regionToPixels(region: Region, canvas: Size): Rect {
  const across = edgesToPixels({ start: region.left, length: region.width, size: canvas.width })
  const down = edgesToPixels({ start: region.top, length: region.height, size: canvas.height })
  return { x: across.from, y: down.from, width: across.to - across.from, height: down.to - down.from }
}

/** Both edges of a region along one axis. A region that rounds to zero takes 2 px from a neighbour. */
function edgesToPixels({
  start,
  length,
  size,
}: {
  readonly start: Fraction
  readonly length: Fraction
  readonly size: number
}): { readonly from: number; readonly to: number } {
  const from = clamp({ value: nearestEven(start.mul(size)), low: 0, high: size - 2 })
  const to = clamp({ value: nearestEven(start.add(length).mul(size)), low: from + 2, high: size })
  return { from, to }
}

/** Exact, so that equal fractions give the same pixel however they were computed; odd integers round up. */
function nearestEven(value: Fraction): number {
  return 2 * value.div(2).add(1, 2).floor().valueOf()
}

function clamp({ value, low, high }: { value: number; low: number; high: number }): number {
  return Math.min(Math.max(value, low), high)
}
