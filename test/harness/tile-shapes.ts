/** Whether every tile of a finished file has the shape that its frame has, and how many there have to be. */
import type { Result } from '../../src/report/result.ts'
import { type Stream, boxesOf, dueIndex, streamsOf } from './due.ts'
import { readMarks } from './marks.ts'
import { type Box, type Colour, type Picture, meanYuv, toRgb } from './picture.ts'
import { decodePictures } from './read-output.ts'
import type { TrueClip, TrueFrame } from './truth.ts'

export type Fit = 'stretch' | 'cover' | 'contain'
export interface Canvas {
  readonly width: number
  readonly height: number
  readonly fps: number
}

/** The background of rooms that are looked at here. */
export const BACKGROUND: Colour = [32, 36, 48]
/** The corners of every picture, from top left on. */
const CORNERS: readonly { readonly x: 0 | 1; readonly y: 0 | 1; readonly colour: Colour }[] = [
  { x: 0, y: 0, colour: [255, 0, 0] },
  { x: 1, y: 0, colour: [0, 255, 0] },
  { x: 0, y: 1, colour: [0, 0, 255] },
  { x: 1, y: 1, colour: [255, 255, 0] },
]
/** More of them say nothing more. */
const MOST = 8
/** The side of a corner, as a share of the picture's shorter side. */
const CORNER_SIDE = 0.07
const WHITE: Colour = [255, 255, 255]
/** How far the mean colour of a plain surface may be off. */
const PLAIN = 25

/** A finished file with what is due in it. */
export interface Seen {
  readonly path: string
  readonly clips: readonly TrueClip[]
  readonly segments: Result['segments']
  readonly canvas: Canvas
  readonly fit: Fit
}

function regionsAt(segments: Result['segments'], ms: number): Result['segments'][number]['layout'] {
  return segments.find((one) => ms >= one.startMs - 0.01 && ms < one.endMs - 0.01)?.layout ?? []
}

/** At least so many tiles have to be read: those of recordings that go on, with nothing over them. */
export function picturesDue({ clips, segments, canvas }: Seen): number {
  const streams = streamsOf(clips)
  const frames = Math.max(0, ...segments.map((one) => Math.round((one.endMs * canvas.fps) / 1000)))
  let due = 0
  for (let frame = 0; frame < frames; frame++) {
    const ms = (frame * 1000) / canvas.fps
    const layout = regionsAt(segments, ms)
    for (const stream of streams) {
      const shown = stream.frames[dueIndex(stream, frame, canvas.fps)]
      const place = layout.findIndex((one) => one.streamId === stream.streamId)
      const region = layout[place]
      if (shown?.tick === undefined || !region || ms >= shown.clipEndMs - 1000 / canvas.fps) continue
      if (!layout.some((one, i) => i !== place && overlap(one, region))) due++
    }
  }
  return due
}

/** Looks at the shape of every tile: its corners where its frame has them, and nothing but background beside it. */
export async function wrongShapes(seen: Seen): Promise<string[]> {
  const { path, clips, segments, canvas, fit } = seen
  const streams = streamsOf(clips)
  const wrong: string[] = []
  // The film opens with the first pictures that come, if they come within a second.
  const first = Array.from({ length: canvas.fps + 1 }, (_, frame) => frame)
  const isThere = (frame: number) => streams.some((stream) => dueIndex(stream, frame, canvas.fps) >= 0)
  const opening = first.find(isThere) ?? 0
  await decodePictures({
    path,
    size: canvas,
    onFrame: (picture, frame) => {
      const ms = (frame * 1000) / canvas.fps
      const layout = regionsAt(segments, ms)
      layout.forEach((region, place) => {
        const stream = streams.find((one) => one.streamId === region.streamId)
        const due = stream?.frames[dueIndex(stream, Math.max(frame, opening), canvas.fps)]
        if (!stream || layout.some((one, i) => i !== place && overlap(one, region))) return
        const shown = due?.tick === undefined ? undefined : shownFrame({ picture, stream, due, region, fit })
        const fault =
          due?.tick === undefined
            ? backgroundFault(picture, region)
            : shown
              ? shapeFault({ picture, region, shown, background: stream.look.background })
              : 'is of a size that its frame does not have'
        if (fault) wrong.push(`${stream.streamId} ${fault} at frame ${frame}`)
      })
    },
  })
  return wrong.slice(0, MOST)
}

interface Shown {
  readonly box: Box
  readonly size: TrueFrame
}

/** Where the frame that is shown has to lie: found by its marks, which lie elsewhere at any other size. */
function shownFrame(options: {
  picture: Picture
  stream: Stream
  due: TrueFrame
  region: Box
  fit: Fit
}): Shown | undefined {
  const { picture, stream, due, region, fit } = options
  const dueAt = stream.frames.findIndex((one) => one === due)
  // One frame early or late is allowed elsewhere; then it has that frame's size.
  const near = [dueAt, dueAt - 1, dueAt + 1].flatMap((i) => stream.frames[i] ?? [])
  for (const size of near) {
    const [box] = boxesOf({ stream: { ...stream, frames: [] }, due: size, region, fit })
    const { tick } = box ? readMarks(picture, box, stream.look.design) : { tick: undefined }
    const owner = stream.byTick.get(tick ?? -1)?.flatMap((i) => stream.frames[i] ?? []) ?? []
    if (box && owner.some((one) => one.width === size.width && one.height === size.height))
      return { box, size }
  }
  return undefined
}

function backgroundFault(picture: Picture, region: Box): string | undefined {
  const inset = { x: region.x + 4, y: region.y + 4, width: region.width - 8, height: region.height - 8 }
  return isLike(picture, inset, BACKGROUND, PLAIN) ? undefined : 'shows something'
}

function shapeFault(options: {
  picture: Picture
  region: Box
  shown: Shown
  background: Colour
}): string | undefined {
  const { picture, region, shown, background } = options
  const { box, size } = shown
  // A corner is a few pixels wide and coders smear it: it has to be more like itself than like anything near it.
  const others = [...CORNERS.map(({ colour }) => colour), WHITE, BACKGROUND, background]
  const side = CORNER_SIDE * Math.min(size.width, size.height)
  const [width, height] = [(side * box.width) / size.width, (side * box.height) / size.height]
  for (const { x, y, colour } of Math.min(width, height) < 8 ? [] : CORNERS) {
    const corner = {
      x: box.x + (x ? box.width - width * 0.75 : width * 0.25),
      y: box.y + (y ? box.height - height * 0.75 : height * 0.25),
      width: width / 2,
      height: height / 2,
    }
    const isInside =
      corner.x >= region.x &&
      corner.y >= region.y &&
      corner.x + corner.width <= region.x + region.width &&
      corner.y + corner.height <= region.y + region.height
    if (isInside && nearest(picture, corner, others) !== colour) return `has no corner ${x}${y}`
  }
  const bars: Box[] = [
    { ...region, width: box.x - region.x - 3 },
    { ...region, height: box.y - region.y - 3 },
    { ...region, x: box.x + box.width + 3, width: region.x + region.width - box.x - box.width - 3 },
    { ...region, y: box.y + box.height + 3, height: region.y + region.height - box.y - box.height - 3 },
  ]
  const isClean = bars.every(
    (bar) => bar.width < 4 || bar.height < 4 || isLike(picture, bar, BACKGROUND, PLAIN),
  )
  return isClean ? undefined : 'is not alone on the background'
}

function isLike(picture: Picture, box: Box, colour: Colour, within: number): boolean {
  return distance(colourOf(picture, box), colour) < within
}

function nearest(picture: Picture, box: Box, colours: readonly Colour[]): Colour | undefined {
  const found = colourOf(picture, box)
  return colours.toSorted((a, b) => distance(a, found) - distance(b, found))[0]
}

function colourOf(picture: Picture, box: Box): Colour {
  return toRgb(meanYuv(picture, box), { matrix: 'bt601', range: 'limited' })
}

function distance(a: Colour, b: Colour): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}
