/** Turns the job's watermarks into drawable watermarks, with the files and inputs they need. */
import type { CommandInput } from '../model/command.ts'
import type { Job, Rect, Watermark } from '../model/job.ts'
import { allWatermarks } from '../model/settings.ts'
import type { Place, WorkPlace } from '../model/place.ts'
import type { Look, Timeline } from '../model/timeline.ts'
import type { ZoneTime } from '../model/zone.ts'
import type { DrawableWatermark, Typeface } from '../graph/watermark.ts'

/** What drawing watermarks needs from the machine. */
export interface WatermarkFiles {
  readonly type: Typeface
  /** Zone offsets for the time shown, from the start of the output to its end. */
  readonly zone: readonly ZoneTime[]
  /** IANA name of the zone, for texts in which a time has to say it. */
  readonly zoneName?: string
  /** By the `source` of their watermark. */
  readonly images: ReadonlyMap<string, WatermarkImage>
}

/** A PNG converted by the worker, and its size in pixels. */
export interface WatermarkImage {
  readonly path: Place
  readonly width: number
  readonly height: number
}

/** The parts of the canvas that watermarks cover; for text, each line up to the right edge. */
export function coveredByWatermarks(job: Job, { type, images }: WatermarkFiles): readonly Rect[] {
  return allWatermarks(job).flatMap((watermark): Rect[] => {
    const { x, y } = watermark
    if (watermark.kind === 'image') {
      const image = images.get(watermark.source)
      return image ? [{ x, y, width: image.width, height: image.height }] : []
    }
    const lines = watermark.kind === 'text' ? watermark.text.split('\n').length : 1
    return [{ x, y, width: job.canvas.width - x, height: lines * type.sizePx * LINE_HEIGHT }]
  })
}

/** Always the same, since consecutive shots with the same list are drawn on together. */
const NONE: readonly DrawableWatermark[] = []

/** Relative to the font size, including the outline. */
const LINE_HEIGHT = 1.5

/**
 * Makes each list of watermarks once, however many looks have it.
 * @param looks of the shots of one command
 * @param stem prefix of the command's own files: another command's may be read while these are written
 * @param firstInput number of the command's first input that is free for an image
 */
export function makeWatermarks(options: {
  looks: readonly Look[]
  timeline: Timeline
  files: WatermarkFiles
  stem: WorkPlace
  firstInput: number
}): {
  watermarksOf: (look: Look) => readonly DrawableWatermark[]
  inputs: CommandInput<Place>[]
  files: { path: WorkPlace; text: string }[]
} {
  const { looks, timeline, files, stem, firstInput } = options
  const inputs: CommandInput<Place>[] = []
  const textFiles: { path: WorkPlace; text: string }[] = []
  let number = 0
  const draw = (watermark: Watermark): DrawableWatermark[] => {
    const { x, y, alpha } = watermark
    number++
    switch (watermark.kind) {
      case 'time':
        return [
          {
            kind: 'time',
            x,
            y,
            alpha,
            type: files.type,
            clocks: files.zone.map(({ fromMs, offsetMs }) => ({
              fromFrame: Math.max(0, Math.ceil(((fromMs - timeline.startMs) * timeline.fps) / 1000)),
              localStartMs: timeline.startMs + offsetMs,
            })),
          },
        ]
      case 'text': {
        const textFile: WorkPlace = `${stem}-watermark-${number}.txt`
        textFiles.push({ path: textFile, text: watermark.text })
        return [{ kind: 'text', x, y, alpha, type: files.type, textFile }]
      }
      case 'image': {
        const image = files.images.get(watermark.source)
        if (!image) return []
        inputs.push({ args: ['-protocol_whitelist', 'file', '-f', 'png_pipe'], path: image.path })
        return [{ kind: 'image', x, y, alpha, input: firstInput + inputs.length - 1 }]
      }
    }
  }
  const drawn = new Map<string, readonly DrawableWatermark[]>()
  for (const { watermarks } of looks) {
    const key = JSON.stringify(watermarks)
    if (!drawn.has(key)) drawn.set(key, watermarks.flatMap(draw))
  }
  const watermarksOf = ({ watermarks }: Look) => drawn.get(JSON.stringify(watermarks)) ?? NONE
  return { watermarksOf, inputs, files: textFiles }
}
