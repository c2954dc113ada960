/** Thumbnail sheets: number and size of thumbnails, their layout on sheets, and the WebVTT that references them. */
import { urlPart } from '../text/well-formed.ts'

export interface Thumbnails {
  readonly durationMs: number
  /** Interval of output that each thumbnail stands for; the last one covers the rest. */
  readonly everyMs: number
  readonly count: number
  /** Of one thumbnail, in even pixels. */
  readonly size: { readonly width: number; readonly height: number }
}

/** One image with many thumbnails, row by row. */
interface Sheet {
  /** Index of its first thumbnail, from 0. */
  readonly first: number
  readonly count: number
  readonly columns: number
  readonly rows: number
}

/** More would be a waste of download. */
const MOST_THUMBNAILS = 300
/** Round intervals. Keyframes are at least as far apart as the shortest. */
const EVERY_SECONDS = [2, 5, 10, 15, 30, 60, 120, 300, 600] as const
const COLUMNS = 10
const ROWS = 10
/** Of width and height, the larger. */
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
    // A remainder shorter than half an interval belongs to the last thumbnail.
    count: Math.max(1, Math.round(durationMs / 1000 / everySeconds)),
    size: { width: even(canvas.width), height: even(canvas.height) },
  }
}

/** Sheets of equal shape; the last one is no larger than necessary. */
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
 * @param names of the sheets, relative to the file
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
        `${urlPart(names[sheet] ?? '')}#xywh=${x},${y},${size.width},${size.height}`,
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
