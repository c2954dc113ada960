/** Thumbnail sheets: how many small pictures, how large, on how many sheets; and the WebVTT that points into them. */

export interface Thumbnails {
  readonly durationMs: number
  /** Each stands for this much of the output, the last for what is left. */
  readonly everyMs: number
  readonly count: number
  /** Of one thumbnail, in pixels, even. */
  readonly size: { readonly width: number; readonly height: number }
}

/** One picture with many thumbnails, row by row. */
interface Sheet {
  /** Number of its first thumbnail, from 0. */
  readonly first: number
  readonly count: number
  readonly columns: number
  readonly rows: number
}

/** More of them are fetched for nothing. */
const MOST_THUMBNAILS = 300
/** Times that people think in. Keyframes are no nearer than the first of them. */
const EVERY_SECONDS = [2, 5, 10, 15, 30, 60, 120, 300, 600] as const
const COLUMNS = 10
const ROWS = 10
/** Width or height, whichever is more. */
const LONGEST_SIDE = 160

export function thumbnailsOf(
  durationMs: number,
  canvas: { readonly width: number; readonly height: number },
): Thumbnails {
  const least = durationMs / 1000 / MOST_THUMBNAILS
  const everySeconds = EVERY_SECONDS.find((every) => every >= least) ?? Math.ceil(least / 600) * 600
  const scale = LONGEST_SIDE / Math.max(canvas.width, canvas.height)
  const even = (pixels: number) => Math.max(2, 2 * Math.round((pixels * scale) / 2))
  return {
    durationMs,
    everyMs: everySeconds * 1000,
    // What is left for less than half a thumbnail belongs to the last one.
    count: Math.max(1, Math.round(durationMs / 1000 / everySeconds)),
    size: { width: even(canvas.width), height: even(canvas.height) },
  }
}

/** Sheets of equal shape; one that is alone, or the last, is no larger than it must be. */
export function cutSheets({ count }: Pick<Thumbnails, 'count'>): readonly Sheet[] {
  const perSheet = COLUMNS * ROWS
  return Array.from({ length: Math.ceil(count / perSheet) }, (_, i) => {
    const first = i * perSheet
    const here = Math.min(perSheet, count - first)
    const columns = Math.min(COLUMNS, here)
    return { first, count: here, columns, rows: Math.ceil(here / columns) }
  })
}

/**
 * The WebVTT file: each cue names a part of a sheet. https://www.w3.org/TR/media-frags/#naming-space
 * @param names of the sheets, as they lie beside it
 */
export function thumbnailsVtt(thumbnails: Thumbnails, names: readonly string[]): string {
  const { durationMs, everyMs, size } = thumbnails
  const cues = cutSheets(thumbnails).flatMap(({ first, count, columns }, sheet) =>
    Array.from({ length: count }, (_, i) => {
      const startMs = (first + i) * everyMs
      const isLast = first + i === thumbnails.count - 1
      const endMs = isLast ? Math.max(startMs + 1, durationMs) : startMs + everyMs
      const x = (i % columns) * size.width
      const y = Math.floor(i / columns) * size.height
      return [
        `${vttTime(startMs)} --> ${vttTime(endMs)}`,
        `${encodeURIComponent(names[sheet] ?? '')}#xywh=${x},${y},${size.width},${size.height}`,
      ].join('\n')
    }),
  )
  return ['WEBVTT', ...cues, ''].join('\n\n')
}

function vttTime(ms: number): string {
  const whole = Math.round(ms)
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const rest = String(whole % 1000).padStart(3, '0')
  return `${two(whole / 3_600_000)}:${two((whole / 60_000) % 60)}:${two((whole / 1000) % 60)}.${rest}`
}
