/** Fits a source picture into a region: `MixerConfig.ResizeMode`. */
import type { Fit, Rect } from '../model/job.ts'
import type { VideoProbe } from '../model/room.ts'
import type { Size } from './pixels.ts'

/** A coded picture: its size in pixels before rotation. */
export interface SourcePicture {
  readonly width: number
  readonly height: number
  /** Width of a coded pixel divided by its height. */
  readonly pixelAspect: VideoProbe['pixelAspect']
  /** Clockwise rotation in degrees that makes it upright. */
  readonly rotation: VideoProbe['rotation']
}

/** Operations on the upright picture: scale, then crop, then place at x, y. All values are even pixels. */
export interface FittedPicture {
  /** Size of the upright (rotated) picture after scaling, in square pixels. */
  readonly scale: Size
  /** The part of the scaled picture that is kept; absent if all of it is. */
  readonly crop?: Rect
  readonly x: number
  readonly y: number
}

/**
 * Fits a picture into a region. `stretch` fills it and ignores the aspect ratio; `contain` keeps the aspect ratio and
 * centres the whole picture on the background; `cover` keeps the aspect ratio and crops both sides equally.
 * @param source the coded picture
 * @param region size in pixels, width and height even
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

/** Rounding makes the side that touches the region exactly the region's even length, despite floating-point error. */
function scaleBy(factor: number, { width, height }: Size): Size {
  return { width: 2 * Math.round((width * factor) / 2), height: 2 * Math.round((height * factor) / 2) }
}

/** Even offset that centres `inner` in `outer`; an odd half is rounded down, so margins differ by at most 2 px. */
function centred(inner: number, outer: number): number {
  return 2 * Math.floor((outer - inner) / 4)
}
