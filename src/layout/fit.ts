/** How one source picture lies in one region: `MixerConfig.ResizeMode`. */
import type { Fit, Rect } from '../model/job.ts'
import type { VideoProbe } from '../model/room.ts'
import type { Size } from './pixels.ts'

/** A picture as it is coded: size in pixels before the turn that shows it upright. */
export interface SourcePicture {
  readonly width: number
  readonly height: number
  /** Width of a coded pixel over its height. */
  readonly pixelAspect: VideoProbe['pixelAspect']
  /** Clockwise turn in degrees that shows it upright. */
  readonly rotation: VideoProbe['rotation']
}

/** What to do with the upright picture: scale, then crop, then put at x, y. All in even pixels. */
export interface FittedPicture {
  /** Size of the upright picture (after its rotation) once scaled; its pixels are square. */
  readonly scale: Size
  /** The part of the scaled picture that is kept; absent where all of it is. */
  readonly crop?: Rect
  /** Top left of the picture inside the region. */
  readonly x: number
  readonly y: number
}

/**
 * Fits a picture into a region. `stretch` fills it whatever the shape; `contain` keeps the shape, all of the
 * picture shown, centred on the background; `cover` keeps the shape and crops what is too much on both sides alike.
 * @param source as coded
 * @param region in pixels, its width and height even; where it lies does not matter
 */
export function fitPicture({
  fit,
  source,
  region,
}: {
  readonly fit: Fit
  readonly source: SourcePicture
  readonly region: Size
}): FittedPicture {
  switch (fit) {
    case 'stretch':
      return { scale: { width: region.width, height: region.height }, x: 0, y: 0 }
    case 'contain':
      return contain(displaySize(source), region)
    case 'cover':
      return cover(displaySize(source), region)
  }
}

function contain(picture: Size, region: Size): FittedPicture {
  const { width, height } = scaleBy(
    Math.min(region.width / picture.width, region.height / picture.height),
    picture,
  )
  const scale = {
    width: Math.min(Math.max(width, 2), region.width),
    height: Math.min(Math.max(height, 2), region.height),
  }
  return {
    scale,
    x: centred(scale.width, region.width),
    y: centred(scale.height, region.height),
  }
}

function cover(picture: Size, region: Size): FittedPicture {
  const { width, height } = scaleBy(
    Math.max(region.width / picture.width, region.height / picture.height),
    picture,
  )
  const scale = { width: Math.max(width, region.width), height: Math.max(height, region.height) }
  if (scale.width === region.width && scale.height === region.height) return { scale, x: 0, y: 0 }
  const crop = {
    x: centred(region.width, scale.width),
    y: centred(region.height, scale.height),
    width: region.width,
    height: region.height,
  }
  return { scale, crop, x: 0, y: 0 }
}

/** The upright picture in square pixels, not rounded. */
function displaySize({ width, height, pixelAspect, rotation }: SourcePicture): Size {
  const isTurned = rotation === 90 || rotation === 270
  const displayWidth = width * pixelAspect
  return isTurned ? { width: height, height: displayWidth } : { width: displayWidth, height }
}

/** The side that meets the region comes out as the region's even length: rounding takes up the float's error. */
function scaleBy(factor: number, { width, height }: Size): Size {
  return { width: 2 * Math.round((width * factor) / 2), height: 2 * Math.round((height * factor) / 2) }
}

/** Even offset that centres `inner` in `outer`; an odd half goes down, so the sides differ by 2 px at most. */
function centred(inner: number, outer: number): number {
  return 2 * Math.floor((outer - inner) / 4)
}
