/** Builds the command that renders a contact sheet of captioned pictures. Pure. */
import type { Command } from '../model/command.ts'
import { filter, input, joined, through } from '../graph/node.ts'
import { printGraph } from '../graph/print.ts'
import { FONT, type Place, type WorkPlace } from '../model/place.ts'
import { cutToLine } from '../text/width.ts'

interface SheetPicture {
  /** A PNG of the canvas size. */
  readonly path: Place
  /** Time and segment, then the streams shown. */
  readonly caption: readonly [string, string]
}

const PAPER = '0x1b1e24'
const GAP = 16
/** A thin line around each picture marks the edge of the canvas. */
const LINE = { px: 1, colour: '0x4a515e' } as const
const TITLE = { sizePx: 24, height: 56 } as const
const LINES = [
  { sizePx: 18, y: 10, colour: '0xffffff' },
  { sizePx: 16, y: 36, colour: '0xb4bac6' },
] as const
/** Below narrower pictures, text is smaller so that the times fit. */
const NARROW = { below: 320, scale: 0.75 } as const
const CAPTION_HEIGHT = 64
/** Width of a text cell in font sizes; letters of the bundled font are narrower on average. */
const CELL_WIDTH = 0.56
/** Width of landscape pictures by number of columns. Portrait pictures have more columns. */
const WIDTHS: Readonly<Record<number, number>> = { 1: 960, 2: 640, 3: 480, 4: 400 }
const TALL = { columns: 6, width: 260 } as const
const TALLEST = 540

/**
 * @param options.pictures at least one
 * @param options.stem output path without extension
 */
export function sheetCommand(options: {
  title: string
  pictures: readonly SheetPicture[]
  canvas: { readonly width: number; readonly height: number }
  stem: WorkPlace
}): Command {
  const { title, pictures, canvas, stem } = options
  const { columns, width: wanted } = rowOf(pictures.length, canvas)
  const size = pictureSize(canvas, wanted)
  const textScale = size.width < NARROW.below ? NARROW.scale : 1
  const framed = { width: size.width + 2 * LINE.px, height: size.height + 2 * LINE.px }
  const cell = { width: framed.width + GAP, height: framed.height + CAPTION_HEIGHT }
  const files: { path: WorkPlace; text: string }[] = []
  const write = (
    text: string,
    widthPx: number,
    style: { sizePx: number; x?: number; y: number; colour: string },
  ) => {
    const path: WorkPlace = `${stem}-text-${files.length + 1}.txt`
    const cells = Math.floor(widthPx / (style.sizePx * CELL_WIDTH))
    files.push({ path, text: cutToLine(text, cells) })
    return filter('drawtext', {
      textfile: path,
      expansion: 'none',
      fontfile: FONT,
      fontsize: style.sizePx,
      fontcolor: style.colour,
      x: style.x ?? GAP / 2,
      y: style.y,
    })
  }
  const cells = pictures.map(({ caption }, i) =>
    through(input('video', i), [
      filter('scale', { w: size.width, h: size.height, flags: 'area' }),
      filter('format', { pix_fmts: 'rgb24' }),
      filter('pad', { ...framed, x: LINE.px, y: LINE.px, color: LINE.colour }),
      filter('pad', { ...cell, x: GAP / 2, y: 0, color: PAPER }),
      ...LINES.map((line, row) =>
        write(caption[row] ?? '', size.width, {
          ...line,
          sizePx: line.sizePx * textScale,
          y: framed.height + line.y,
        }),
      ),
    ]),
  )
  const at = (i: number) => `${(i % columns) * cell.width}_${Math.floor(i / columns) * cell.height}`
  const [first, ...rest] = cells
  if (!first) throw new Error('a sheet needs a picture')
  const body =
    rest.length === 0
      ? first
      : joined(
          [first, ...rest],
          [
            filter('xstack', {
              inputs: cells.length,
              layout: cells.map((_, i) => at(i)).join('|'),
              fill: PAPER,
            }),
          ],
        )
  const width = columns * cell.width + GAP
  const height = Math.ceil(pictures.length / columns) * cell.height + TITLE.height
  const sheet = through(body, [
    filter('pad', { width, height, x: GAP / 2, y: TITLE.height, color: PAPER }),
    write(title, width - 2 * GAP, { sizePx: TITLE.sizePx, x: GAP, y: 16, colour: '0xffffff' }),
  ])
  return {
    name: 'contact sheet',
    inputs: pictures.map(({ path }) => ({ args: ['-protocol_whitelist', 'file', '-f', 'png_pipe'], path })),
    graph: { path: `${stem}.graph`, text: printGraph({ out: sheet }) },
    args: ['-map', '[out]', '-frames:v', '1', '-fps_mode', 'passthrough', '-c:v', 'png', '-f', 'image2pipe'],
    output: `${stem}.png`,
    files,
    durationMs: 1000,
    frames: 1,
  }
}

function rowOf(
  count: number,
  canvas: { readonly width: number; readonly height: number },
): { columns: number; width: number } {
  const isTall = canvas.height > canvas.width
  if (isTall) return { columns: Math.min(TALL.columns, count), width: TALL.width }
  const columns = Math.min(4, Math.ceil(Math.sqrt(count)))
  return { columns, width: WIDTHS[columns] ?? 400 }
}

/** As wide as requested, in the canvas's shape, up to a maximum height. */
function pictureSize(
  canvas: { readonly width: number; readonly height: number },
  width: number,
): { width: number; height: number } {
  const scale = Math.min(width / canvas.width, TALLEST / canvas.height, 1)
  const whole = (length: number) => Math.max(2, Math.round(length * scale))
  return { width: whole(canvas.width), height: whole(canvas.height) }
}
