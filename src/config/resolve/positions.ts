/** Converts PositionConfig to pixel rectangles, one per stream. */
import type { ManualPosition, Rect } from '../../model/job.ts'
import type { Path } from '../../model/findings.ts'
import { type Collector, MIXER, type Mixer, type Size, asList, itemPath } from './collect.ts'

type WirePosition = Exclude<NonNullable<Mixer['PositionConfig']>, readonly unknown[]>

/** Manual positions are multiples of this many pixels. */
const GRID = 4

/** The positions, snapped to the grid and the canvas; of two for one stream, the last. Reports those off the canvas. */
export function positionsOf(input: {
  config: Mixer['PositionConfig']
  size: Size | undefined
  out: Collector
}): ManualPosition[] {
  const { config, size, out } = input
  const path = [...MIXER, 'PositionConfig']
  const byStream = new Map<string, ManualPosition>()
  for (const [index, entry] of asList<WirePosition>(config).entries()) {
    const here = itemPath(path, config, index)
    const { X, Y, Width, Height, Z = 0 } = entry?.Region ?? {}
    if (X === undefined || Y === undefined || Width === undefined || Height === undefined) continue
    const rect = onGrid({
      rect: { x: X, y: Y, width: Width, height: Height },
      size,
      path: [...here, 'Region'],
      out,
    })
    const streamId = entry?.RtcStreamId
    if (!rect || streamId === undefined) continue
    if (byStream.has(streamId)) out.notices.push({ code: 'positionTwice', params: { streamId }, path: here })
    byStream.set(streamId, { streamId, ...rect, z: Z })
  }
  return [...byStream.values()]
}

const rectText = (r: Rect): string => `X ${r.x}, Y ${r.y}, Width ${r.width}, Height ${r.height}`

/** Snaps a rectangle to the grid of 4 pixels; undefined, with a problem, if it is not within the canvas. */
function onGrid(input: { rect: Rect; size: Size | undefined; path: Path; out: Collector }): Rect | undefined {
  const { rect, size, path, out } = input
  if (!size) return undefined
  if (rect.x + rect.width > size.width || rect.y + rect.height > size.height) {
    out.problems.push({
      code: 'outsideCanvas',
      params: { canvas: `${size.width} x ${size.height}`, region: rectText(rect) },
      path,
    })
    return undefined
  }
  const across = snapSpan({ start: rect.x, length: rect.width, limit: size.width })
  const down = snapSpan({ start: rect.y, length: rect.height, limit: size.height })
  const snapped = { x: across.start, y: down.start, width: across.length, height: down.length }
  if (rectText(snapped) !== rectText(rect)) {
    out.notices.push({ code: 'snapped', params: { found: rectText(rect), used: rectText(snapped) }, path })
  }
  return snapped
}

/**
 * Rounds both edges to the nearest multiple, so that neighbours still share them, and keeps them inside the canvas,
 * whose size may not be a multiple. A size that is already a multiple stays the same.
 */
function snapSpan(input: { start: number; length: number; limit: number }): {
  start: number
  length: number
} {
  const last = Math.floor(input.limit / GRID) * GRID
  const start = Math.min(nearestMultiple(input.start), last - GRID)
  const end = Math.min(nearestMultiple(input.start + input.length), last)
  return { start, length: Math.max(end - start, GRID) }
}

const nearestMultiple = (value: number): number => Math.round(value / GRID) * GRID
