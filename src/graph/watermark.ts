/** Watermarks, drawn once over the finished video. */
import { msOfFrame, seconds } from '../model/time.ts'
import type { CanvasMatrix } from './colour.ts'
import { type Stream, filter, input, joined, through } from './node.ts'

/** A watermark with everything needed to draw it. `x`, `y` in pixels, `alpha` 0 to 1. */
export type DrawableWatermark = { readonly x: number; readonly y: number; readonly alpha: number } & (
  | {
      readonly kind: 'time'
      readonly type: Typeface
      /** The first applies from output time 0. */
      readonly clocks: readonly LocalClock[]
    }
  /** The text is in a file, so it needs no escaping in the graph. */
  | { readonly kind: 'text'; readonly type: Typeface; readonly textFile: string }
  /** Number of the command input that holds the image. */
  | { readonly kind: 'image'; readonly input: number }
)

/** Local time from one moment on. The next entry applies when daylight saving time begins or ends. */
export interface LocalClock {
  /** The first output frame it applies to. */
  readonly fromFrame: number
  /** Unix time in ms of output time 0 plus the zone's offset: formatted as UTC it gives local time. */
  readonly localStartMs: number
}

export interface Typeface {
  readonly fontFile: string
  readonly sizePx: number
}

/**
 * Draws watermarks over a video, the first at the bottom.
 * @param startFrame output frame of the video's first frame, so that a chunk shows its own time
 * @param frames length of the video
 */
export function drawWatermarks(options: {
  onto: Stream
  watermarks: readonly DrawableWatermark[]
  matrix: CanvasMatrix
  startFrame: number
  frames: number
  fps: number
}): Stream {
  const { onto, watermarks, matrix, startFrame, frames, fps } = options
  if (watermarks.length === 0) return onto
  const stamped = through(onto, [filter('settb', { expr: `1/${fps}` }), filter('setpts', { expr: 'N' })])
  return watermarks.reduce<Stream>((picture, watermark) => {
    switch (watermark.kind) {
      case 'time': {
        const stretches = clocksDuring(watermark.clocks, { startFrame, frames })
        return through(
          picture,
          stretches.map(({ localStartMs, ...stretch }) => {
            const offset = seconds(localStartMs + msOfFrame(startFrame, fps))
            const text = `%{pts:gmtime:${offset}:%Y-%m-%d %H\\:%M\\:%S}`
            return drawText(watermark, watermark.type, { text, ...during(stretch) })
          }),
        )
      }
      case 'text':
        return through(picture, [
          drawText(watermark, watermark.type, { textfile: watermark.textFile, expansion: 'none' }),
        ])
      case 'image': {
        const logo = through(input('video', watermark.input), [
          filter('format', { pix_fmts: 'rgba' }),
          ...(watermark.alpha < 1 ? [filter('colorchannelmixer', { aa: watermark.alpha })] : []),
          filter('scale', { out_color_matrix: matrix, out_range: 'limited' }),
          filter('format', { pix_fmts: 'yuva420p' }),
        ])
        return joined(
          [picture, logo],
          [filter('overlay', { x: watermark.x, y: watermark.y, format: 'yuv420' })],
        )
      }
    }
  }, stamped)
}

/** The clocks that apply to part of the output, in frames counted from its first. */
function clocksDuring(
  clocks: readonly LocalClock[],
  { startFrame, frames }: { startFrame: number; frames: number },
): readonly { readonly localStartMs: number; readonly first: number; readonly behind: number }[] {
  return clocks
    .map(({ fromFrame, localStartMs }, i) => ({
      localStartMs,
      first: fromFrame - startFrame,
      behind: (clocks[i + 1]?.fromFrame ?? Infinity) - startFrame,
    }))
    .filter(({ first, behind }) => first < frames && behind > 0)
    .map((stretch) => ({ ...stretch, behind: stretch.behind < frames ? stretch.behind : Infinity }))
}

/** The option that enables a filter for some frames only; `n` counts from the filter's first frame. */
function during({ first, behind }: { first: number; behind: number }): { enable?: string } {
  if (first > 0)
    return { enable: behind === Infinity ? `gte(n,${first})` : `between(n,${first},${behind - 1})` }
  return behind === Infinity ? {} : { enable: `lt(n,${behind})` }
}

/** White with a dark outline: readable on any picture. */
function drawText(watermark: DrawableWatermark, type: Typeface, what: Record<string, string>) {
  return filter('drawtext', {
    ...what,
    fontfile: type.fontFile,
    fontsize: type.sizePx,
    fontcolor: 'white',
    bordercolor: 'black@0.6',
    borderw: Math.max(1, Math.round(type.sizePx / 16)),
    x: watermark.x,
    y: watermark.y,
    alpha: watermark.alpha,
  })
}
