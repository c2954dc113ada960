/** Raw yuv420p pictures and colours, for painting sources and for reading outputs. */

/** A yuv420p picture; planes without padding. Width and height even, in pixels. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly y: Uint8Array
  readonly u: Uint8Array
  readonly v: Uint8Array
}

/** A rectangle in pixels, fractions allowed. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Channels 0 to 255, full range. */
export type Colour = readonly [r: number, g: number, b: number]

export interface ColourCode {
  readonly matrix: 'bt601' | 'bt709'
  readonly range: 'limited' | 'full'
}

/** Bytes of a yuv420p picture. */
export function pictureBytes(width: number, height: number): number {
  return width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2)
}

/** The planes of a picture inside its bytes. */
export function pictureOf(bytes: Uint8Array, width: number, height: number): Picture {
  const luma = width * height
  const chroma = Math.ceil(width / 2) * Math.ceil(height / 2)
  return {
    width,
    height,
    y: bytes.subarray(0, luma),
    u: bytes.subarray(luma, luma + chroma),
    v: bytes.subarray(luma + chroma, luma + 2 * chroma),
  }
}

/** RGB to Y, Cb, Cr as bytes. */
export function toYuv([r, g, b]: Colour, { matrix, range }: ColourCode): Colour {
  const [kr, kb] = matrix === 'bt709' ? [0.2126, 0.0722] : [0.299, 0.114]
  const y = kr * r + (1 - kr - kb) * g + kb * b
  const cb = (b - y) / (2 * (1 - kb))
  const cr = (r - y) / (2 * (1 - kr))
  const [base, lumaSpan, chromaSpan] = range === 'full' ? [0, 1, 1] : [16, 219 / 255, 224 / 255]
  return [base + y * lumaSpan, 128 + cb * chromaSpan, 128 + cr * chromaSpan].map((value) =>
    Math.min(255, Math.max(0, Math.round(value))),
  ) as unknown as Colour
}

/** Y, Cb, Cr to RGB, not rounded, cut to 0 to 255. */
export function toRgb([y, cb, cr]: Colour, { matrix, range }: ColourCode): Colour {
  const [kr, kb] = matrix === 'bt709' ? [0.2126, 0.0722] : [0.299, 0.114]
  const luma = range === 'full' ? y : ((y - 16) * 255) / 219
  const span = range === 'full' ? 1 : 255 / 224
  const r = luma + 2 * (1 - kr) * (cr - 128) * span
  const b = luma + 2 * (1 - kb) * (cb - 128) * span
  const g = (luma - kr * r - kb * b) / (1 - kr - kb)
  return [r, g, b].map((value) => Math.min(255, Math.max(0, value))) as unknown as Colour
}

/** Fills a rectangle, edges rounded to whole pixels. */
export function fill(picture: Picture, box: Box, [y, u, v]: Colour): void {
  fillPlane(picture.y, picture.width, box, 1, y)
  const chromaWidth = Math.ceil(picture.width / 2)
  fillPlane(picture.u, chromaWidth, box, 2, u)
  fillPlane(picture.v, chromaWidth, box, 2, v)
}

function fillPlane(plane: Uint8Array, stride: number, box: Box, per: number, value: number): void {
  const left = Math.max(0, Math.round(box.x / per))
  const right = Math.min(stride, Math.round((box.x + box.width) / per))
  const bottom = Math.min(plane.length / stride, Math.round((box.y + box.height) / per))
  for (let row = Math.max(0, Math.round(box.y / per)); row < bottom; row++) {
    plane.fill(value, row * stride + left, row * stride + right)
  }
}

/** Mean luma of the pixels whose centres lie in a box; of the nearest one where none does. NaN outside. */
export function meanLuma(picture: Picture, box: Box): number {
  return meanOf(picture.y, picture.width, picture.height, box)
}

/** Mean Y, Cb, Cr of a box. */
export function meanYuv(picture: Picture, box: Box): Colour {
  const half = { x: box.x / 2, y: box.y / 2, width: box.width / 2, height: box.height / 2 }
  const width = Math.ceil(picture.width / 2)
  const height = Math.ceil(picture.height / 2)
  return [
    meanLuma(picture, box),
    meanOf(picture.u, width, height, half),
    meanOf(picture.v, width, height, half),
  ]
}

function meanOf(plane: Uint8Array, stride: number, height: number, box: Box): number {
  const [left, right] = span(box.x, box.width, stride)
  const [top, bottom] = span(box.y, box.height, height)
  let sum = 0
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) sum += plane[row * stride + column] ?? 0
  }
  return sum / ((right - left) * (bottom - top))
}

function span(start: number, length: number, limit: number): [number, number] {
  const from = Math.ceil(start - 0.5)
  const to = Math.ceil(start + length - 0.5)
  const [a, b] = to > from ? [from, to] : [Math.floor(start + length / 2), Math.floor(start + length / 2) + 1]
  return [Math.max(0, a), Math.min(limit, b)]
}

/** A picture turned clockwise by a quarter `turns` times. */
export function turned(picture: Picture, turns: number): Picture {
  if (turns % 4 === 0) return picture
  const { width, height } = picture
  const once = pictureOf(new Uint8Array(pictureBytes(height, width)), height, width)
  turnPlane(picture.y, width, height, once.y)
  turnPlane(picture.u, width / 2, height / 2, once.u)
  turnPlane(picture.v, width / 2, height / 2, once.v)
  return turned(once, turns - 1)
}

function turnPlane(from: Uint8Array, width: number, height: number, to: Uint8Array): void {
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      to[column * height + (height - 1 - row)] = from[row * width + column] ?? 0
    }
  }
}
