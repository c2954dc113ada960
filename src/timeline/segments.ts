/** Cuts the timeline into segments by seats, and segments into shots by the clips in the seats. */
import { groupBy } from '../model/collect.ts'
import type { Canvas, Stretch } from '../model/job.ts'
import type { Clip, FrameRange, Look, Segment, Shot, Tile } from '../model/timeline.ts'
import type { Placement } from '../model/scene.ts'
import type { Stepwise } from '../model/stepwise.ts'
import { arrange } from '../layout/scene.ts'

/** Who has a seat during a range of frames, in seat order. */
interface Seating extends FrameRange {
  readonly visible: readonly string[]
}

/**
 * Cuts the output where the layout or the look changes. A layout that would last less than `minFrames` is merged into a
 * neighbour of the same stretch of settings: the one that seats everybody who is present, or the following one if both
 * do. Beside a change of settings it stays if its only neighbour does not seat everybody.
 */
export function* cutSegments(options: {
  streams: readonly { streamId: string; seats: readonly FrameRange[] }[]
  frames: number
  minFrames: number
  canvas: Canvas
  stretches: readonly Stretch[]
  /** See `cutShots`. */
  openWithin?: number
}): Stepwise<{ segments: readonly Segment[]; neverSeen: readonly string[] }> {
  const { streams, frames, minFrames, canvas, stretches, openWithin = 0 } = options
  const seen = new Set<string>()
  const unseen = new Set<string>()
  const segments: Segment[] = []
  const looks: Look[] = []
  for (const { stretch, ...own } of byStretch(seatings(streams, frames), stretches)) {
    const { layout, mainStream, screenShare } = stretch.settings
    const look = lookOf(stretch.settings, looks)
    // The layout "single" shows only one stream by design, so the others need no warning.
    const isSingle = layout.kind === 'preset' && layout.preset === 'single'
    for (const { startFrame, endFrame, visible } of mergeShort(own, minFrames)) {
      const scene = arrange({ layout, canvas, visible, screenShare, ...(mainStream && { mainStream }) })
      for (const placement of scene.placements) seen.add(placement.streamId)
      for (const streamId of isSingle ? [] : scene.unseen) unseen.add(streamId)
      segments.push({ startFrame, endFrame, placements: scene.placements, look })
      yield
    }
  }
  return {
    segments: openAtOnce(
      coalesce(segments, (a, b) => a.look === b.look && samePlacements(a.placements, b.placements)),
      ({ placements }) => placements.length === 0,
      openWithin,
    ),
    neverSeen: streams.map((stream) => stream.streamId).filter((id) => unseen.has(id) && !seen.has(id)),
  }
}

/**
 * Lets a film that would open with an empty picture begin with what follows, if that follows soon: nobody wants to see
 * an empty first frame, which is also what players show before they play.
 * @param within frames
 */
function openAtOnce<T extends FrameRange>(list: T[], isEmpty: (item: T) => boolean, within: number): T[] {
  const first = list.findIndex((item) => !isEmpty(item))
  const opening = list[first]
  if (first <= 0 || !opening || opening.startFrame > within) return list
  return [{ ...opening, startFrame: list[0]?.startFrame ?? 0 }, ...list.slice(first + 1)]
}

/** The look of some settings: the same object as that of other settings with the same look. */
function lookOf({ fit, background, watermarks }: Look, known: Look[]): Look {
  const look = { fit, background, watermarks }
  const text = JSON.stringify(look)
  const same = known.find((one) => JSON.stringify(one) === text)
  if (!same) known.push(look)
  return same ?? look
}

/** Divides seatings among the stretches; one that spans several is in each of them. */
function byStretch(
  all: readonly Seating[],
  stretches: readonly Stretch[],
): readonly (WithinStretch & { readonly stretch: Stretch })[] {
  let first = 0
  return stretches.map((stretch, i) => {
    const startFrame = i === 0 ? 0 : stretch.fromFrame
    const endFrame = stretches[i + 1]?.fromFrame ?? Infinity
    const own: Seating[] = []
    while ((all[first]?.endFrame ?? Infinity) <= startFrame) first++
    for (let at = first; (all[at]?.startFrame ?? Infinity) < endFrame; at++) {
      const one = all[at] as Seating
      own.push({
        ...one,
        startFrame: Math.max(one.startFrame, startFrame),
        endFrame: Math.min(one.endFrame, endFrame),
      })
    }
    return { stretch, seatings: own, isFirst: i === 0, isLast: i === stretches.length - 1 }
  })
}

/** Seatings of a stretch of settings, which may be the first or last of the output. */
interface WithinStretch {
  readonly seatings: readonly Seating[]
  readonly isFirst: boolean
  readonly isLast: boolean
}

/** Sweeps over all joins and leaves once. */
function seatings(
  streams: readonly { streamId: string; seats: readonly FrameRange[] }[],
  frames: number,
): Seating[] {
  const changes: { frame: number; order: number; delta: 1 | -1 }[] = []
  streams.forEach((stream, order) => {
    for (const { startFrame, endFrame } of stream.seats) {
      changes.push({ frame: startFrame, order, delta: 1 }, { frame: endFrame, order, delta: -1 })
    }
  })
  changes.sort((a, b) => a.frame - b.frame)
  const taken = new Array<number>(streams.length).fill(0)
  const out: Seating[] = []
  let startFrame = 0
  for (let i = 0; i <= changes.length; i++) {
    const change = changes[i]
    const frame = Math.min(change?.frame ?? frames, frames)
    if (frame > startFrame) {
      const visible = streams.filter((_, order) => (taken[order] ?? 0) > 0).map((stream) => stream.streamId)
      out.push({ startFrame, endFrame: frame, visible })
      startFrame = frame
    }
    if (change) taken[change.order] = (taken[change.order] ?? 0) + change.delta
  }
  return coalesce(out, (a, b) => sameList(a.visible, b.visible))
}

function mergeShort({ seatings, isFirst, isLast }: WithinStretch, minFrames: number): readonly Seating[] {
  const list = [...seatings]
  let i = 0
  while (i < list.length) {
    const short = list[i]
    if (!short || list.length === 1 || short.endFrame - short.startFrame >= minFrames) {
      i++
      continue
    }
    const before = list[i - 1]
    const after = list[i + 1]
    const isBesideChange = (!before && !isFirst) || (!after && !isLast)
    if (isBesideChange && ![before, after].some((one) => one && seatsAll(one, short))) {
      i++
      continue
    }
    if (after && (!before || seatsAll(after, short) || !seatsAll(before, short))) {
      list.splice(i, 2, { ...after, startFrame: short.startFrame })
    } else if (before) {
      list.splice(i - 1, 2, { ...before, endFrame: short.endFrame })
      i--
    }
    // The merged range may now have the same streams as the one before it.
    const merged = list[i]
    const previous = list[i - 1]
    if (merged && previous && sameList(previous.visible, merged.visible)) {
      list.splice(i - 1, 2, { ...previous, endFrame: merged.endFrame })
      i--
    }
  }
  return coalesce(list, (a, b) => sameList(a.visible, b.visible))
}

function seatsAll(seating: Seating, of: Seating): boolean {
  return of.visible.every((id) => seating.visible.includes(id))
}

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

function coalesce<T extends FrameRange>(list: readonly T[], same: (a: T, b: T) => boolean): T[] {
  const out: T[] = []
  for (const item of list) {
    const last = out.at(-1)
    if (last && same(last, item)) out[out.length - 1] = { ...last, endFrame: item.endFrame }
    else out.push(item)
  }
  return out
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i])
}

function samePlacements(a: readonly Placement[], b: readonly Placement[]): boolean {
  return a.length === b.length && a.every((p, i) => samePlacement(p, b[i]))
}

function samePlacement(a: Placement, b: Placement | undefined): boolean {
  return (
    b !== undefined &&
    a.streamId === b.streamId &&
    a.x === b.x &&
    a.y === b.y &&
    a.width === b.width &&
    a.height === b.height &&
    a.z === b.z
  )
}

function sameTiles(a: readonly Tile[], b: readonly Tile[]): boolean {
  return a.length === b.length && a.every((tile, i) => tile.clip === b[i]?.clip)
}
