/** Cuts segments into shots by the clips in the seats. */
import { groupBy } from '../model/collect.ts'
import type { Clip, FrameRange, Segment, Shot, Tile } from '../model/timeline.ts'
import type { Stepwise } from '../model/stepwise.ts'
import { coalesce, openAtOnce } from './ranges.ts'

/**
 * Cuts segments where a seat's clip changes or its picture begins or ends. A seat whose picture has just ended (a leave
 * shorter than `minFrames`) keeps the last picture. Before its first picture a seat shows the background: no frame is
 * shown before its time, except the very first.
 * @param openWithin if the output would open with an empty picture and somebody's first picture follows within so many
 *   frames, that picture is shown from frame 0 on
 */
export function* cutShots(
  segments: readonly Segment[],
  clips: readonly Clip[],
  openWithin = 0,
): Stepwise<readonly Shot[]> {
  const seatsOf = new Map(
    [...groupBy(clips, (clip) => clip.streamId)].map(([streamId, own]) => [streamId, sweepClips(own)]),
  )
  const all: Shot[] = []
  for (const segment of segments) {
    const seats = segment.placements.map((placement) => ({
      placement,
      shown: shownIn(segment, seatsOf.get(placement.streamId)?.(segment)),
    }))
    const cuts = new Set([segment.startFrame])
    for (const seat of seats) for (const { startFrame } of seat.shown) cuts.add(startFrame)
    const starts = [...cuts].toSorted((a, b) => a - b)
    const shots = starts.map((startFrame, i): Shot => {
      const tiles = seats.flatMap(({ placement, shown }): Tile[] => {
        const now = shown.findLast((piece) => piece.startFrame <= startFrame)
        return now?.clip ? [{ placement, clip: now.clip }] : []
      })
      return { startFrame, endFrame: starts[i + 1] ?? segment.endFrame, tiles, look: segment.look }
    })
    const cut = coalesce(shots, (a, b) => sameTiles(a.tiles, b.tiles))
    const isOpening = segment.startFrame === 0
    all.push(...(isOpening ? openAtOnce(cut, ({ tiles }) => tiles.length === 0, openWithin) : cut))
    yield
  }
  return all
}

/** One stream in a range of output: its pictures, ordered by start, and its seats. */
interface Present {
  readonly pictures: readonly { readonly clip: Clip; readonly range: FrameRange }[]
  readonly seats: readonly { readonly range: FrameRange }[]
}

/** Must be queried with ranges in ascending order; all queries together cost one pass over the clips. */
function sweepClips(clips: readonly Clip[]): (within: FrameRange) => Present {
  const rangesOf = (key: 'pictures' | 'seats') =>
    clips.flatMap((clip) => (clip.video?.[key] ?? []).map((range) => ({ clip, range })))
  const pictures = sweep(rangesOf('pictures'))
  const seats = sweep(rangesOf('seats'))
  return (within) => ({ pictures: pictures(within), seats: seats(within) })
}

/** Returns a query from ranges, in ascending order, to the items that overlap each, ordered by start. */
function sweep<T extends { readonly range: FrameRange }>(items: readonly T[]): (within: FrameRange) => T[] {
  const waiting = items.toSorted((a, b) => a.range.startFrame - b.range.startFrame)
  let next = 0
  let current: T[] = []
  return ({ startFrame, endFrame }) => {
    for (let item = waiting[next]; item && item.range.startFrame < endFrame; item = waiting[++next]) {
      current.push(item)
    }
    current = current.filter(({ range }) => range.endFrame > startFrame)
    return current
  }
}

/** What a seat shows during a segment: each piece lasts until the next begins. */
function shownIn(segment: FrameRange, present: Present | undefined): { startFrame: number; clip?: Clip }[] {
  if (!present) return []
  const { pictures, seats } = present
  const changes = new Set(
    pictures.flatMap(({ range }) => [
      Math.max(range.startFrame, segment.startFrame),
      ...(range.endFrame < segment.endFrame ? [range.endFrame] : []),
    ]),
  )
  return [...changes]
    .toSorted((a, b) => a - b)
    .flatMap((startFrame) => {
      const now = pictures.findLast(({ range }) => holds(range, startFrame))
      if (now) return [{ startFrame, clip: now.clip }]
      // A seat that is kept without a picture (policy `background`) shows the background.
      return seats.some(({ range }) => holds(range, startFrame)) ? [{ startFrame }] : []
    })
}

function holds(range: FrameRange, frame: number): boolean {
  return range.startFrame <= frame && frame < range.endFrame
}

function sameTiles(a: readonly Tile[], b: readonly Tile[]): boolean {
  return a.length === b.length && a.every((tile, i) => tile.clip === b[i]?.clip)
}
