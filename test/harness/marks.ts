/**
 * The marks every test picture carries, so that any tile of an output says whose it is and when it was taken.
 *
 * All places are fractions of the picture:
 * - time strip, x 0.1 to 0.9, y 0.52 to 0.66: 16 cells: white, black, 12 bits gray code (highest first) of
 *   floor(ms / step) mod 4096, their even parity, white. Black and white say what black and white look like.
 * - id strip, y 0.72 to 0.86, the same cells: six bits of the source's id, then the same six turned over.
 *   The sample rooms' pictures have none; there the background's colour tells who it is.
 * - background: the source's colour; during a flash (from every whole second on) the flash colour.
 *   It is read in bars at the left and right edge, which the sample rooms' screen shares keep free too.
 * - corners: squares of 7% of the short side: red top left, green top right, blue and yellow below.
 */
import {
  type Box,
  type Colour,
  type ColourCode,
  type Picture,
  fill,
  meanLuma,
  meanYuv,
  toRgb,
  toYuv,
} from './picture.ts'

export interface MarkDesign {
  /** What one count of the time strip is worth, in ms. */
  readonly stepMs: number
  readonly hasId: boolean
}

/** Our own sources: counts of 10 ms, repeats after 40.96 s. */
export const OWN_MARKS: MarkDesign = { stepMs: 10, hasId: true }
/** The sample rooms: counts of 20 ms, repeats after 81.92 s. */
export const SAMPLE_MARKS: MarkDesign = { stepMs: 20, hasId: false }

/** How many counts the time strip has before it starts again. */
export const TICKS = 4096
/** Ids are 0 to 63. */
export const IDS = 64
/** How long a flash of our own sources lasts, in ms. */
export const FLASH_MS = 120

const TIME_ROWS = { top: 0.52, bottom: 0.66 }
const ID_ROWS = { top: 0.72, bottom: 0.86 }
const CELLS = 16
const LEFT = 0.1
const RIGHT = 0.9
/** Least luma between black and white cells. */
const CONTRAST = 40
/** A bit must be this far from grey, as a fraction of the contrast. */
const CERTAIN = 0.1

const WHITE: Colour = [255, 255, 255]
const BLACK: Colour = [0, 0, 0]

/** The colour of a source's background: every id its own hue, dark enough that a flash stands out. */
export function backgroundOf(id: number): Colour {
  const hue = ((id * 0.381966) % 1) * 6
  const part = (shift: number) => {
    const k = (shift + hue) % 6
    return Math.round(150 * (1 - 0.75 * Math.max(0, Math.min(k, 4 - k, 1))))
  }
  return [part(5), part(3), part(1)]
}

/** The time strip's count at a moment of source time. */
export function tickOf(sourceMs: number, { stepMs }: MarkDesign): number {
  // Frame times are sums of fractions: a hair below a whole count is that count.
  return ((Math.floor(sourceMs / stepMs + 1e-6) % TICKS) + TICKS) % TICKS
}

/** The moment in ms with this count that is nearest to `nearMs`. */
export function unwrapTick(tick: number, { stepMs }: MarkDesign, nearMs: number): number {
  const turn = TICKS * stepMs
  return tick * stepMs + Math.round((nearMs - tick * stepMs) / turn) * turn
}

/** Whether our own sources flash at a moment of source time. */
export function flashesAt(sourceMs: number): boolean {
  return sourceMs >= -1e-6 && (sourceMs + 1e-6) % 1000 < FLASH_MS
}

function strip(value: number): boolean[] {
  const bits = Array.from({ length: 12 }, (_, i) => ((value >> (11 - i)) & 1) === 1)
  const odd = bits.filter((bit) => bit).length % 2 === 1
  return [true, false, ...bits, odd, true]
}

/** Paints the whole picture of a source at a moment of its time. */
export function paintMarks(
  picture: Picture,
  options: { id: number; sourceMs: number; design: MarkDesign; code: ColourCode },
): void {
  const { id, sourceMs, design, code } = options
  const { width, height } = picture
  const paint = (box: Box, rgb: Colour) => fill(picture, box, toYuv(rgb, code))
  paint({ x: 0, y: 0, width, height }, flashesAt(sourceMs) ? WHITE : backgroundOf(id))
  const side = 0.07 * Math.min(width, height)
  paint({ x: 0, y: 0, width: side, height: side }, [255, 0, 0])
  paint({ x: width - side, y: 0, width: side, height: side }, [0, 255, 0])
  paint({ x: 0, y: height - side, width: side, height: side }, [0, 0, 255])
  paint({ x: width - side, y: height - side, width: side, height: side }, [255, 255, 0])
  const whole = { x: 0, y: 0, width, height }
  const cells = (rows: typeof TIME_ROWS, value: number) =>
    strip(value).forEach((bit, i) => paint(cellBox(whole, rows, i), bit ? WHITE : BLACK))
  const tick = tickOf(sourceMs, design)
  cells(TIME_ROWS, tick ^ (tick >> 1))
  if (design.hasId) cells(ID_ROWS, idCode(id))
}

function idCode(id: number): number {
  return (id << 6) | (~id & (IDS - 1))
}

function cellBox(box: Box, rows: typeof TIME_ROWS, cell: number): Box {
  const width = (box.width * (RIGHT - LEFT)) / CELLS
  return {
    x: box.x + box.width * LEFT + cell * width,
    y: box.y + box.height * rows.top,
    width,
    height: box.height * (rows.bottom - rows.top),
  }
}

/** What a picture says about itself. */
export interface Reading {
  /** Count of the time strip; undefined where it cannot be read. */
  readonly tick: number | undefined
  /** Undefined where it cannot be read or the design has none. */
  readonly id: number | undefined
  /** Luma of the background: 0 is the strip's black, 1 its white. Undefined without a strip. */
  readonly level: number | undefined
  /** Colour of the background, read as BT.601 limited. */
  readonly background: Colour
}

/**
 * Reads the marks of a picture that lies somewhere on a canvas.
 * @param box where the picture (not its region) lies, in pixels of the canvas
 */
export function readMarks(canvas: Picture, box: Box, design: MarkDesign): Reading {
  const time = readStrip(canvas, box, TIME_ROWS)
  const id = design.hasId ? readStrip(canvas, box, ID_ROWS) : undefined
  const bars = [0.02, 0.95].map((x) =>
    meanYuv(canvas, {
      x: box.x + x * box.width,
      y: box.y + 0.2 * box.height,
      width: 0.03 * box.width,
      height: 0.3 * box.height,
    }),
  )
  const mean = [0, 1, 2].map(
    (i) => bars.reduce((sum, bar) => sum + (bar[i] ?? 0), 0) / bars.length,
  ) as unknown as Colour
  return {
    tick: time && fromGray(time.value),
    id: id && id.value >> 6 === (~id.value & (IDS - 1)) ? id.value >> 6 : undefined,
    level: time && (mean[0] - time.black) / (time.white - time.black),
    background: toRgb(mean, { matrix: 'bt601', range: 'limited' }),
  }
}

function readStrip(
  canvas: Picture,
  box: Box,
  rows: typeof TIME_ROWS,
): { value: number; black: number; white: number } | undefined {
  const levels = Array.from({ length: CELLS }, (_, cell) => {
    const { x, y, width, height } = cellBox(box, rows, cell)
    // The middle of a cell: scaling and coding smear its edges.
    return meanLuma(canvas, { x: x + width / 4, y: y + height / 4, width: width / 2, height: height / 2 })
  })
  const [first = 0, black = 0] = levels
  const last = levels[CELLS - 1] ?? 0
  const white = (first + last) / 2
  const contrast = white - black
  if (!(contrast > CONTRAST) || Math.abs(first - last) > contrast / 2) return undefined
  let value = 0
  let ones = 0
  for (const level of levels.slice(2, CELLS - 1)) {
    const above = (level - black) / contrast - 0.5
    if (Math.abs(above) < CERTAIN) return undefined
    value = (value << 1) | (above > 0 ? 1 : 0)
    ones += above > 0 ? 1 : 0
  }
  return ones % 2 === 0 ? { value: value >> 1, black, white } : undefined
}

function fromGray(code: number): number {
  let value = code
  for (let shift = 1; shift < 12; shift *= 2) value ^= value >> shift
  return value & (TICKS - 1)
}
